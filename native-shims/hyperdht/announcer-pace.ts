/** What we use of `hyperdht/lib/announcer.js`; watched by a test. */
export interface RawAnnouncer {
  readonly _sleeper: { pause(ms: number): Promise<void> };
}

/**
 * Upstream asks the nodes that announce a key every 3 s whether they are there: with a few keys and three nodes each, 2 kbit/s in small
 * packets. Where the line is needed for something else so often is enough: routers keep a mapping for longer (RFC 4787 §4.3, REQ-5). And a
 * hundred of these pauses lie between two announcements, which nodes keep for 20 min.
 */
const sparingMs = 10_000;

/** From the next pause on. */
export function paceAnnouncer({ _sleeper }: RawAnnouncer, isLineBusy: () => boolean): void {
  const pause = _sleeper.pause.bind(_sleeper);
  _sleeper.pause = (ms) => pause(isLineBusy() ? Math.max(ms, sparingMs) : ms);
}
