import type { CallEndReason, CallPhase, MicrophoneProblem } from '../../preload/contract/index.ts';
import type { SessionDescription } from './call-media.ts';
import type { CallExtension, CallSignal } from './call-signal.ts';

/** `out`: we offered; `in`: we answer the offer. */
export type Direction = 'in' | 'out';

/** The media path. `gathering`: our description is being made; `offered` (out only): the answer is awaited; `lost`: it was up. */
export type Path = 'gathering' | 'offered' | 'opening' | 'up' | 'lost';

/** Has a person said yes? `asked`: not yet put to them; `ringing`: it is. */
export type Consent = 'asked' | 'ringing' | 'accepted';

/** Ours of this call. `telling`: the other side's app has not said yet that it shows it. */
export type Recording = 'off' | 'telling' | 'on';

/** Where new ICE credentials are being exchanged. `describing`, `offered`: out only; `answering`: in only. */
export type Restart = 'none' | 'describing' | 'offered' | 'answering';

/**
 * One call, seen from one side: (is the path up?) × (has a person accepted?). The phase is read off this table, and each
 * phase has at most one timer, whose running out is what ends a call that nobody ends.
 *
 *   path ↓ consent →   asked        ringing      accepted
 *   gathering          preparing    preparing    accepting
 *   offered            connecting   connecting   accepting
 *   opening            connecting   connecting   accepting
 *   up                 connecting   ringing      active
 *   lost               connecting   ringing      reconnecting
 *
 *   preparing → connecting → ringing → active ⇄ reconnecting
 *                    └─ accepted early → accepting → active
 *   any → ending → ended{reason}
 *
 * When the other side closes its end of the path (`path-closed`), its call is over, and its word why, which takes another
 * way, is near: it is awaited for a moment. The table above stands still meanwhile, so the person sees no step that isn't
 * one (no "reconnecting", no ring that begins), and no microphone opens for an Answer that is pressed too late.
 *
 *   open ── path-closed ──► open, theirEnd: closed ── their word ──► ended{what it says}
 *    │                            └── the wire closes, or `farewell` runs out ──┐
 *    └── path-closed, and no wire ──────────────────────────────────────────────┴► ended{accepted ? hung-up-by-other : peer-gone}
 *
 * Who talked with somebody is told that they hung up: only an engine that ends a call closes its end (when an engine falls, its
 * media falls silent, and this side looks for it as for any path that was lost). Before the acceptance nobody's will is guessed: without a word it is neither declined nor cancelled, but gone.
 *
 * The callee goes on to `ringing` when its path is up, and says so; the caller rings when it has heard that and its own
 * path is up. Microphones open on the step to `accepted` and at no other place: the callee's when its person says yes,
 * the caller's when that yes arrives.
 *
 * Hold lies beside all that: an accepted call is on hold while at least one side holds it, each side for itself. Nobody's
 * sound is sent or played then. Only who holds can let go, and a path that is lost and found changes nothing about it.
 *
 * So does recording, of an active call: off ── person ──► telling ── their app shows it ──► on ── person, media, end ──► off.
 * An app that does not know the word is never recorded, nor one that does not answer in time.
 */
export interface OpenCall {
  readonly stage: 'open';
  readonly direction: Direction;
  readonly path: Path;
  readonly consent: Consent;
  /**
   * `closed`: the signalling session ended. A call whose media flows goes on without it. `renewed`: there is another one since;
   * whether the app at its other end still knows this call is asked (by a restart) when media stops, too.
   */
  readonly wire: 'open' | 'closed' | 'renewed';
  readonly restart: Restart;
  /** `closed`: they closed their end of the media path; only their word why is awaited. */
  readonly theirEnd: 'open' | 'closed';
  readonly muted: boolean;
  readonly remoteMuted: boolean;
  /** Our person put the call on hold. */
  readonly held: boolean;
  /** Theirs did. */
  readonly remoteHeld: boolean;
  readonly recording: Recording;
  /** They record us, and our person is shown it. */
  readonly remoteRecording: boolean;
  /** What the other side's app understands beside the first version's signals. */
  readonly extensions: readonly CallExtension[];
  /** Why we can't be heard; the call goes on, listening. */
  readonly microphone: MicrophoneProblem | null;
}

export type CallState =
  | OpenCall
  /** Over here; waiting a moment for the other side to have heard it. */
  | { readonly stage: 'ending'; readonly reason: CallEndReason }
  | { readonly stage: 'ended'; readonly reason: CallEndReason };

export type TimerName = 'connecting' | 'answer' | 'reconnecting' | 'notice' | 'farewell' | 'ending';

export const timerMs: Readonly<Record<TimerName, number>> = {
  /** ICE with relays takes at most a few seconds; by 20 s nobody believes in it any more. */
  connecting: 20_000,
  /** The "no answer"; telephones ring 30–60 s. */
  answer: 45_000,
  /** Long enough to walk from one Wi-Fi to another. */
  reconnecting: 30_000,
  /** A round trip across the world, with one redial: no person is asked, their app answers by itself. */
  notice: 5_000,
  /** Sent just before the path was closed, over a session that is up: as slow as `ending` allows, and seldom more than a blink. */
  farewell: 2_000,
  /** A round trip across the world, with one redial. */
  ending: 2_000,
};

