import { leastLikeness, stepMs } from './delay.ts';
import type { MeasuredVoice } from './measure-voice.ts';

/** A disturbance during a recording; times on the recording's clock, milliseconds. */
export interface Disturbance {
  readonly fromMs: number;
  /** From here on packets arrive again. */
  readonly soundPossibleAtMs: number;
  /** From here on nothing forces a greater delay than before. */
  readonly delayPossibleAtMs: number;
}

export interface Recovery {
  /** How long after that speech was still made up or missing; 0 if it was not, or nobody spoke. */
  readonly soundBackMs: number;
  /**
   * How long after that speech was still later than before the disturbance; 0 if never. Two seconds of it in time end the matter: what
   * makes it later again has another cause.
   */
  readonly delayBackMs: number;
}

/** Less than one frame more is not "later than before". */
const sameDelayMs = 20;
const backForMs = 2_000;
/** Damage that begins so long after the network is back still belongs to its absence: buffers hold that much. */
const reachMs = 300;
/** Damage is one as long as not even a syllable is heard between. */
const syllableMs = 80;

/** @returns null if nothing was heard before the disturbance */
export function measureRecovery(
  { delayOverTime, gapList, concealedList }: MeasuredVoice,
  { fromMs, soundPossibleAtMs, delayPossibleAtMs }: Disturbance,
): Recovery | null {
  const heard = delayOverTime
    .filter(({ likeness }) => likeness >= leastLikeness)
    .map(({ atMs, delayMs }) => ({ spokenMs: atMs, delayMs, heardMs: atMs + delayMs }));
  const before = heard.filter(({ heardMs }) => heardMs < fromMs).map(({ delayMs }) => delayMs);
  const usualMs = before.toSorted((a, b) => a - b)[before.length >> 1];
  if (usualMs === undefined) return null;

  const damage = [...gapList, ...concealedList]
    .map(({ atMs, lengthMs }) => {
      const last = heard.findLast(({ spokenMs }) => spokenMs <= atMs)?.delayMs ?? usualMs;
      // What comes after it tells how late sound is by then.
      const next = heard.find(({ spokenMs }) => spokenMs >= atMs + lengthMs)?.delayMs ?? last;
      return { fromMs: atMs + last, toMs: atMs + lengthMs + next };
    })
    .toSorted((a, b) => a.fromMs - b.fromMs);
  let backMs = soundPossibleAtMs;
  for (const stretch of damage) {
    const belongs = stretch.fromMs <= Math.max(soundPossibleAtMs + reachMs, backMs + syllableMs);
    if (stretch.toMs > backMs && belongs) backMs = stretch.toMs;
  }

  const after = heard.filter(({ heardMs }) => heardMs > delayPossibleAtMs);
  return {
    soundBackMs: backMs - soundPossibleAtMs,
    delayBackMs: lastLate(after, usualMs + sameDelayMs, delayPossibleAtMs) - delayPossibleAtMs,
  };
}

/** When the last window is heard that is later than `mostMs`, before `backForMs` of speech that is not; `otherwiseMs` if none is. */
function lastLate(heard: readonly { heardMs: number; delayMs: number }[], mostMs: number, otherwiseMs: number): number {
  let lateMs = otherwiseMs;
  let inTimeMs = 0;
  for (const { heardMs, delayMs } of heard) {
    const isLate = delayMs > mostMs;
    if (isLate) lateMs = heardMs;
    inTimeMs = isLate ? 0 : inTimeMs + stepMs;
    if (inTimeMs >= backForMs) break;
  }
  return lateMs;
}
