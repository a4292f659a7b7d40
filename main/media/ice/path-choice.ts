import type { MediaPath } from '../../../preload/contract/index.ts';
import type { CheckList } from './check-list.ts';
import { isComparable, isProven, type PairRole, type PairWorth } from './check-plan.ts';
import type { Generation } from './generation.ts';
import { Liveness } from './liveness.ts';
import type { Pair } from './pair.ts';
import { compareWays, isBetter } from './selection.ts';
import { waysApart } from './ways-apart.ts';

/** So many ways are kept ready beside the one in use: one may have died with it unnoticed, and one takes over. */
const warmWays = 3;
/** Of those, so many get what is sent while the relay in use is in doubt and none has answered. */
const guesses = 2;
/** Relayed ones that have answered, while a direct one is in use: as many as there are relays. More would only load those. */
const enoughRelayed = 3;
/** In doubt the pair in use has so long, or twice its round trip, before another that answered takes its place. */
const leastGraceMs = 80;
/**
 * And so long after that one's answer, or as long as that took: where the uplink is narrow both wait in the same queue, and which
 * answer comes first, or not at all, is chance.
 */
const tieMs = 100;
const mostTieMs = 300;
/** If nothing has answered by then, more may be wrong than a path. */
const stuckMs = 300;
/** Whoever is silent and reachable is not asked for longer, unless another is about to take over. */
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
 * steady ── nothing arrives, while media flowed ──► doubt: every pair that works is asked, each when it can have answered
 *    │                                                 │   (and gets media too, if the one in use is relayed)
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
  /** Media goes over these, too. */
  #doubles: readonly Pair[] = nobody;
  /** How often we nominated. */
  nominations = 0;
  #latest = -1;
  #nominee: Pair | null = null;
  /** Found to work while the one in use is in doubt. */
  #heir: Pair | null = null;
  /** From when on it may take over. */
  #heirReadyMs = Infinity;
  /** What the path carries is little: nothing goes twice. */
  isNarrow = false;
  #told: MediaPath | null = null;
  #doubtSinceMs = Infinity;
  /** It is they who don't hear us: what comes from them proves nothing. */
  #isTheirDoubt = false;
  #isStuckTold = false;
  /** The doubt began because nothing came on this one: if something does, it was only late. */
  #missed: Pair | null = null;
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
    // Without a pair in use there is nothing to doubt, however long nothing came.
    if (!this.isInDoubt) return this.selected === null ? Infinity : this.#liveness.doubtAtMs;
    if (this.#takesOverMs !== Infinity) return this.#takesOverMs;
    return this.#doubtSinceMs + (this.#isStuckTold || this.#heir !== null ? doubtMs : stuckMs);
  }

  /** Runs for each packet of media. */
  send(bytes: Buffer, length: number): void {
    this.selected?.route.send(bytes, length);
    for (let index = 0; index < this.#doubles.length; index += 1) this.#doubles[index]?.route.send(bytes, length);
  }

  /** A packet came; nothing is made here that lives longer. @returns true if there is something to do at once */
  arrived(pair: Pair, nowMs: number): boolean {
    this.#liveness.note(nowMs);
    if (pair === this.selected) {
      this.#selectedHeardMs = nowMs;
      if (!this.doubtsThem) return false;
      if (this.#missed === pair) this.#liveness.wasLate(nowMs);
      this.#endDoubt();
      // They were told of the doubt, and may be about to leave this pair for it.
      pair.dueMs = nowMs;
      return true;
    }
    const isQuiet = nowMs - this.#selectedHeardMs > strayAfterMs && nowMs - this.#strayedMs > strayEveryMs;
    if (!isQuiet || pair.answers === 0 || this.isInDoubt) return false;
    this.#strayedMs = nowMs;
    this.doubt(nowMs);
    this.#inherits(pair);
    this.#heirReadyMs = nowMs + tieMs;
    return true;
  }

  answered(pair: Pair, sentAtMs: number, nowMs: number): void {
    if (!this.isInDoubt || sentAtMs < this.#doubtSinceMs) return;
    if (pair === this.selected) {
      this.#endDoubt();
      this.#liveness.rest();
      return;
    }
    if (this.#heir === null || this.#heirReadyMs === Infinity || compareWays(pair, this.#heir) < 0) this.#inherits(pair);
    if (pair !== this.#heir) return;
    const ownTieMs = Math.min(mostTieMs, Math.max(tieMs, nowMs - sentAtMs));
    this.#heirReadyMs = Math.min(this.#heirReadyMs, nowMs + ownTieMs);
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
    const warm = this.#warm();
    for (const pair of warm) pair.dueMs = nowMs;
    this.selected.dueMs = nowMs;
    // To wait for an answer would cost a round trip of silence. What is sent over a direct path has not the constant rate that
    // a relay is to see, and its pauses are doubted often: it does not guess.
    if (this.selected.isRelayed && !this.isNarrow)
      this.#doubles = warm.filter(({ state }) => state === 'valid').slice(0, guesses);
  }

  /** They don't hear us on the pair in use, and ask on this one. */
  isDoubted(pair: Pair, nowMs: number): void {
    if (pair === this.selected || pair.state !== 'valid' || this.isInDoubt) return;
    this.doubt(nowMs);
    this.#isTheirDoubt = true;
    this.#inherits(pair);
  }

  /** They ask on this one, and doubt no more. If they send on it, too, what they missed has come; otherwise they may have left it. */
  isTrusted(pair: Pair, nowMs: number): void {
    if (!this.isInDoubt || !this.#isTheirDoubt || pair !== this.selected) return;
    if (nowMs - this.#selectedHeardMs <= strayAfterMs) this.#endDoubt();
  }

  /** @returns 'stuck', once in a doubt, if nothing answers at all */
  look(nowMs: number): 'stuck' | null {
    if (!this.isInDoubt) {
      if (this.#liveness.doubtAtMs > nowMs) return null;
      this.doubt(nowMs);
      this.#missed = this.selected;
      return null;
    }
    if (this.#heir !== null && nowMs >= this.#takesOverMs) {
      if (this.selected !== null) this.selected.state = 'silent';
      // It is the one that answered first or best; what else there is can be compared later, in peace.
      this.#select(this.#heir);
      this.#endDoubt();
    } else if (this.#takesOverMs === Infinity && nowMs >= this.#doubtSinceMs + doubtMs) {
      this.#endDoubt();
      this.#liveness.rest();
    } else if (!this.#isStuckTold && this.#heir === null && nowMs >= this.#doubtSinceMs + stuckMs) {
      this.#isStuckTold = true;
      return 'stuck';
    }
    return null;
  }

  choose(generation: Generation, isControlling: boolean, nowMs: number): void {
    this.#choose(generation, isControlling, nowMs);
    // Those that are to take over must be known to work, and their routers must know them.
    for (const pair of this.#warm()) if (pair.state === 'valid' && pair.dueMs === Infinity) pair.dueMs = nowMs;
  }

  roleOf(pair: Pair): PairRole {
    if (pair === this.selected) return 'selected';
    if (this.#warm().includes(pair)) return 'warm';
    return this.isNeedless(pair) ? 'needless' : 'spare';
  }

  /** What it would be to us if it worked, which it never did. */
  worthOf(pair: Pair): PairWorth {
    if (this.selected === null) return 'better';
    if (!this.selected.isRelayed) return 'spare';
    return pair.isRelayed ? 'other' : 'better';
  }

  /** Nothing would be gained if it worked. */
  isNeedless(pair: Pair): boolean {
    if (this.selected === null || this.selected.isRelayed || this.isInDoubt || !pair.isRelayed) return false;
    const ready = this.#list.pairs.filter((other) => other !== pair && other.isRelayed && other.state === 'valid');
    return ready.length >= enoughRelayed && !waysApart(this.selected, [...ready, pair]).includes(pair);
  }

  gone(pair: Pair): void {
    if (this.selected === pair) this.selected = null;
    if (this.#heir === pair) this.#disinherit();
    if (this.#doubles.includes(pair)) this.#doubles = this.#doubles.filter((other) => other !== pair);
    if (this.#nominee === pair) this.#nominee = null;
  }

  rest(): void {
    this.#endDoubt();
    this.#liveness.rest();
  }

  #choose(generation: Generation, isControlling: boolean, nowMs: number): void {
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

  get #takesOverMs(): number {
    const graceMs = Math.max(leastGraceMs, 2 * (this.selected?.usualRttMs ?? 0));
    return Math.max(this.#doubtSinceMs + graceMs, this.#heirReadyMs);
  }

  #improve(current: Pair, others: readonly Pair[], nowMs: number): void {
    const answers = (pair: Pair): boolean => isProven(pair, nowMs) && pair.unanswered <= 1;
    // A call begins with more than a narrow uplink carries: what direct ways differ by then is how long each check waited.
    const isMeasured = (pair: Pair): boolean => pair.isRelayed || current.isRelayed || isComparable(pair, current);
    const better = others.filter((pair) => pair !== current && answers(pair) && isMeasured(pair) && isBetter(pair, current));
    const [best] = better.toSorted(compareWays);
    if (best !== undefined) this.#select(best);
  }

  /** Ready to take over, first those that don't die with the one in use, then the best of the others. */
  #warm(): readonly Pair[] {
    const others = this.#list.pairs.filter((pair) => pair.answers > 0 && pair !== this.selected);
    const working = (pair: Pair): number => Number(pair.state === 'valid');
    const sorted = others.toSorted((a, b) => working(b) - working(a) || compareWays(a, b));
    const apart = waysApart(this.selected, sorted).slice(0, warmWays);
    const best = sorted.find((pair) => !apart.includes(pair));
    return best === undefined ? apart : [...apart, best];
  }

  #inherits(pair: Pair): void {
    if (pair !== this.#heir) this.#heirReadyMs = Infinity;
    this.#heir = pair;
    this.#doubles = this.isNarrow ? nobody : [pair];
  }

  #disinherit(): void {
    this.#heir = null;
    this.#heirReadyMs = Infinity;
  }

  #select(pair: Pair): void {
    if (pair === this.selected) return;
    this.selected = pair;
    this.nominations += 1;
    if (this.#heir === pair) this.#disinherit();
    this.#doubles = this.#heir === null || this.isNarrow ? nobody : [this.#heir];
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
    this.#missed = null;
    this.#disinherit();
    this.#doubles = nobody;
  }
}

const nobody: readonly Pair[] = [];
