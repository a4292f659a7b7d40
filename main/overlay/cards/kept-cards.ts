import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import { toHex } from '../../ports/hex.ts';
import type { CardFacts } from '../card-store.ts';
import { digestOf } from './card-wire.ts';

/** A card at a target. */
export interface Entry {
  readonly facts: CardFacts;
  readonly card: Uint8Array;
  /** The network that brought it, or the neighbour that handed it over: its quota, and its turn among others. */
  readonly source: string;
}

export interface Quotas {
  readonly total: number;
  ofSource(source: string): number;
}

/**
 * All cards of one target. Where there are too many, sources share the room evenly (max-min): the one that has most gives way, so
 * that somebody with ten thousand cards crowds out their own. Which of its cards go is the same at every keeper, or those that one
 * refuses would come back from all others; which of many equal sources goes is our secret, or it would be worth choosing keys for.
 */
export class KeptCards {
  readonly target: Uint8Array;
  readonly #secret: Uint8Array;
  readonly #entries = new Map<string, Entry>();
  #digest: Uint8Array | null = null;

  constructor(target: Uint8Array, secret: Uint8Array) {
    this.target = target;
    this.#secret = secret;
  }

  get size(): number {
    return this.#entries.size;
  }

  all(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  get(key: Uint8Array): Entry | null {
    return this.#entries.get(toHex(key)) ?? null;
  }

  /** @returns what had to go: for a newcomer that doesn't find room, itself */
  put(entry: Entry, quotas: Quotas): readonly Entry[] {
    this.#digest = null;
    this.#entries.set(toHex(entry.facts.key), entry);
    const counts = this.#counts();
    const own = counts.get(entry.source) ?? 0;
    if (own > quotas.ofSource(entry.source)) return [this.#dropOf(entry.source)];
    if (this.#entries.size <= quotas.total) return [];
    const most = Math.max(...counts.values());
    const sources = [...counts].filter(([, count]) => count === most).map(([source]) => source);
    return [this.#dropOf(lastOf(sources, (source) => blake2b256(this.#secret, Buffer.from(source))))];
  }

  remove(key: Uint8Array): void {
    this.#digest = null;
    this.#entries.delete(toHex(key));
  }

  /** How many each source has here. */
  countOf(source: string): number {
    return this.#counts().get(source) ?? 0;
  }

  /** Of the very cards that are here, in whatever order they came. */
  digest(): Uint8Array {
    this.#digest ??= digestOf(
      ...this.all()
        .map(({ card }) => digestOf(card))
        .toSorted(Buffer.compare),
    );
    return this.#digest;
  }

  /**
   * The keys of those that match, the best first: those with more of the beginnings; among equals each source's first, then each
   * one's second, in an order that the salt makes.
   */
  choose(beginnings: readonly string[], salt: Uint8Array, limit: number): readonly Uint8Array[] {
    const byMatches = new Map<number, Entry[]>();
    for (const entry of this.#entries.values()) {
      const matches = entry.facts.withdraws ? 0 : matchesOf(entry.facts.words, beginnings);
      if (matches > 0) byMatches.set(matches, [...(byMatches.get(matches) ?? []), entry]);
    }
    const chosen: Uint8Array[] = [];
    for (const [, entries] of [...byMatches].toSorted(([left], [right]) => right - left)) {
      if (chosen.length < limit) chosen.push(...inTurns(entries, salt).map(({ facts }) => facts.key));
    }
    return chosen.slice(0, limit);
  }

  #counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { source } of this.#entries.values()) counts.set(source, (counts.get(source) ?? 0) + 1);
    return counts;
  }

  #dropOf(source: string): Entry {
    const own = this.all().filter((entry) => entry.source === source);
    const last = lastOf(own, ({ facts }) => blake2b256(this.target, facts.key));
    this.#entries.delete(toHex(last.facts.key));
    return last;
  }
}

/** The one whose lot is the highest. Neither time nor size moves it. */
function lastOf<T>(all: readonly T[], lotOf: (each: T) => Uint8Array): T {
  const [last] = all.map((each) => ({ each, lot: lotOf(each) })).toSorted((left, right) => Buffer.compare(right.lot, left.lot));
  if (last === undefined) throw new RangeError('there is none');
  return last.each;
}

/** How many of the beginnings some word begins with. */
export const matchesOf = (words: readonly string[], beginnings: readonly string[]): number =>
  beginnings.filter((beginning) => words.some((word) => word.startsWith(beginning))).length;

function inTurns(entries: readonly Entry[], salt: Uint8Array): Entry[] {
  const drawn = entries.map((entry) => ({ entry, draw: toHex(blake2b256(salt, entry.facts.key)) }));
  const seen = new Map<string, number>();
  return drawn
    .toSorted((left, right) => (left.draw < right.draw ? -1 : 1))
    .map((each) => {
      const turn = seen.get(each.entry.source) ?? 0;
      seen.set(each.entry.source, turn + 1);
      return { ...each, turn };
    })
    .toSorted((left, right) => left.turn - right.turn)
    .map(({ entry }) => entry);
}
