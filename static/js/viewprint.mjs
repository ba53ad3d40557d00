// The SDK as an ES module: the same file as the script tag's, so the two never differ.
import './viewprint.js';

const {viewprint} = window;
viewprint.settings.host ??= new URL(import.meta.url).origin; // a module has no script tag to ask

export const {settings, track, sessions, on, consent, identify, action} = viewprint;
export default viewprint;
