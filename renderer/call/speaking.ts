/** A voice is heard from here on (level 0…1), and no longer below the second figure: two thresholds, so that the ring does not flicker. */
const speaksFrom = 0.04;
const silentBelow = 0.02;
/** The ring stays through the gaps between words. */
const holdMs = 350;

export interface Speaking {
  readonly speaking: boolean;
  readonly loudMs: number;
}

export const quiet: Speaking = { speaking: false, loudMs: -Infinity };

/** Whether somebody speaks, from one more level at `nowMs`. */
export function speakingNext(state: Speaking, level: number, nowMs: number): Speaking {
  const threshold = state.speaking ? silentBelow : speaksFrom;
  if (level >= threshold) return { speaking: true, loudMs: nowMs };
  return state.speaking && nowMs - state.loudMs > holdMs ? { speaking: false, loudMs: state.loudMs } : state;
}
