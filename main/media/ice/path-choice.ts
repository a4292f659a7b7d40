import type { MediaPath } from '../../../preload/contract/index.ts';
import type { CheckList } from './check-list.ts';
import { isProven, type PairRole } from './check-plan.ts';
import type { Generation } from './generation.ts';
import { Liveness } from './liveness.ts';
import type { Pair } from './pair.ts';
import { compareWays, isBetter } from './selection.ts';

/** So many pairs are kept ready beside the one in use. */
const warmPairs = 2;
/** Relayed ones that have answered, while a direct one is in use: as many as there are relays. More would only load those. */
const enoughRelayed = 3;
/** In doubt the pair in use has so long, or twice its round trip, before another that answered takes its place. */
const leastGraceMs = 80;
/** If nothing has answered by then, more may be wrong than a path. */
const stuckMs = 300;
/** Whoever is silent and reachable is not asked for longer. */
const doubtMs = 1_000;
/** They send on another pair than we, and ours has been quiet for this: it may be dead in one direction … */
const strayAfterMs = 100;
/** … which is looked into no more often than this. */
const strayEveryMs = 3_000;

/**
 * Which pair carries media. The controlling side nominates, at any time; the controlled one follows the latest nomination as
 * long as that pair answers it, and helps itself if it does not.
 *
 * ```
 * steady ── nothing arrives, while media flowed ──► doubt: every pair that works is asked every 100 ms
 *    ▲                                                 ├── the one in use answers, or media comes ──► steady
 *    │                                                 └── another answers: media goes over both
 *    └────────── media goes over the other ◄── and the one in use still does not
 * ```
 */
export class PathChoice {
  readonly #list: CheckList;
  readonly #onPath: (kind: MediaPath) => void;
  readonly #liveness = new Liveness();
  selected: Pair | null = null;
  /** Media goes over this one, too. */
  doubled: Pair | null = null;
  /** How often we nominated. */
  nominations = 0;
  #latest = -1;
  #nominee: Pair | null = null;
  #told: MediaPath | null = null;
  #doubtSinceMs = Infinity;
  /** It is they who don't hear us: what comes from them proves nothing. */
  #isTheirDoubt = false;
  #isStuckTold = false;
  #selectedHeardMs = 0;
  #strayedMs = -Infinity;

  constructor(list: CheckList, onPath: (kind: MediaPath) => void) {
    this.#list = list;
    this.#onPath = onPath;
  }

  get isInDoubt(): boolean {
    return this.#doubtSinceMs !== Infinity;
  }

  /** We don't hear them, and say so. */
  get doubtsThem(): boolean {
    return this.isInDoubt && !this.#isTheirDoubt;
  }

  /** Media comes, in a steady flow. */
  get isFlowing(): boolean {
    return this.#liveness.doubtAtMs !== Infinity;
  }

  /** When `look` has something to decide. */
  get dueMs(): number {
    if (!this.isInDoubt) return this.#liveness.doubtAtMs;
    if (this.doubled !== null) return this.#doubtSinceMs + this.#graceMs;
    return this.#doubtSinceMs + (this.#isStuckTold ? doubtMs : stuckMs);
  }

  /** A packet came; nothing is made here that lives longer. @returns true if there is something to do at once */
  arrived(pair: Pair, nowMs: number): boolean {
    this.#liveness.note(nowMs);
    if (pair === this.selected) {
      this.#selectedHeardMs = nowMs;
      if (this.doubtsThem) this.#endDoubt();
      return false;
    }
    const isQuiet = nowMs - this.#selectedHeardMs > strayAfterMs && nowMs - this.#strayedMs > strayEveryMs;
    if (!isQuiet || pair.answers === 0 || this.isInDoubt) return false;
    this.#strayedMs = nowMs;
    this.doubt(nowMs);
    this.doubled = pair;
    return true;
  }

