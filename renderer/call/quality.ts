import type { CallPhase, CallQuality, CallView } from '../../preload/contract/index.ts';

/** The word of a quality changes only after this long in the new state: numbers jump, people should not. */
export const steadyForMs = 3_000;

export interface SteadyQuality {
  readonly shown: CallQuality | null;
  /** A different quality that is waiting to be believed, and since when. */
  readonly candidate: { readonly quality: CallQuality; readonly sinceMs: number } | null;
}

export const unknownQuality: SteadyQuality = { shown: null, candidate: null };

/** The next state of the shown quality; `nowMs` on any steady clock. The first value is shown at once. */
export function steady(state: SteadyQuality, measured: CallQuality | null, nowMs: number): SteadyQuality {
  if (measured === null || measured === state.shown) return state.candidate === null ? state : { ...state, candidate: null };
  if (state.shown === null) return { shown: measured, candidate: null };
  if (state.candidate?.quality !== measured) return { ...state, candidate: { quality: measured, sinceMs: nowMs } };
  return nowMs - state.candidate.sinceMs >= steadyForMs ? { shown: measured, candidate: null } : state;
}

/** Strings of the fan. */
export const fanStrings: Record<CallQuality, number> = { clear: 4, good: 3, patchy: 2, struggling: 1, lost: 0 };

/** Tied strings of the rig while talking: 9, 7, 4, 2 by quality. */
const talkingStrings: Record<CallQuality, number> = { clear: 9, good: 7, patchy: 4, struggling: 2, lost: 1 };

const phaseStrings: Record<Exclude<CallPhase, 'active'>, number> = {
  preparing: 1,
  connecting: 2,
  ringing: 3,
  accepting: 3,
  reconnecting: 1,
  ended: 0,
};

/** How many strings hold the caller: the step while connecting, the quality while talking. */
export const rigLit = (call: CallView, quality: CallQuality | null): number =>
  call.phase === 'active' ? talkingStrings[quality ?? 'clear'] : phaseStrings[call.phase];