export type CallEvent =
  | { readonly type: 'accept' }
  | { readonly type: 'decline' }
  | { readonly type: 'hang-up' }
  | { readonly type: 'set-muted'; readonly muted: boolean }
  | { readonly type: 'set-held'; readonly held: boolean }
  | { readonly type: 'set-recording'; readonly on: boolean }
  /** The file can't go on, and why was told elsewhere. */
  | { readonly type: 'recording-ended' }
  | { readonly type: 'microphone'; readonly problem: MicrophoneProblem | null }
  | { readonly type: 'signal'; readonly signal: CallSignal }
  | { readonly type: 'local-description'; readonly description: SessionDescription }
  | { readonly type: 'local-candidate'; readonly candidate: string }
  | { readonly type: 'path-up' }
  | { readonly type: 'path-interrupted' }
  | { readonly type: 'path-failed' }
  /** The other side closed its end. */
  | { readonly type: 'path-closed' }
  | { readonly type: 'media-crashed' }
  | { readonly type: 'wire'; readonly wire: 'connected' | 'interrupted' | 'resumed' | 'closed' }
  | { readonly type: 'timeout'; readonly timer: TimerName }
  /** Their offer wins over ours. */
  | { readonly type: 'glare-lost' }
  /** The same person calls anew: this call is a ghost. */
  | { readonly type: 'superseded' }
  /** The other side broke the protocol (a fingerprint that isn't the one it vouched for). */
  | { readonly type: 'protocol-error' };

export type CallEffect =
  /** The runner adds the call's id, the time to an offer, and to descriptions what this version understands and how it may be relayed. */
  | { readonly type: 'send'; readonly signal: SignalToSend }
  | { readonly type: 'open-media'; readonly role: 'offerer' | 'answerer'; readonly remote: SessionDescription | null }
  | { readonly type: 'set-answer'; readonly answer: SessionDescription }
  | { readonly type: 'add-candidate'; readonly candidate: string }
  | { readonly type: 'restart-media'; readonly remote: SessionDescription | null }
  | { readonly type: 'start-audio' }
  | { readonly type: 'mute-media'; readonly muted: boolean }
  /** No sound of anybody's, in either direction. */
  | { readonly type: 'hold-media'; readonly held: boolean }
  | { readonly type: 'start-recording' }
  | { readonly type: 'stop-recording' }
  /** For the person: it does not record, and why. */
  | { readonly type: 'refuse-recording'; readonly why: 'too-old' | 'not-told' }
  /** Says goodbye on the path itself. */
  | { readonly type: 'close-media' }
  /** Falls silent: who sleeps would read a goodbye, on waking, as somebody's hanging up. */
  | { readonly type: 'abandon-media' }
  /** Replaces the call's one timer; null: none. */
  | { readonly type: 'set-timer'; readonly timer: TimerName | null };

export type SignalToSend =
  | Exclude<CallSignal, { type: DescribingType }>
  | { readonly [Type in DescribingType]: { readonly type: Type; readonly description: SessionDescription } }[DescribingType];

/** Signals that bear a description. */
type DescribingType = 'offer' | 'answer' | 'restart' | 'restarted';

export interface Step {
  readonly state: CallState;
  readonly effects: readonly CallEffect[];
}

export const isOnHold = ({ held, remoteHeld }: Pick<OpenCall, 'held' | 'remoteHeld'>): boolean => held || remoteHeld;

const phases: Readonly<Record<Path, Readonly<Record<Consent, CallPhase>>>> = {
  gathering: { asked: 'preparing', ringing: 'preparing', accepted: 'accepting' },
  offered: { asked: 'connecting', ringing: 'connecting', accepted: 'accepting' },
  opening: { asked: 'connecting', ringing: 'connecting', accepted: 'accepting' },
  up: { asked: 'connecting', ringing: 'ringing', accepted: 'active' },
  // Two seconds of silence on the wire don't stop a ring: the person may still say yes.
  lost: { asked: 'connecting', ringing: 'ringing', accepted: 'reconnecting' },
};

/** What a person sees of a state; `ending` is over for them. */
export const phaseOf = (state: CallState): CallPhase => (state.stage === 'open' ? phases[state.path][state.consent] : 'ended');

const timers: Readonly<Record<CallPhase, TimerName | null>> = {
  preparing: 'connecting',
  connecting: 'connecting',
  accepting: 'connecting',
  ringing: 'answer',
  active: null,
  reconnecting: 'reconnecting',
  ended: null,
};

export function timerOf(state: CallState): TimerName | null {
  if (state.stage === 'ending') return 'ending';
  if (state.stage === 'open' && state.theirEnd === 'closed') return 'farewell';
  const phase = phaseOf(state);
  return state.stage === 'open' && phase === 'active' && state.recording === 'telling' ? 'notice' : timers[phase];
}
