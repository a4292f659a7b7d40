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
  #path: Steady<CallStats['path']> = steadyOf(null);
  #amount = 0;

  /** As measured last; the way that media takes is told when it has been taken for a while: at first it changes within the second. */
  get stats(): CallStats | null {
    return this.#stats === null ? null : { ...this.#stats, path: this.#path.shown };
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
    this.#path = steadyOf(null);
    this.#summary.saw('lost');
  }

  /** @param talking both can be heard: only then is there a quality */
  measured(stats: CallStats, nowMs: number, talking: boolean): void {
    const elapsedMs = nowMs - this.#measuredAtMs;
    const heard = heardBetween(this.#stats, stats, elapsedMs);
    const first = this.#stats === null;
    this.#stats = stats;
    this.#measuredAtMs = nowMs;
    this.#path = this.#path.shown === null ? steadyOf(stats.path) : settle(this.#path, stats.path, nowMs);
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
