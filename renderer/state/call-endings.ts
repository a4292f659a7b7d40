import type { CallEndReason } from '../../preload/contract/index.ts';

/** How far a call got: which step stopped. */
export type StoppedAt = 'internet' | 'finding' | 'path' | 'ringing' | 'answer' | 'nothing';

/** What the page makes of the end of a call. */
interface Ending {
  /** Whether a screen says what happened: for nobody, for who called, or for both. */
  readonly explained: 'never' | 'outgoing' | 'always';
  /** Where it stopped, as long as nobody had answered. */
  readonly stopsAt: StoppedAt;
  /** Looking at the network may tell why; every other is somebody's doing, or another computer's. */
  readonly ofNetwork: boolean;
  /** They could not talk, and there is something to say all the same: a voice message may take its place. */
  readonly unheard: boolean;
}

/** A new reason is a compile error until it has a line here. */
export const callEndings: Readonly<Record<CallEndReason, Ending>> = {
  'hung-up': { explained: 'never', stopsAt: 'nothing', ofNetwork: false, unheard: false },
  'hung-up-by-other': { explained: 'never', stopsAt: 'nothing', ofNetwork: false, unheard: false },
  declined: { explained: 'never', stopsAt: 'nothing', ofNetwork: false, unheard: false },
  'declined-by-other': { explained: 'outgoing', stopsAt: 'answer', ofNetwork: false, unheard: true },
  cancelled: { explained: 'never', stopsAt: 'nothing', ofNetwork: false, unheard: false },
  'cancelled-by-other': { explained: 'never', stopsAt: 'nothing', ofNetwork: false, unheard: false },
  busy: { explained: 'outgoing', stopsAt: 'answer', ofNetwork: false, unheard: true },
  'no-answer': { explained: 'outgoing', stopsAt: 'answer', ofNetwork: false, unheard: true },
  unanswered: { explained: 'never', stopsAt: 'answer', ofNetwork: false, unheard: false },
  'not-reachable': { explained: 'outgoing', stopsAt: 'finding', ofNetwork: true, unheard: true },
  'no-path': { explained: 'always', stopsAt: 'path', ofNetwork: true, unheard: true },
  'blocked-here': { explained: 'always', stopsAt: 'path', ofNetwork: false, unheard: true },
  'blocked-there': { explained: 'always', stopsAt: 'path', ofNetwork: false, unheard: true },
  'no-relay': { explained: 'always', stopsAt: 'path', ofNetwork: false, unheard: true },
  'path-lost': { explained: 'always', stopsAt: 'path', ofNetwork: true, unheard: false },
  'peer-gone': { explained: 'always', stopsAt: 'ringing', ofNetwork: false, unheard: false },
  slept: { explained: 'always', stopsAt: 'ringing', ofNetwork: false, unheard: false },
  'device-failed': { explained: 'always', stopsAt: 'ringing', ofNetwork: false, unheard: false },
  'media-crashed': { explained: 'always', stopsAt: 'path', ofNetwork: false, unheard: false },
  'engine-crashed': { explained: 'always', stopsAt: 'internet', ofNetwork: false, unheard: false },
  'protocol-error': { explained: 'always', stopsAt: 'path', ofNetwork: false, unheard: false },
  'glare-lost': { explained: 'never', stopsAt: 'nothing', ofNetwork: false, unheard: false },
};
