import type { CallPhase, CallQuality, CallView } from '../../preload/contract/index.ts';

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

/** How many strings hold the caller: the step while connecting, the quality while talking, none on hold. */
export const rigLit = (call: CallView, quality: CallQuality | null): number =>
  call.phase === 'active' && call.hold !== 'none'
    ? 0
    : call.phase === 'active'
      ? talkingStrings[quality ?? 'clear']
      : phaseStrings[call.phase];
