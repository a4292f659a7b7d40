import { compareDistance } from '../../../native-shims/hyperdht/index.ts';
import { equalBytes } from '../../../native-shims/sodium/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import type { Logger } from '../../ports/logger.ts';
import { cardMaxBytes, type CardFacts, type CardJudge, type CardShelf } from '../card-store.ts';
import type { CardLimits } from './card-limits.ts';
import { digestOf, maxListed, type PublishAnswer } from './card-wire.ts';
import { KeptCards, type Entry, type Quotas } from './kept-cards.ts';

const sweepEveryMs = 60_000;

export interface CardKeeperParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly shelf: CardShelf;
  readonly judge: CardJudge;
  readonly limits: CardLimits;
  /** Of this run: by which of too many networks give way. */
  readonly secret: Uint8Array;
  /** Near targets are kept before far ones. Null: we keep nothing. */
  readonly ownId: () => Uint8Array | null;
}

/** Who brings a card. `mayJudge` is asked before its work is, which costs. */
export interface Bringer {
  readonly network: string;
  readonly isNeighbour: boolean;
  mayJudge(): boolean;
}

const neighbourMark = 'neighbour ';
const sourceOf = ({ network, isNeighbour }: Bringer): string => (isNeighbour ? `${neighbourMark}${network}` : network);

/** The cards this node keeps for others: every rule of what is taken, kept and named, and nothing of the network. */
export class CardKeeper {
  readonly #parts: CardKeeperParts;
  readonly #quotas: Quotas;
  readonly #targets = new Map<string, KeptCards>();
  #count = 0;
  #sweep: Timer | null = null;

