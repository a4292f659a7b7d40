import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { KeyedLimiter, type RateLimit } from '../../ports/token-bucket.ts';
import { compareDistance } from '../../../native-shims/hyperdht/index.ts';
import {
  directoryRecordMaxBytes,
  type DirectoryRefusal,
  type RecordShelf,
  type RecordValidator,
  type ShelvedRecord,
} from '../directory-store.ts';
import type { PutAnswer } from './directory-wire.ts';

export interface ShelfLimits {
  /** Records kept, in memory and on disk; at 900 bytes each 20,000 are 18 MB. */
  readonly maxRecords: number;
  /** Judging costs about 20 ms of a core (Argon2id): a stranger's network, and all together. */
  readonly perNetwork: RateLimit;
  readonly total: RateLimit;
  /** Offers waiting to be judged. */
  readonly maxWaiting: number;
}

export const defaultShelfLimits: ShelfLimits = {
  maxRecords: 20_000,
  perNetwork: { perSecond: 2, burst: 40 },
  total: { perSecond: 10, burst: 60 },
  maxWaiting: 64,
};

const sweepEveryMs = 60_000;

/**
 * The records this node keeps for others. Judged one after the other, so that `held` is what is held when it is stored. Beside
 * a held record another may wait for its end.
 */
export class Shelf {
  readonly #clock: Clock;
  readonly #store: RecordShelf;
  readonly #validator: RecordValidator;
  readonly #limits: ShelfLimits;
  readonly #limiter: KeyedLimiter;
  readonly #records = new Map<string, ShelvedRecord>();
  /** Each beside a held record, so there are no more of them than of those. */
  readonly #successors = new Map<string, ShelvedRecord>();
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #sweep: Timer | null = null;

  constructor(clock: Clock, store: RecordShelf, validator: RecordValidator, limits: ShelfLimits) {
    this.#clock = clock;
    this.#store = store;
    this.#validator = validator;
    this.#limits = limits;
    this.#limiter = new KeyedLimiter(limits.perNetwork, limits.total, clock.monotonicMs());
  }