  answered(pair: Pair, sentAtMs: number): void {
    if (!this.isInDoubt || sentAtMs < this.#doubtSinceMs) return;
    if (pair === this.selected) {
      this.#endDoubt();
      this.#liveness.rest();
    } else if (this.doubled === null || compareWays(pair, this.doubled) < 0) this.doubled = pair;
  }

  nominated(pair: Pair, nomination: number): void {
    if (nomination < this.#latest) return;
    this.#latest = nomination;
    this.#nominee = pair;
  }

  /** Something may be wrong with the pair in use. */
  doubt(nowMs: number): void {
    if (this.selected === null || this.isInDoubt) return;
    this.#doubtSinceMs = nowMs;
    for (const pair of this.#warm()) pair.dueMs = nowMs;
    this.selected.dueMs = nowMs;
  }

  /** They don't hear us on the pair in use, and ask on this one. */
  isDoubted(pair: Pair, nowMs: number): void {
    if (pair === this.selected || pair.state !== 'valid' || this.isInDoubt) return;
    this.doubt(nowMs);
    this.#isTheirDoubt = true;
    this.doubled = pair;
  }

  /** @returns 'stuck', once in a doubt, if nothing answers at all */
  look(nowMs: number): 'stuck' | null {
    if (!this.isInDoubt) {
      if (this.#liveness.doubtAtMs <= nowMs) this.doubt(nowMs);
      return null;
    }
    if (this.doubled !== null && nowMs >= this.#doubtSinceMs + this.#graceMs) {
      if (this.selected !== null) this.selected.state = 'silent';
      // It is the one that answered first or best; what else there is can be compared later, in peace.
      this.#select(this.doubled);
      this.#endDoubt();
    } else if (nowMs >= this.#doubtSinceMs + doubtMs) {
      this.#endDoubt();
      this.#liveness.rest();
    } else if (!this.#isStuckTold && this.doubled === null && nowMs >= this.#doubtSinceMs + stuckMs) {
      this.#isStuckTold = true;
      return 'stuck';
    }
    return null;
  }

  choose(generation: Generation, isControlling: boolean, nowMs: number): void {
    const usable = this.#list.pairs.filter((pair) => pair.state === 'valid' && (isControlling || pair.isHeard));
    const ofRound = usable.filter((pair) => pair.generation === generation);
    const { selected } = this;
    const isAlive = selected !== null && usable.includes(selected);
    const isOfRound = selected?.generation === generation;
    if (!isControlling && this.#nominee !== null && usable.includes(this.#nominee)) {
      if (this.#nominee.generation === generation || !isOfRound) return this.#select(this.#nominee);
    }
    if (isAlive && isOfRound) {
      if (isControlling && !this.isInDoubt) this.#improve(selected, ofRound, nowMs);
      return this.#tell();
    }
    const [best] = (ofRound.length > 0 ? ofRound : isAlive ? [] : usable).toSorted(compareWays);
    if (best !== undefined) this.#select(best);
  }

  roleOf(pair: Pair): PairRole {
    if (pair === this.selected) return 'selected';
    if (this.#warm().includes(pair)) return 'warm';
    return this.isNeedless(pair) ? 'needless' : 'spare';
  }

  /** Nothing would be gained if it worked. */
  isNeedless(pair: Pair): boolean {
    if (this.selected === null || this.selected.isRelayed || this.isInDoubt || !pair.isRelayed) return false;
    return (
      this.#list.pairs.filter((other) => other !== pair && other.isRelayed && other.state === 'valid').length >= enoughRelayed
    );
  }

  gone(pair: Pair): void {
    if (this.selected === pair) this.selected = null;
    if (this.doubled === pair) this.doubled = null;
    if (this.#nominee === pair) this.#nominee = null;
  }

  rest(): void {
    this.#endDoubt();
    this.#liveness.rest();
  }

  get #graceMs(): number {
    return Math.max(leastGraceMs, 2 * (this.selected?.rttMs ?? 0));
  }

  #improve(current: Pair, others: readonly Pair[], nowMs: number): void {
    const better = others.filter((pair) => pair !== current && isProven(pair, nowMs) && isBetter(pair, current));
    const [best] = better.toSorted(compareWays);
    if (best !== undefined) this.#select(best);
  }

  /** Ready to take over: the best ones, and the best relayed one in any case. */
  #warm(): readonly Pair[] {
    const others = this.#list.pairs.filter((pair) => pair.answers > 0 && pair !== this.selected).toSorted(compareWays);
    const relayed = others.slice(warmPairs).find(({ isRelayed }) => isRelayed);
    return [...others.slice(0, warmPairs), ...(relayed === undefined ? [] : [relayed])];
  }

  #select(pair: Pair): void {
    if (pair === this.selected) return;
    this.selected = pair;
    this.nominations += 1;
    if (this.doubled === pair) this.doubled = null;
    this.#tell();
  }

  /** What a pair is may be found out later than that it works. */
  #tell(): void {
    if (this.selected === null || this.selected.kind === this.#told) return;
    this.#told = this.selected.kind;
    this.#onPath(this.#told);
  }

  #endDoubt(): void {
    this.#doubtSinceMs = Infinity;
    this.#isTheirDoubt = false;
    this.#isStuckTold = false;
    this.doubled = null;
  }
}