  constructor(parts: CardKeeperParts) {
    this.#parts = parts;
    const { perTarget, perNetwork, perNeighbour } = parts.limits;
    this.#quotas = {
      total: perTarget,
      ofSource: (source) => (source.startsWith(neighbourMark) ? perNeighbour : perNetwork),
    };
  }

  start(): void {
    const { shelf, judge, clock, limits } = this.#parts;
    for (const { target, key, card, source } of shelf.load()) {
      const facts = judge.read(card, clock.nowMs());
      if (facts === null || this.#count >= limits.maxCards) this.#onDisk(() => shelf.remove(target, key));
      else this.#put(target, { facts, card, source });
    }
    this.#sweepNow();
  }

  stop(): void {
    this.#sweep?.cancel();
    this.#sweep = null;
  }

  get count(): number {
    return this.#count;
  }

  // What the replicator sees: each target with a digest of all its cards.
  all(): readonly { readonly target: Uint8Array; readonly record: Uint8Array }[] {
    return [...this.#targets.values()].map((kept) => ({ target: kept.target, record: kept.digest() }));
  }

  get(target: Uint8Array): Uint8Array | null {
    return this.#targets.get(toHex(target))?.digest() ?? null;
  }

  waiting(): null {
    return null;
  }

  entries(target: Uint8Array): readonly Entry[] {
    return this.#targets.get(toHex(target))?.all() ?? [];
  }

  /** Of these cards, which are news here. */
  lacking(target: Uint8Array, digests: readonly Uint8Array[]): readonly boolean[] {
    const held = new Set(this.entries(target).map(({ card }) => toHex(digestOf(card))));
    return digests.map((digest) => !held.has(toHex(digest)));
  }

  choose(target: Uint8Array, beginnings: readonly string[], salt: Uint8Array): readonly Uint8Array[] {
    return this.#targets.get(toHex(target))?.choose(beginnings, salt, maxListed) ?? [];
  }

  card(target: Uint8Array, key: Uint8Array): Uint8Array | null {
    const entry = this.#targets.get(toHex(target))?.get(key) ?? null;
    return entry !== null && entry.facts.expiresAtMs > this.#parts.clock.nowMs() ? entry.card : null;
  }

  async offer(target: Uint8Array, card: Uint8Array, from: Bringer): Promise<PublishAnswer> {
    const { judge, clock } = this.#parts;
    const facts = card.byteLength > cardMaxBytes ? null : judge.read(card, clock.nowMs());
    if (facts === null) return 'BAD_CARD';
    const before = this.#held(target, facts);
    if (before !== null && equalBytes(before.card, card)) {
      this.#cameItself(target, before, from);
      return 'stored';
    }
    const objection = this.#objection(target, facts, before);
    if (objection !== null) return objection;
    if (!from.mayJudge()) return 'TOO_BUSY';
    // A withdrawal costs no work: it only takes the place of a card that did.
    if (!facts.withdraws && !(await judge.isWorked(card))) return 'BAD_CARD';
    const now = this.#held(target, facts);
    const later = this.#objection(target, facts, now);
    if (later !== null) return now !== null && equalBytes(now.card, card) ? 'stored' : later;
    if (now === null && !this.#makeRoom(target)) return 'FULL';
    const kept = this.#targets.get(toHex(target));
    const own = sourceOf(from);
    // Who brings a newer card of somebody can't so move it to where it is crowded.
    const source = now !== null && kept !== undefined && kept.countOf(now.source) <= kept.countOf(own) ? now.source : own;
    return this.#put(target, { facts, card, source }) ? 'stored' : 'FULL';
  }

  #held(target: Uint8Array, { key }: CardFacts): Entry | null {
    return this.#targets.get(toHex(target))?.get(key) ?? null;
  }

  #objection(target: Uint8Array, facts: CardFacts, before: Entry | null): PublishAnswer | null {
    if (before !== null && before.facts.sequence >= facts.sequence) return 'STALE';
    if (facts.withdraws) return before === null ? 'STALE' : null;
    return facts.targets.some((each) => equalBytes(each, target)) ? null : 'BAD_CARD';
  }

  /** What a neighbour handed over, its owner brings: it leaves the neighbour's quota for its own. */
  #cameItself(target: Uint8Array, before: Entry, from: Bringer): void {
    if (from.isNeighbour || !before.source.startsWith(neighbourMark)) return;
    const kept = this.#targets.get(toHex(target));
    if (kept === undefined || kept.countOf(from.network) >= kept.countOf(before.source)) return;
    if (kept.countOf(from.network) >= this.#quotas.ofSource(from.network)) return;
    this.#put(target, { ...before, source: from.network });
  }

  /** @returns whether it is there now */
  #put(target: Uint8Array, entry: Entry): boolean {
    const { shelf } = this.#parts;
    const name = toHex(target);
    const kept = this.#targets.get(name) ?? new KeptCards(target, this.#parts.secret);
    this.#targets.set(name, kept);
    const sizeBefore = kept.size;
    const gone = kept.put(entry, this.#quotas);
    this.#count += kept.size - sizeBefore;
    for (const each of gone) this.#onDisk(() => shelf.remove(target, each.facts.key));
    if (gone.includes(entry)) return false;
    this.#onDisk(() => shelf.save({ target, key: entry.facts.key, card: entry.card, source: entry.source }));
    return true;
  }

  #remove(kept: KeptCards, { facts }: Entry): void {
    kept.remove(facts.key);
    this.#count -= 1;
    if (kept.size === 0) this.#targets.delete(toHex(kept.target));
    this.#onDisk(() => this.#parts.shelf.remove(kept.target, facts.key));
  }

  /** Full: the target farthest from us gives way, since others are nearer to it than we are. */
  #makeRoom(target: Uint8Array): boolean {
    if (this.#count < this.#parts.limits.maxCards) return true;
    const own = this.#parts.ownId();
    if (own === null) return false;
    let farthest: KeptCards | null = null;
    for (const kept of this.#targets.values()) {
      if (farthest === null || compareDistance(own, kept.target, farthest.target) > 0) farthest = kept;
    }
    if (farthest === null || compareDistance(own, target, farthest.target) >= 0) return false;
    const [entry] = farthest.all();
    if (entry !== undefined) this.#remove(farthest, entry);
    return true;
  }

  #onDisk(write: () => void): void {
    try {
      write();
    } catch {
      // Storage tells the person of a full disk itself. Here it costs what a restart forgets, and owners publish again.
    }
  }

  #sweepNow(): void {
    const nowMs = this.#parts.clock.nowMs();
    for (const kept of this.#targets.values()) {
      for (const entry of kept.all()) if (entry.facts.expiresAtMs <= nowMs) this.#remove(kept, entry);
    }
    this.#sweep = this.#parts.clock.setTimer(sweepEveryMs, () => this.#sweepNow());
  }
}