  start(): void {
    const stored = this.#store.load();
    // A full disk may have refused to forget some, or an earlier version kept more: a refreshed record outlives what nobody cares for.
    const byExpiry = stored
      .filter(({ place }) => place === 'held')
      .toSorted((left, right) => right.expiresAtMs - left.expiresAtMs);
    for (const held of byExpiry.slice(0, this.#limits.maxRecords)) this.#records.set(toHex(held.target), held);
    for (const held of byExpiry.slice(this.#limits.maxRecords)) this.#onDisk(() => this.#store.remove(held.target, 'held'));
    for (const waiting of stored.filter(({ place }) => place === 'waiting')) {
      if (this.#records.has(toHex(waiting.target))) this.#successors.set(toHex(waiting.target), waiting);
      else this.#onDisk(() => this.#store.remove(waiting.target, 'waiting'));
    }
    this.#sweepNow();
  }

  stop(): void {
    this.#sweep?.cancel();
    this.#sweep = null;
  }

  get count(): number {
    return this.#records.size;
  }

  /** All that is held, for handing on. */
  all(): readonly { readonly target: Uint8Array; readonly record: Uint8Array }[] {
    return [...this.#records.values()];
  }

  /** What waits for the held record's end: handed on after that one, or it would pass for it. */
  waiting(target: Uint8Array): Uint8Array | null {
    const waiting = this.#successors.get(toHex(target));
    return waiting !== undefined && waiting.expiresAtMs > this.#clock.nowMs() ? waiting.record : null;
  }

  get(target: Uint8Array): Uint8Array | null {
    const held = this.#records.get(toHex(target));
    return held !== undefined && held.expiresAtMs > this.#clock.nowMs() ? held.record : null;
  }

  /** @param network null for our own offers, which nobody needs to be protected from; @param ownId which records are near to us */
  async offer(target: Uint8Array, record: Uint8Array, network: string | null, ownId: Uint8Array): Promise<PutAnswer> {
    if (record.byteLength === 0 || record.byteLength > directoryRecordMaxBytes) return refused('BAD_RECORD', null);
    const held = this.get(target);
    // The very same record again (its owner's refresh reached us twice): already judged.
    if (held !== null && Buffer.compare(held, record) === 0) return { stored: true };
    const waiting = this.waiting(target);
    if (held !== null && waiting !== null && Buffer.compare(waiting, record) === 0) return refused('CONTESTED', held);
    const isTooMuch = network !== null && !this.#limiter.take(network, this.#clock.monotonicMs());
    if (isTooMuch || this.#waiting >= this.#limits.maxWaiting) return refused('TOO_BUSY', null);
    this.#waiting += 1;
    const answer = this.#queue.then(() => this.#judge(target, record, ownId));
    this.#queue = answer.catch(() => undefined).finally(() => (this.#waiting -= 1));
    return answer;
  }

  async #judge(target: Uint8Array, record: Uint8Array, ownId: Uint8Array): Promise<PutAnswer> {
    await this.#succeed(target);
    const held = this.get(target);
    const waiting = this.waiting(target);
    const verdict = await this.#validator.judge(target, record, held, this.#clock.nowMs(), waiting);
    switch (verdict.verdict) {
      case 'refuse':
        return refused(verdict.code, verdict.inTheWay ?? held);
      case 'wait':
        this.#keep(this.#successors, { target, place: 'waiting', record, expiresAtMs: verdict.expiresAtMs });
        return refused('CONTESTED', held);
      case 'store':
        if (held === null && !this.#makeRoom(target, ownId)) return refused('TOO_BUSY', null);
        // Whoever waited for the old record's end waits in vain, or asks again.
        this.#drop(this.#successors, target, 'waiting');
        this.#keep(this.#records, { target, place: 'held', record, expiresAtMs: verdict.expiresAtMs });
        return { stored: true };
    }
  }

  /** The held record ended: what waited for that is offered now, before anybody else. */
  async #succeed(target: Uint8Array): Promise<void> {
    const waiting = this.waiting(target);
    if (waiting === null || this.get(target) !== null) return;
    const verdict = await this.#validator.judge(target, waiting, null, this.#clock.nowMs(), null);
    this.#drop(this.#successors, target, 'waiting');
    if (verdict.verdict !== 'store') return;
    this.#keep(this.#records, { target, place: 'held', record: waiting, expiresAtMs: verdict.expiresAtMs });
  }

  /** Full: the record farthest from us gives way to a nearer one, since others are nearer to it than we are. */
  #makeRoom(target: Uint8Array, ownId: Uint8Array): boolean {
    if (this.#records.size < this.#limits.maxRecords) return true;
    let farthest: ShelvedRecord | null = null;
    for (const held of this.#records.values()) {
      if (farthest === null || compareDistance(ownId, held.target, farthest.target) > 0) farthest = held;
    }
    if (farthest === null || compareDistance(ownId, target, farthest.target) >= 0) return false;
    this.#remove(farthest);
    return true;
  }

  #remove({ target }: ShelvedRecord): void {
    this.#drop(this.#records, target, 'held');
    this.#drop(this.#successors, target, 'waiting');
  }

  #keep(shelf: Map<string, ShelvedRecord>, kept: ShelvedRecord): void {
    shelf.set(toHex(kept.target), kept);
    this.#onDisk(() => this.#store.save(kept));
  }

  #drop(shelf: Map<string, ShelvedRecord>, target: Uint8Array, place: ShelvedRecord['place']): void {
    if (shelf.delete(toHex(target))) this.#onDisk(() => this.#store.remove(target, place));
  }

  #onDisk(write: () => void): void {
    try {
      write();
    } catch {
      // Storage tells the person of a full disk itself. Here it costs what a restart forgets, neither the record nor the process.
    }
  }

  #end(held: ShelvedRecord): void {
    if (this.waiting(held.target) === null) this.#remove(held);
    else this.#queue = this.#queue.then(() => this.#succeed(held.target)).catch(() => undefined);
  }

  #sweepNow(): void {
    const nowMs = this.#clock.nowMs();
    for (const { target, expiresAtMs } of this.#successors.values()) {
      if (expiresAtMs <= nowMs) this.#drop(this.#successors, target, 'waiting');
    }
    for (const held of this.#records.values()) if (held.expiresAtMs <= nowMs) this.#end(held);
    this.#sweep = this.#clock.setTimer(sweepEveryMs, () => this.#sweepNow());
  }
}

const refused = (code: DirectoryRefusal['code'], held: Uint8Array | null): PutAnswer => ({
  stored: false,
  code,
  held,
});
