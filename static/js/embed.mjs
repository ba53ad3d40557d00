// The embed page's player: what its address asks for, and the postMessage API. docs/sdk.md describes both.
// It needs nothing of the SDK, so the player works where a blocker removes that.

const video = document.getElementById('player');
const query = new URLSearchParams(location.search);
const framed = window.parent !== window;

const asked = name => query.has(name) && !['0', 'false'].includes(query.get(name));

/** The embedding page's origin where the browser tells it, else any: an event holds nothing that page may not know. */
function parentOrigin() {
  const address = location.ancestorOrigins?.[0] || document.referrer;
  const origin = URL.canParse(address) ? new URL(address).origin : 'null';
  return origin === 'null' ? '*' : origin;
}

let origin = parentOrigin();

const state = () => ({
  video: video.dataset.viewprint,
  time: video.currentTime,
  duration: Number.isFinite(video.duration) ? video.duration : null,
  paused: video.paused,
  ended: video.ended,
  muted: video.muted,
});

function tell(event, extra) {
  if (framed) window.parent.postMessage({viewprint: 1, event, ...state(), ...extra}, origin);
}

const commands = {
  play: () => video.play(),
  pause: () => video.pause(),
  mute: () => { video.muted = true; },
  unmute: () => { video.muted = false; },
  getState: () => {},
  identify: person => window.viewprint?.identify(person),

  seek(seconds) {
    if (!Number.isFinite(seconds) || seconds < 0) throw new RangeError('seek needs seconds');
    video.currentTime = seconds;
  },
};

async function obey({source, origin: sender, data}) {
  if (!framed || source !== window.parent || data?.viewprint !== 1 || !('command' in data)) return;
  if (sender !== 'null') origin = sender; // a sandboxed page has no origin that could be addressed
  const {command, value, id} = data;
  try {
    if (!Object.hasOwn(commands, command)) throw new TypeError(`unknown command ${command}`);
    await commands[command](value);
    tell('state', {id});
  } catch (error) { // play() is refused without a gesture, for one
    tell('error', {id, message: error.message});
  }
}

function start() {
  if (query.get('external_id')) video.dataset.externalId = query.get('external_id');
  const from = Number(query.get('t'));
  if (from > 0) video.currentTime = from;
  video.muted ||= asked('muted');
  if (asked('autoplay')) video.play().catch(error => tell('error', {message: error.message}));
}

const events = {play: 'play', pause: 'pause', seeked: 'seek', timeupdate: 'timeupdate', ended: 'ended'};
for (const [type, event] of Object.entries(events)) video.addEventListener(type, () => tell(event));
video.addEventListener('error', () => tell('error', {message: video.error?.message || 'no playable source'}), true);
addEventListener('message', obey);
start();
tell('ready');
