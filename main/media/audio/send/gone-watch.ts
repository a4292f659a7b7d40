/** Whether the narrow place has gone, and whether that sign is to be believed again. */
export interface GoneWatch {
  /** After each batch of fates. @param seemsGone packets take no time for their size @returns it has seemed so for long enough */
  sees(nowMs: number, seemsGone: boolean): boolean;
  /** More is sent now because of it. */
  trusted(nowMs: number): void;
  /** A queue. @returns the sign was trusted shortly before */
  failed(nowMs: number): boolean;
}

/** One packet that others held up, and it seems so for a moment, too. */
const goneForMs = 400;
const trustMs = 10_000;
/**
 * A place that lets short bursts through at once looks the same, and its queue comes only when they have been let through: then it
 * is not asked again for a while, each time longer.
 */
const doubtMs = 30_000;
const mostDoubtMs = 240_000;

export function createGoneWatch(): GoneWatch {
  /** Times, written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    trustedAtMs: Number.NEGATIVE_INFINITY,
    doubtForMs: doubtMs,
    doubtUntilMs: Number.NEGATIVE_INFINITY,
    sinceMs: Number.NaN,
  };
  return {
    sees(nowMs, seemsGone) {
      if (!seemsGone || nowMs < state.doubtUntilMs) state.sinceMs = Number.NaN;
      else if (Number.isNaN(state.sinceMs)) state.sinceMs = nowMs;
      return nowMs - state.sinceMs >= goneForMs;
    },
    trusted(nowMs) {
      state.trustedAtMs = nowMs;
    },
    failed(nowMs) {
      const wasTrusted = nowMs - state.trustedAtMs < trustMs;
      state.sinceMs = Number.NaN;
      state.trustedAtMs = Number.NEGATIVE_INFINITY;
      if (!wasTrusted) return false;
      state.doubtUntilMs = nowMs + state.doubtForMs;
      state.doubtForMs = Math.min(mostDoubtMs, state.doubtForMs * 2);
      return true;
    },
  };
}
