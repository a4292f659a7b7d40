import type { NodeAddress, TableNode } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { hostPortText } from '../../ports/host-port.ts';
import { openGate, type LineGate } from '../../ports/line-gate.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import { holderSetSize } from '../lookup.ts';
import type { HandOutcome, HandOver } from './hand-over.ts';
import { HandQueue } from './hand-queue.ts';
import { changeOfSet, changesOf, isTouched, type Changes, type Radius } from './neighbourhood.ts';
import type { DirectoryDht, OwnPlace } from './places.ts';
import type { Shelf } from './shelf.ts';

/** Neighbours that come together (a house after a power cut) are one change; the jitter keeps holders from speaking at once. */
const settleMs = 1_000;
/**
 * So many of a set's members that were there before hand a record to whoever is new in it, the nearest first, each this much later
 * than the one before, so that it mostly finds it there: of four at least one is alive in 99 % of cases where 30 % have just died.
 */
const handers = 4;
const rankDelayMs = 4_000;
/** Whoever is new in our table is probably new at all; after so long it holds what it should. */
const elderMs = 600_000;
/**
 * Every record's closest set is looked up and mended so often (Kademlia's hourly republishing; Maymounkov and Mazières 2002, §2.5),
 * by one of its holders: the question of the first tells the others, who put theirs off, so often in a row at most. So somebody who
 * asks for the sake of hushing the others delays them to six hours.
 */
const auditEveryMs = 3_600_000;
const maxPutOffs = 5;
const sweepEveryMs = 60_000;
/** 20,000 records, of which a twentieth falls to us: 1,000 an hour. Twice as many can be done. */
const betweenAuditsMs = 1_800;
/** While the line is the voice's alone: a question to twenty nodes now and then. */
const gatePatienceMs = 60_000;
/** Records that are looked at before others get their turn: 2 ms or so. */
const perSlice = 100;

export interface ReplicatorParts {
  readonly shelf: Pick<Shelf, 'all' | 'get' | 'waiting'>;
  readonly hand: HandOver;
  readonly node: () => Pick<DirectoryDht, 'closest'> | null;
  /** Null: clients hold nothing for others. */
  readonly self: () => OwnPlace | null;
  /** Without it nothing waits. */
  readonly gate?: LineGate;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What we know of a record that we hold. */
interface Tracked {
  /** Undefined: its set was never looked at. */
  radius: Radius | undefined;
  auditAtMs: number;
  putOffs: number;
}

/**
 * Keeps every record at its closest set as nodes come and go. A change costs what it changes: only records whose set the newcomer
 * enters, or the one that left was in, are handed on, to that one node. What this misses is mended by the audit.
 */
export class Replicator {
  readonly #parts: ReplicatorParts;
  readonly #queue: HandQueue;
  readonly #tracked = new Map<string, Tracked>();
  readonly #stopping = new AbortController();
  #table: ReadonlyMap<string, TableNode> = new Map();
  #seenSinceMs: ReadonlyMap<string, number> = new Map();
  #settling: Timer | null = null;
  #sweeping: Timer | null = null;
  readonly #pauses = new Set<Timer>();
  #isEvaluating = false;
  #isAuditing = false;

  constructor(parts: ReplicatorParts) {
    this.#parts = parts;
    this.#queue = new HandQueue(parts.clock, (to, target) => this.#give(to, target), parts.gate);
  }

