// Viewprint's player SDK: docs/sdk.md says what it does for a page. There is no build step; the server leaves out only
// lines that are comments and the indentation, so comments stand on lines of their own, and no text here spans lines.
(() => {
  if (window.viewprint?.on) return;

  // Null inside a module: viewprint.mjs then says the host.
  const tag = document.currentScript;
  const settings = {host: tag && new URL(tag.src, location).origin, ...tag?.dataset};
  settings.consent = settings.consent !== 'false';
  // <video> → its session; session id → text of its newest snapshot that no 204 has confirmed.
  const sessions = new Map();
  const unsent = new Map();
  const listeners = {};
  let person = null, busy, failures = 0, most = 100, skew = 0;

  const now = () => performance.now() / 1000;
  // Whole milliseconds within the collector's bounds.
  const round = seconds => Math.round(Math.min(Math.max(seconds, 0), 604800) * 1000) / 1000;
  const cut = value => value?.toString().slice(0, 2048);
  const web = url => /^https?:/.test(url) ? cut(url) : undefined;

  // Nothing that fails here may reach the page.
  const safe = action => (...values) => {
    try { return action(...values); } catch (error) { console.warn('viewprint:', error); }
  };

  const soon = (action, ms) => setTimeout(safe(action), ms);

  // Reads, writes or (null) removes. Undefined where storage is blocked or not consented to: the snapshot then names no
  // browser, and the server's daily hash recognises it better than a new id on every page would.
  function store(key, value) {
    key = `viewprint.${key}`;
    try {
      if (value === null) delete localStorage[key];
      else if (settings.consent) {
        if (value) localStorage[key] = value;
        return localStorage[key];
      }
    } catch {}
  }

  const stored = prefix => Object.keys(localStorage).filter(key => key.startsWith(`viewprint.${prefix}`));

  // The 48 bits of time that a UUIDv7 begins with, and back to milliseconds.
  const stamp = ms => ms.toString(16).padStart(12, 0).replace(/.{8}/, '$&-');
  const stamped = id => parseInt(id.replace('-', ''), 16);

  function uuid() {
    const hex = [...crypto.getRandomValues(new Uint8Array(18))].map(byte => (byte % 16).toString(16)).join('');
    return stamp(Date.now() + skew) + hex.replace(/(...)(...)/, '-7$1-8$2-');
  }

  // A visit ends after 30 minutes without a snapshot, in whatever tab.
  function visited() {
    const id = Date.now() - store('active') < 18e5 && store('visit') || uuid();
    store('active', Date.now());
    return store('visit', id);
  }

  function identity(video) {
    const known = JSON.parse(store('identity') || person);
    // An id on the page wins over a remembered person with another one: the page knows who this is now.
    const id = cut(video.dataset.externalId || settings.externalId || known?.id);
    return (id || known) && {source: 'embed', ...(known?.id || id) === id && known, id};
  }

  function track(video) {
    drop(video);
    const framed = 'embed' in settings && parent !== window;
    const born = now(), stretches = [], actions = [], quality = {rebuffers: 0, rebuffering: 0};
    const state = {
      v: 1, video: video.dataset.viewprint, session: uuid(), seq: 0, plays: 0, stretches, actions, quality,
      page: web(settings.page || (framed ? document.referrer || location.ancestorOrigins?.[0] : location)),
      referrer: framed ? undefined : web(document.referrer),
      screen: [screen.width, screen.height], language: navigator.language,
    };
    let open, asked, waiting, timer, beats = 0, last = {time: video.currentTime};

    // Where playback was before a seek (currentTime is the target already) or before the media was replaced (it is 0):
    // on from the last sample by the clock, by at most the second that a throttled background tab may miss.
    const guess = () => Math.min(state.duration || Infinity,
      last.time + (Math.min(now() - last.at, 1) * last.rate || 0));

    const head = () => video.seeking || !video.readyState ? guess()
      : video.ended && state.duration || video.currentTime;

    function take() {
      // Until playback is under way, the sample stays where a seek or a pause put it.
      if (video.seeking || !video.readyState || !open && !video.paused) return;
      last = {time: video.currentTime, at: now(), rate: video.readyState > 2 && !video.paused && video.playbackRate};
    }

    // The open stretch is the last of the list, so every snapshot holds it as far as it has come.
    function extend(end = head()) {
      if (open) open[1] = Math.max(open[0], round(end));
      if (waiting) quality.rebuffering = round(quality.rebuffering + now() - waiting);
      waiting &&= now();
    }

    function close(end) {
      extend(end);
      open = waiting = 0;
      take();
    }

    function begin() {
      if (!open) {
        // 'playing' and 'seeked' are heard some milliseconds late; the sample is where it began.
        const start = round(Math.min(last.time, video.currentTime));
        stretches.push(open = [start, start]);
        // The shortest costs the least watch time, and nothing is made up.
        if (stretches.length > 2000) {
          const lengths = stretches.slice(0, -1).map(([start, end]) => end - start);
          stretches.splice(lengths.indexOf(Math.min(...lengths)), 1);
        }
      }
      take();
      timer ||= soon(beat, 5000);
    }

    function beat() {
      timer = open && soon(beat, [1e4, 2e4, 3e4][beats++] || 6e4);
      if (open) tell();
    }

    const view = () => ({...state, element: video, time: head()});

    function emit(type, detail) {
      listeners[type]?.forEach(listener => safe(listener)({type, ...view(), ...detail}));
    }

    function keep() {
      extend();
      const visit = visited();
      // A session stays in the visit it began in.
      state.visit = visit && (state.visit || visit);
      state.visitor = store('visitor') || store('visitor', uuid());
      state.consent = settings.consent;
      state.identity = state.consent ? identity(video) : null;
      state.elapsed = round(now() - born);
      state.seq++;
      while (size(JSON.stringify(state)) > 65e3) (actions[0] ? actions : stretches).pop();
      if (!session.over && !session.refused) save(state);
      emit('snapshot');
    }

    function tell(type, detail) {
      keep();
      soon(flush);
      emit(type, detail);
    }

    function stop(type) {
      close();
      tell(type);
    }

    function finish() {
      if (!session.over) stop();
      session.over = true;
    }

    function durationchange() {
      state.live = video.duration === Infinity;
      if (video.duration < Infinity) state.duration = round(video.duration);
    }

    const handlers = {
      play() { asked = now(); },

      playing() {
        extend();
        waiting = 0;
        begin();
        if (!asked) return;
        state.plays++;
        quality.startup ??= round(now() - asked);
        asked = 0;
        tell('play');
      },

      pause: () => stop('pause'),
      ended: () => stop('ended'),

      seeking() {
        const to = video.currentTime;
        // A looping player only seeks: no pause, no end.
        let from = guess();
        if (video.loop && from > state.duration - .3) from = state.duration;
        close(from);
        last = {time: to};
        emit('seek', {from, to});
      },

      seeked() { if (!video.paused) begin(); },

      waiting() {
        take();
        if (!open || waiting || video.seeking) return;
        quality.rebuffers++;
        waiting = now();
      },

      ratechange: take,

      timeupdate() {
        take();
        emit('timeupdate');
      },

      durationchange,

      error() {
        // One <source> of several, or a <track>, may fail without harm.
        if (!video.error && video.networkState < 3) return;
        quality.error = cut(video.error?.message || 'no source');
        tell('error');
      },

      // Without media yet, this is only the first one arriving.
      emptied() { if (state.duration || state.plays) finish(); },

      loadstart() { if (session.over) track(video); },
    };

    const listener = safe(({type}) => session.over && type !== 'loadstart' || handlers[type]());

    const listen = method => Object.keys(handlers).forEach(type => video[method](type, listener, true));

    const session = {video, state, keep, tell, finish, view, listen};
    sessions.set(video, session);
    listen('addEventListener');
    // It may be playing, or about to, since before this script came.
    durationchange();
    if (!video.paused) {
      if (video.readyState < 3) asked = born;
      else {
        state.plays++;
        begin();
      }
    }
    tell('load');
  }

  const size = text => new TextEncoder().encode(text).length;

  // Stored before it is sent: a crash, a lost beacon or a closed laptop then costs nothing.
  function save(snapshot) {
    const text = JSON.stringify(snapshot);
    unsent.set(snapshot.session, text);
    store(`s.${snapshot.session}`, text);
  }

  function remove(id) {
    unsent.delete(id);
    store(`s.${id}`, null);
  }


  function batched() {
    const batch = [];
    for (const entry of unsent) {
      if (batch[0] && (batch.length >= most || size(`${[batch, entry]}`) > 65536)) break;
      batch.push(entry);
    }
    return batch;
  }

  async function flush() {
    if (busy || !unsent.size) return;
    busy = true;
    const batch = batched();
    let wait = Math.min(300, 5 * 2 ** failures++);
    try {
      const body = `[${batch.map(([, text]) => text)}]`;
      // Browsers allow 64 KiB of keepalive at once, one that has just ended included: two in a row must fit.
      const answer = await fetch(settings.host + '/v1/s', {method: 'POST', body, keepalive: size(body) < 3e4});
      if (answer.status > 499 || answer.status === 429) wait = +answer.headers.get('Retry-After') || wait;
      else {
        if (answer.status === 204) batch.forEach(confirm);
        else refused(batch, await answer.json());
        wait = failures = 0;
      }
    } catch {}
    // Jitter: players that one outage held back must not all come back at once.
    soon(() => {
      busy = false;
      flush();
    }, wait * (1000 + Math.random() * 1000));
  }

  // Unless a newer one came while this was under way.
  const confirm = ([id, text]) => unsent.get(id) === text && remove(id);

  function refused(batch, answer) {
    // It does not say which one is wrong: ask one by one.
    if (batch[1] && !answer.errors?.[0]) most = 1;
    else batch.forEach((entry, index) => {
      const error = answer.errors?.find(each => each.index === index);
      if (batch[1] && !error) confirm(entry);
      else refuse(entry[0], {...answer, ...error});
    });
  }

  function refuse(id, error) {
    const session = all().find(each => each.state.session === id) || {state: {}};
    const offset = new Date(error.server_time) - Date.now();
    const text = unsent.get(id);
    remove(id);
    // Once for an id, which the 9 (a variant digit like 8) marks. Where the clocks agree the session is merely older
    // than the collector takes, and another id would count it twice.
    if (text && error.code === 'clock_skew' && Math.abs(offset) > 3e5 && id[19] < 9) {
      skew = offset;
      session.state.session = stamp(stamped(id) + offset) + id.slice(13, 19) + 9 + id.slice(20);
      save({...JSON.parse(text), session: session.state.session});
    } else {
      session.refused = true;
      console.warn('viewprint:', error, text);
    }
  }

  // A beacon has no answer: what it carries stays unsent until a fetch, here or on the next visit, is confirmed.
  function leave() {
    for (const session of all()) {
      if (now() - session.left < .1) continue;
      session.left = now();
      session.keep();
      const text = unsent.get(session.state.session);
      if (text && !navigator.sendBeacon(settings.host + '/v1/s', text)) flush();
    }
  }

  function recover() {
    stored('s.').sort().reverse().forEach((key, index) => {
      const id = key.slice(12);
      if (index > 99 || Date.now() - stamped(id) > 1728e5) remove(id);
      else unsent.set(id, store(`s.${id}`));
    });
    soon(flush);
  }

  function drop(video) {
    sessions.get(video)?.finish();
    sessions.get(video)?.listen('removeEventListener');
    sessions.delete(video);
  }

  const selector = 'video[data-viewprint^=vid_]';
  const all = () => [...sessions.values()];

  const scan = safe(() => {
    sessions.forEach((session, video) => video.isConnected && video.matches(selector) || drop(video));
    document.querySelectorAll(selector).forEach(api.track);
  });

  const api = {
    sessions: () => all().map(session => session.view()),

    track(video) { if (sessions.get(video)?.state.video !== video.dataset.viewprint) track(video); },

    on(type, listener) {
      (listeners[type] ??= new Set()).add(listener);
      return () => listeners[type].delete(listener);
    },

    consent(given) {
      settings.consent = !!given;
      if (!given) {
        unsent.clear();
        person = null;
      }
      all().forEach(session => session.tell());
      if (!given) stored('').forEach(key => delete localStorage[key]);
    },

    identify(who) {
      const text = who ? JSON.stringify(who, (key, value) => typeof value === 'object' ? value
        : key === 'source' && value !== 'turnstile' ? 'embed' : cut(value)) : null;
      person = store('identity', text) ? null : text;
      all().forEach(session => session.tell());
    },

    action(type, {name, at, converted} = {}, video) {
      const session = sessions.get(video) || all().find(each => !each.video.paused) || all()[0];
      if (!/^(click|share|reaction|cta|annotation|turnstile)$/.test(type)) throw `no action ${type}`;
      const {actions} = session.state;
      let action = converted && actions.find(each => each.type === type && each.name === cut(name) && !each.converted);
      if (!action && actions.length < 500)
        actions.push(action = {type, name: cut(name), at: round(at ?? session.view().time)});
      action.converted = !!converted;
      session.tell('action', {action});
    },
  };

  for (const name in api) api[name] = safe(api[name]);
  window.viewprint = {settings, ...api};
  addEventListener('visibilitychange', safe(() => document.hidden ? leave() : flush()));
  addEventListener('pagehide', safe(leave));
  soon(() => settings.consent ? recover() : api.consent());
  soon(scan);
  new MutationObserver(scan).observe(document, {childList: true, subtree: true, attributeFilter: ['data-viewprint']});
})();
