import type { CallEndReason, CallRecordView, CallView, MicrophoneProblem } from '../../preload/contract/index.ts';
import type { MediaPath } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AccountKey, PeerWire, Unsubscribe } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import type { CallMedia, RecordingTarget } from './call-media.ts';
import type { CallRelays } from './relay-exchange.ts';

/**
 * What to do with a caller. `ring`: ask the person (do not disturb included: the page decides whether to make a sound);
 * `answer`: accept at once (headless); `echo`: accept at once, and keep it out of the log (the echo service);
 * `refuse`: not somebody who may call us; nothing is answered.
 */
export type Admission = 'ring' | 'answer' | 'echo' | 'refuse';

export interface CallsOptions {
  /** `people.wire(callProtocol, callWireLimits)`. */
  readonly wire: PeerWire;
  readonly media: CallMedia;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** This peer broke the protocol: end the session. */
  readonly misbehaved: (account: AccountKey, reason: string) => void;
  /** Our own account: when both dial, the offer of the lower key wins. */
  readonly self: () => AccountKey;
  /** What to call somebody in the view, at most 64 characters. */
  readonly nameOf: (account: AccountKey) => string;
  /** How loud somebody is played, 1 as it comes, at most 2. */
  readonly volumeOf: (account: AccountKey) => number;
  /** A new file for a recording of somebody that begins now. Without it nothing is recorded (an echo service). */
  readonly recordingFor?: (name: string) => RecordingTarget;
  readonly admit: (account: AccountKey) => Admission;
  /** A way for media over the overlay's connection to somebody; null, or nobody to ask: their calls don't use it. */
  readonly openMediaPath?: (account: AccountKey) => MediaPath | null;
  /** Without it calls find their way on their own. */
  readonly relays?: CallRelays;
  /** Whether somebody is not to learn our address; nobody unless told. */
  readonly hidesAddressFrom?: (account: AccountKey) => boolean;
  /** Calls at the same time; 1 unless told. An echo service may take more. */
  readonly capacity?: number;
}

/** The calls of this account. Commands on an id that is not there fail with AppError NO_SUCH_CALL. */
export interface Calls {
  /**
   * Calls somebody; to accept a call of theirs that is coming in is the same thing. Returns the call's id.
   * @throws AppError CALL_IN_PROGRESS, IT_IS_YOU
   */
  start(account: AccountKey, options?: { readonly echo?: boolean }): string;
  accept(id: string): void;
  decline(id: string): void;
  hangUp(id: string): void;
  setMuted(id: string, muted: boolean): void;
  /** Puts a call of people who talk on hold, or takes this side's hold back; before that it changes nothing. */
  setHeld(id: string, held: boolean): void;
  /**
   * On: asks the other side's app to show it, and records when it does; why it does not shows in the view. Off: ends it, and
   * what there is stays. Records people who talk only.
   * @throws AppError NOT_ALLOWED_HERE
   */
  setRecording(id: string, on: boolean): void;
  /** The newest recording of a call of this session; null: there is none. */
  recordingOf(id: string): string | null;
  /** `volumeOf` tells something new about somebody: takes effect in a call that is on. */
  volumeChanged(account: AccountKey): void;
  /** Takes an ended call from the view; nothing happens if it is gone already. */
  dismiss(id: string): void;
  /** The page's microphone failed (or works again): calls go on, listening. */
  reportMicrophone(problem: MicrophoneProblem | null): void;
  /** The calls that are not over, and ended ones until dismissed or five minutes old. */
  views(): readonly CallView[];
  /** The line in the history, should an open call end now for `reason`; null: there is no such call, or it keeps out of the log. */
  recordIfEnded(id: string, reason: CallEndReason): CallRecordView | null;
  onChange(listener: (view: CallView) => void): Unsubscribe;
  onRemove(listener: (id: string) => void): Unsubscribe;
  /** Once for each call that is over, echo calls excepted. */
  onRecord(listener: (record: CallRecordView) => void): Unsubscribe;
  /** Hangs up everything and lets go of wire and media. */
  stop(): void;
}
