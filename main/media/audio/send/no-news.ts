/** What is sent while nothing is told of what was sent: a queue may hold the answers up, or the network is gone. */
export interface NoNews {
  /** News came. */
  told(nowMs: number, newestSentAtMs: number): void;
  /**
   * Now and then.
   * @param heardMs when anything at all came from the other side last; NaN: it is not known
   * @param sentBps what is sent now @param leastBps no less is sent in any case
   */
  pass(nowMs: number, heardMs: number, sentBps: number, leastBps: number): void;
  /** Null: there is news, or nothing that would come of sending less. */
  readonly budgetBps: number | null;
}

/** No news for longer than usual: a queue, or a network that is gone; in both cases less is better until it is known which. */
const silentAfterMs = 250;
const silentAfterGaps = 4;
const silentMostBps = 36_000;
const silentShare = 0.55;
/**
 * Nothing at all for so long, and it is no queue, which lets something through now and then: the network is gone. What is sent
 * meanwhile is in nobody's way, and the first word when it is back had better be a whole one.
 */
const goneAfterMs = 500;
/** And for longer still: what was sent until then may be too much by itself. */
const stillSilentAfterMs = 700;
const stillSilentMostBps = 20_000;

export function createNoNews(): NoNews {
  /** Times, written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    lastMs: 0,
    newestSentAtMs: Number.NaN,
    /** How old the newest news usually is when it comes, and how far apart messages are. */
    usualAgeMs: 300,
    gapMs: 100,
    goneAtMs: Number.NEGATIVE_INFINITY,
  };
  let budgetBps: number | null = null;
  return {
    told(nowMs, newestSentAtMs) {
      const ageMs = nowMs - newestSentAtMs;
      state.usualAgeMs += (ageMs - state.usualAgeMs) * (ageMs < state.usualAgeMs ? 0.3 : 0.01);
      if (state.lastMs > 0) state.gapMs += (Math.min(1_000, nowMs - state.lastMs) - state.gapMs) * 0.1;
      state.lastMs = nowMs;
      state.newestSentAtMs = newestSentAtMs;
      budgetBps = null;
    },
    pass(nowMs, heardMs, sentBps, leastBps) {
      if (Number.isNaN(state.newestSentAtMs)) return;
      if (nowMs - heardMs > goneAfterMs) {
        state.goneAtMs = nowMs;
        budgetBps = null;
        return;
      }
      // When it is back, news takes its usual time.
      const ageMs = nowMs - Math.max(state.newestSentAtMs, state.goneAtMs);
      if (ageMs < state.usualAgeMs + Math.max(silentAfterMs, state.gapMs * silentAfterGaps)) return;
      budgetBps ??= Math.max(leastBps, Math.min(silentMostBps, sentBps * silentShare));
      if (ageMs > state.usualAgeMs + stillSilentAfterMs) budgetBps = Math.max(leastBps, Math.min(budgetBps, stillSilentMostBps));
    },
    get budgetBps() {
      return budgetBps;
    },
  };
}
