import type { CallEndReason, CallRecordView, CallStats, CallView, RecordingProblem } from '../../preload/contract/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { CallHealth } from './call-health.ts';
import { draftAfter, finishDraft, openDraft, type CallDraft, type Moment } from './call-log.ts';
import type { CallRunner } from './call-runner.ts';
import { freshRecording, recordingClockAfter } from './recording-clock.ts';
import { isOnHold, phaseOf, type CallState, type Direction } from './call-state.ts';
import { viewOf, type CallFacts, type RecordingFacts } from './call-view.ts';

export interface CallOrigin {
  readonly id: string;
  readonly accountKey: string;
  readonly name: string;
  readonly echo: boolean;
  /** They are not to learn our address. */
  readonly addressHidden: boolean;
  readonly direction: Direction;
}

/**
 * A call as a person knows it: one row in the view, one record in the history. Its runner may be replaced once, when both
 * people dialled and the other's offer won; for the person it is the same call.
 */
export class CallEntry {
  readonly origin: CallOrigin;
  readonly #clock: Clock;
  readonly #health = new CallHealth();
  /** The device the call is with, once known: no other may speak for it. */
  device: string | null;
  /** Takes the ended call from the view. */
  expiry: Timer | null = null;
  #runner: CallRunner | null = null;
  #draft: CallDraft;
  #last: CallFacts['last'] = { muted: false, remoteMuted: false, held: false, remoteHeld: false, microphone: null };
  #record: CallRecordView | null = null;
  #recording: RecordingFacts = { ours: freshRecording, theirs: freshRecording, path: null, problem: null };

  constructor(origin: CallOrigin, device: string | null, clock: Clock) {
    this.origin = origin;
    this.device = device;
    this.#clock = clock;
    this.#draft = openDraft(origin.direction, this.#now());
  }

  get runner(): CallRunner {
    if (this.#runner === null) throw new Error('a call entry is used before its runner is set');
    return this.#runner;
  }

  set runner(runner: CallRunner) {
    this.#runner = runner;
  }

  get isOpen(): boolean {
    return this.runner.state.stage === 'open';
  }

  /** Follows the machine. Returns the finished record, once, when the call is over. */
  follow(state: CallState): CallRecordView | null {
    this.#draft = draftAfter(this.#draft, state, this.#now());
    this.#followRecordings(state);
    if (state.stage === 'open') {
      this.#last = state;
      if (phaseOf(state) === 'reconnecting') this.#health.interrupted();
      else if (isOnHold(state)) this.#health.paused();
      return null;
    }
    if (this.#record !== null) return null;
    this.#record = this.recordFor(state.reason);
    return this.#record;
  }

  /** A recording of ours begins, into this file. */
  recordingTo(path: string): void {
    this.#recording = { ...this.#recording, ours: freshRecording, path, problem: null };
  }

  recordingProblem(problem: RecordingProblem | null): void {
    this.#recording = { ...this.#recording, problem };
  }

  #followRecordings(state: CallState): void {
    const now = this.#now();
    const open = state.stage === 'open' ? state : null;
    const moves = open !== null && !isOnHold(open);
    const { ours, theirs } = this.#recording;
    this.#recording = {
      ...this.#recording,
      ours: recordingClockAfter(ours, moves && open.recording === 'on', now),
      theirs: recordingClockAfter(open?.remoteRecording === true ? theirs : freshRecording, moves && open.remoteRecording, now),
    };
  }

  recordFor(reason: CallEndReason): CallRecordView {
    return finishDraft(
      this.#draft,
      { id: this.origin.id, conversationId: this.origin.accountKey },
      reason,
      this.#now(),
      this.#health.summary(),
    );
  }

  measured(stats: CallStats): void {
    const { state } = this.runner;
    const talking = state.stage === 'open' && phaseOf(state) === 'active' && !isOnHold(state);
    this.#health.measured(stats, this.#clock.monotonicMs(), talking);
  }

  view(): CallView {
    const { id, accountKey, name, echo, addressHidden } = this.origin;
    const facts = {
      id,
      accountKey,
      name,
      echo,
      addressHidden,
      draft: this.#draft,
      health: this.#health,
      last: this.#last,
      recording: this.#recording,
    };
    return viewOf(facts, this.runner.state);
  }

  #now(): Moment {
    return { wallMs: this.#clock.nowMs(), monotonicMs: this.#clock.monotonicMs() };
  }
}