  start(): void {
    const { clock } = this.#parts;
    this.#sweeping = clock.setTimer(this.#jittered(sweepEveryMs), () => {
      this.#sweep().catch((error: unknown) => this.#failed('audit-failed', error));
      this.start();
    });
  }

  /** Somebody came to our routing table or left it. */
  neighboursChanged(): void {
    if (this.#stopping.signal.aborted || this.#settling !== null || this.#isEvaluating) return;
    const { clock, random } = this.#parts;
    this.#settling = clock.setTimer(settleMs * (1 + random.fraction()), () => {
      this.#settling = null;
      this.#evaluate().catch((error: unknown) => this.#failed('not-evaluated', error));
    });
  }

  /** Somebody else sees to this record: its owner, or another holder. */
  confirmed(target: Uint8Array): void {
    const tracked = this.#tracked.get(toHex(target));
    if (tracked === undefined || tracked.putOffs >= maxPutOffs) return;
    tracked.putOffs += 1;
    tracked.auditAtMs = this.#parts.clock.monotonicMs() + this.#jittered(auditEveryMs);
  }

  stop(): void {
    this.#stopping.abort();
    this.#queue.clear();
    for (const timer of [this.#settling, this.#sweeping, ...this.#pauses]) timer?.cancel();
  }

  async #evaluate(): Promise<void> {
    const { node, self, shelf, clock } = this.#parts;
    const [dht, own] = [node(), self()];
    if (dht === null || own === null) return;
    this.#isEvaluating = true;
    try {
      const nodes = dht.closest(own.id, Number.POSITIVE_INFINITY);
      const now = new Map(nodes.map((each) => [hostPortText(each), each]));
      const changes = changesOf(this.#table, now);
      const nowMs = clock.monotonicMs();
      this.#table = now;
      this.#seenSinceMs = new Map([...now.keys()].map((key) => [key, this.#seenSinceMs.get(key) ?? nowMs]));
      for (const gone of changes.left) this.#queue.forget(gone);
      if (changes.arrived.length + changes.left.length === 0) return;
      const arrived = new Set(changes.arrived.map(hostPortText));
      for (const [index, { target }] of shelf.all().entries()) {
        // oxlint-disable-next-line no-await-in-loop -- others get their turn
        if (index % perSlice === perSlice - 1) await this.#pause(1);
        if (this.#stopping.signal.aborted) return;
        this.#handOn(target, dht, own, changes, arrived);
      }
    } finally {
      this.#isEvaluating = false;
    }
    if (this.#isTableNews(dht, own)) this.neighboursChanged();
  }

  /** While we were looking at the records, the table went on. */
  #isTableNews(dht: Pick<DirectoryDht, 'closest'>, own: OwnPlace): boolean {
    const nodes = dht.closest(own.id, Number.POSITIVE_INFINITY);
    return nodes.length !== this.#table.size || nodes.some((each) => !this.#table.has(hostPortText(each)));
  }

  #handOn(
    target: Uint8Array,
    dht: Pick<DirectoryDht, 'closest'>,
    own: OwnPlace,
    changes: Changes,
    arrived: ReadonlySet<string>,
  ): void {
    const tracked = this.#track(target);
    if (tracked.radius !== undefined && !isTouched(target, tracked.radius, changes)) return;
    const closest = dht.closest(target, holderSetSize);
    const change = changeOfSet(target, own.id, closest, tracked.radius, arrived, (each) => this.#isElder(each));
    tracked.radius = change.radius;
    if (change.rank === null || change.rank >= handers) return;
    for (const entrant of change.entrants) this.#queue.add(entrant, target, change.rank * rankDelayMs);
  }

  #isElder(node: TableNode): boolean {
    const sinceMs = this.#seenSinceMs.get(hostPortText(node));
    return sinceMs !== undefined && this.#parts.clock.monotonicMs() - sinceMs >= elderMs;
  }

  async #give(to: NodeAddress, target: Uint8Array): Promise<HandOutcome> {
    const { shelf, hand } = this.#parts;
    const record = shelf.get(target);
    if (record === null) return 'held';
    const outcome = await hand.give(to, target, record);
    const waiting = shelf.waiting(target);
    // Only after the record that it waits for the end of: before, it would pass for the holder's.
    return waiting === null || (outcome !== 'held' && outcome !== 'given') ? outcome : hand.give(to, target, waiting);
  }

  #track(target: Uint8Array): Tracked {
    const key = toHex(target);
    const known = this.#tracked.get(key);
    if (known !== undefined) return known;
    const auditAtMs = this.#parts.clock.monotonicMs() + this.#jittered(auditEveryMs);
    const tracked: Tracked = { radius: undefined, auditAtMs, putOffs: 0 };
    this.#tracked.set(key, tracked);
    return tracked;
  }

  /** Audits what is due, one after the other. */
  async #sweep(): Promise<void> {
    const { shelf, self, clock } = this.#parts;
    if (this.#isAuditing || self() === null) return;
    this.#isAuditing = true;
    try {
      const held = shelf.all().map(({ target }) => target);
      const keys = new Set(held.map(toHex));
      for (const key of this.#tracked.keys()) if (!keys.has(key)) this.#tracked.delete(key);
      const nowMs = clock.monotonicMs();
      for (const target of held.filter((each) => this.#track(each).auditAtMs <= nowMs)) {
        // oxlint-disable-next-line no-await-in-loop -- each waits anew
        await (this.#parts.gate ?? openGate).opened(gatePatienceMs);
        if (this.#stopping.signal.aborted) return;
        // Meanwhile somebody else may have done it.
        if (this.#track(target).auditAtMs > nowMs) continue;
        // oxlint-disable-next-line no-await-in-loop -- one after the other, so that nobody is flooded
        await this.#audit(target);
        // oxlint-disable-next-line no-await-in-loop
        await this.#pause(betweenAuditsMs);
      }
    } finally {
      this.#isAuditing = false;
    }
  }

  async #audit(target: Uint8Array): Promise<void> {
    const { shelf, hand, node, self, clock, log } = this.#parts;
    const tracked = this.#track(target);
    tracked.putOffs = 0;
    tracked.auditAtMs = clock.monotonicMs() + this.#jittered(auditEveryMs);
    const [record, dht, own] = [shelf.get(target), node(), self()];
    // Kept until it lapses, but no longer ours to see to: enough others are nearer.
    if (record === null || dht === null || own === null || !isOurs(target, own, dht)) return;
    const { asked, given } = await hand.audit(target, record, this.#stopping.signal);
    const waiting = shelf.waiting(target);
    if (waiting !== null) await hand.audit(target, waiting, this.#stopping.signal);
    log.debug('audited', { asked, given });
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#parts.clock.setTimer(delayMs, () => {
        this.#pauses.delete(timer);
        resolve();
      });
      this.#pauses.add(timer);
    });
  }

  /** ± 25 %: holders that started together spread out. */
  #jittered(ms: number): number {
    return ms * (0.75 + this.#parts.random.fraction() / 2);
  }

  #failed(event: string, error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#parts.log.warn(event, { detail: error instanceof Error ? error.message : String(error) });
  }
}

function isOurs(target: Uint8Array, own: OwnPlace, dht: Pick<DirectoryDht, 'closest'>): boolean {
  return changeOfSet(target, own.id, dht.closest(target, holderSetSize), undefined, new Set(), () => true).rank !== null;
}
