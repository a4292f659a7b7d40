import type { CallQuality, CallStats, CallSummary, CallTrouble } from '../../preload/contract/index.ts';
import { heardBetween, judgeQuality } from './call-quality.ts';
import { SummaryDraft } from './call-summary.ts';
import { findTrouble } from './call-trouble.ts';
import { settle, steadyOf, type Steady } from './steady.ts';

/** How a call is, from its measurements: figures, a word, who is to blame, and what of it the history keeps. */
export class CallHealth {
  readonly #summary = new SummaryDraft();
  #stats: CallStats | null = null;
  #measuredAtMs = 0;
  #quality: Steady<CallQuality | null> = steadyOf(null);
  #trouble: Steady<CallTrouble['kind'] | null> = steadyOf(null);
  #amount = 0;

  get stats(): CallStats | null {
    return this.#stats;
  }

  get quality(): CallQuality | null {
    return this.#quality.shown;
  }

  get trouble(): CallTrouble | null {
    const kind = this.#trouble.shown;
    return kind === null ? null : { kind, amount: this.#amount };
  }

  /** Nobody talks for a while: what was heard before says nothing about what comes after. */
  paused(): void {
    this.#quality = steadyOf(null);
    this.#trouble = steadyOf(null);
  }

  /** The path is gone, which is a pause that nobody wanted. */
  interrupted(): void {
    this.paused();
    this.#summary.saw('lost');
  }

  /** @param talking both can be heard: only then is there a quality */
  measured(stats: CallStats, nowMs: number, talking: boolean): void {
    const elapsedMs = nowMs - this.#measuredAtMs;
    const heard = heardBetween(this.#stats, stats, elapsedMs);
    const first = this.#stats === null;
    this.#stats = stats;
    this.#measuredAtMs = nowMs;
    if (!talking) return;
    const judged = judgeQuality(heard);
    const trouble = findTrouble(heard, stats, judged);
    this.#quality = this.#quality.shown === null ? steadyOf(judged) : settle(this.#quality, judged, nowMs);
    this.#trouble = settle(this.#trouble, trouble?.kind ?? null, nowMs);
    if (trouble !== null && trouble.kind === this.#trouble.shown) this.#amount = trouble.amount;
    this.#summary.add(stats, first ? 0 : elapsedMs, this.#quality.shown ?? judged, this.#trouble.shown);
  }

  summary(): CallSummary | null {
    return this.#summary.finish();
  }
}
