import type { RecordingTime } from '../../preload/contract/index.ts';
import type { Moment } from './call-log.ts';

/** How long something was recorded: a clock that stands still on hold. */
export interface RecordingClock {
  readonly recordedMs: number;
  readonly runningSince: Moment | null;
}

export const freshRecording: RecordingClock = { recordedMs: 0, runningSince: null };

export function recordingClockAfter(clock: RecordingClock, runs: boolean, now: Moment): RecordingClock {
  const { recordedMs, runningSince } = clock;
  if (runs === (runningSince !== null)) return clock;
  if (runningSince === null) return { recordedMs, runningSince: now };
  return { recordedMs: recordedMs + now.monotonicMs - runningSince.monotonicMs, runningSince: null };
}

export const recordingTimeOf = ({ recordedMs, runningSince }: RecordingClock): RecordingTime => ({
  recordedMs: Math.max(0, Math.round(recordedMs)),
  runningSinceMs: runningSince?.wallMs ?? null,
});
