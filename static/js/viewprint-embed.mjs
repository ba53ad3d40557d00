/** The embedding page's side of an embed iframe: commands as promises, the player's messages as events. */
export class ViewprintEmbed extends EventTarget {
  #waiting = new Map();
  #next = 1;
  #receive = message => this.#received(message);

  /** `iframe` shows /embed/<video id>; `ready` resolves with the player's state once it listens. */
  constructor(iframe) {
    super();
    this.iframe = iframe;
    this.origin = new URL(iframe.src, location.href).origin;
    this.ready = new Promise(resolve => this.addEventListener('ready', event => resolve(event.detail), {once: true}));
    addEventListener('message', this.#receive);
    this.#post({command: 'getState', id: 0}); // the player may have been ready before this object was
  }

  play() { return this.#ask('play'); }
  pause() { return this.#ask('pause'); }
  seek(seconds) { return this.#ask('seek', seconds); }
  mute() { return this.#ask('mute'); }
  unmute() { return this.#ask('unmute'); }
  getState() { return this.#ask('getState'); }
  identify(person) { return this.#ask('identify', person); }

  /** Stops listening; what is still unanswered is rejected. */
  destroy() {
    removeEventListener('message', this.#receive);
    for (const {reject} of this.#waiting.values()) reject(new Error('destroyed'));
    this.#waiting.clear();
  }

  #post(message) {
    this.iframe.contentWindow?.postMessage({viewprint: 1, ...message}, this.origin);
  }

  async #ask(command, value) {
    await this.ready;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {resolve, reject});
      this.#post({command, value, id});
    });
  }

  #received({source, data}) {
    if (source !== this.iframe.contentWindow || data?.viewprint !== 1) return;
    const {event, id} = data;
    const asked = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (event === 'error') asked?.reject(new Error(data.message));
    else asked?.resolve(data);
    this.dispatchEvent(new CustomEvent(id === 0 ? 'ready' : event, {detail: data}));
  }
}
