import type { MediaPath } from '../../../preload/contract/index.ts';
import type { Base, Route } from './base.ts';
import type { Candidate } from './candidate.ts';
import type { Generation } from './generation.ts';

/** Transactions of a pair that may still be answered: those of a second in doubt. */
const maxOpen = 16;

/** Seconds with an answer: half a minute, in a call that goes well. In doubt many answers come from one queue. */
const remembered = 8;
const secondMs = 1_000;

/** A check that was sent and not answered yet. */
export interface OpenCheck {
  readonly pair: Pair;
  readonly transactionId: string;
  readonly sentAtMs: number;
  readonly role: 'controlling' | 'controlled';
}

/**
 * A base of ours and a place of theirs.
 *
 * ```
 * waiting ── answered ──► valid ⇄ silent (checks are not answered any more)
 *    └── nothing for long, or refused ──► given-up ── a check of theirs comes ──► waiting
 * ```
 */
export class Pair {
  readonly base: Base;
  readonly route: Route;
  readonly generation: Generation;
  remote: Candidate;
  state: 'waiting' | 'valid' | 'silent' | 'given-up' = 'waiting';
  /** When its next check is due; infinite: none is. */
  dueMs: number;
  /** Theirs have come: it works in one direction at least, and what else comes on it may be theirs. */
  isHeard = false;
  /** Of a check of theirs; what we may answer with one of ours at once (RFC 8445 §7.3.1.4). */
  isTriggered = false;
  /** They saw us come from our own address: no router between us changes it. */
  isUnmapped = false;
  /** Checks since the last answer, and when the first of them left. */
  unanswered = 0;
  unansweredSinceMs = 0;
  attempts = 0;
  validSinceMs = 0;
  lastAnswerMs = -Infinity;
  answers = 0;
  /** The least of the last answers: how long the way is. What others took more has waited, mostly where every way begins. */
  rttMs = 0;
  /** Smoothed: when an answer may be expected. */
  usualRttMs = 0;
  /** The latest nomination that was heard on it; -1: none. */
  nomination = -1;
  readonly born: number;
  readonly #open: OpenCheck[] = [];
  /** Of how many seconds with an answer that is the least, up to so many. */
  rttSeconds = 0;
  readonly #leastOf = new Float64Array(remembered).fill(Infinity);
  #second = 0;
  #secondBeganMs = -Infinity;

  constructor(base: Base, remote: Candidate, generation: Generation, nowMs: number) {
    this.base = base;
    this.remote = remote;
    this.generation = generation;
    this.route = base.route(remote.address);
    this.dueMs = nowMs;
    this.born = nowMs;
  }

  get isRelayed(): boolean {
    return this.base.kind === 'relay' || this.base.kind === 'overlay-relay' || this.remote.type === 'relay';
  }

  get kind(): MediaPath {
    if (this.base.kind === 'overlay' || this.base.kind === 'overlay-relay') return this.base.kind;
    if (this.isRelayed) return 'relay';
    return this.remote.type === 'host' && this.isUnmapped ? 'host' : 'direct';
  }

  /** A check leaves. @returns the one that is too old to count now */
  sent(check: OpenCheck, nowMs: number): OpenCheck | null {
    if (this.unanswered === 0) this.unansweredSinceMs = nowMs;
    this.unanswered += 1;
    this.attempts += 1;
    this.#open.push(check);
    return this.#open.length > maxOpen ? (this.#open.shift() ?? null) : null;
  }

  answered(check: OpenCheck, nowMs: number): void {
    const index = this.#open.indexOf(check);
    if (index >= 0) this.#open.splice(index, 1);
    const sample = nowMs - check.sentAtMs;
    // RFC 6298 §2.3's weight; the first one counts whole.
    this.usualRttMs = this.answers === 0 ? sample : this.usualRttMs + (sample - this.usualRttMs) / 8;
    this.#note(sample, nowMs);
    this.answers += 1;
    if (this.state !== 'valid') this.validSinceMs = nowMs;
    this.state = 'valid';
    this.lastAnswerMs = nowMs;
    this.unanswered = 0;
  }

  #note(sampleMs: number, nowMs: number): void {
    if (nowMs - this.#secondBeganMs >= secondMs) {
      this.#secondBeganMs = nowMs;
      this.#second = (this.#second + 1) % remembered;
      this.#leastOf[this.#second] = Infinity;
      this.rttSeconds = Math.min(remembered, this.rttSeconds + 1);
    }
    this.#leastOf[this.#second] = Math.min(this.#leastOf[this.#second] ?? Infinity, sampleMs);
    this.rttMs = Math.min(...this.#leastOf);
  }

  /** Transactions that will not count any more. */
  forget(): readonly OpenCheck[] {
    return this.#open.splice(0);
  }
}
