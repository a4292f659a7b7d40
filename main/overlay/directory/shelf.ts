import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { KeyedLimiter, type RateLimit } from '../../ports/token-bucket.ts';
import { compareDistance } from '../../../native-shims/hyperdht/index.ts';
import { directoryRecordMaxBytes, type RecordShelf, type RecordValidator } from '../directory-store.ts';
import type { PutAnswer } from './directory-wire.ts';

interface Held {
  readonly target: Uint8Array;
  readonly record: Uint8Array;
  readonly expiresAtMs: number;
}

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

/** The records this node keeps for others. Judged one after the other, so that `held` is what is held when it is stored. */
export class Shelf {
  readonly #clock: Clock;
  readonly #store: RecordShelf;
  readonly #validator: RecordValidator;
  readonly #limits: ShelfLimits;
  readonly #limiter: KeyedLimiter;
  readonly #records = new Map<string, Held>();
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
    const byExpiry = stored.toSorted((left, right) => right.expiresAtMs - left.expiresAtMs);
    for (const held of byExpiry.slice(0, this.#limits.maxRecords)) this.#records.set(toHex(held.target), held);
    for (const held of byExpiry.slice(this.#limits.maxRecords)) this.#onDisk(() => this.#store.remove(held.target));
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
    const isTooMuch = network !== null && !this.#limiter.take(network, this.#clock.monotonicMs());
    if (isTooMuch || this.#waiting >= this.#limits.maxWaiting) return refused('TOO_BUSY', null);
    this.#waiting += 1;
    const answer = this.#queue.then(() => this.#judge(target, record, ownId));
    this.#queue = answer.catch(() => undefined).finally(() => (this.#waiting -= 1));
    return answer;
  }

  async #judge(target: Uint8Array, record: Uint8Array, ownId: Uint8Array): Promise<PutAnswer> {
    const held = this.get(target);
    const verdict = await this.#validator.judge(target, record, held, this.#clock.nowMs());
    if (verdict.verdict === 'refuse') return refused(verdict.code, held);
    if (held === null && !this.#makeRoom(target, ownId)) return refused('TOO_BUSY', null);
    this.#records.set(toHex(target), { target, record, expiresAtMs: verdict.expiresAtMs });
    this.#onDisk(() => this.#store.save(target, record, verdict.expiresAtMs));
    return { stored: true };
  }

  /** Full: the record farthest from us gives way to a nearer one, since others are nearer to it than we are. */
  #makeRoom(target: Uint8Array, ownId: Uint8Array): boolean {
    if (this.#records.size < this.#limits.maxRecords) return true;
    let farthest: Held | null = null;
    for (const held of this.#records.values()) {
      if (farthest === null || compareDistance(ownId, held.target, farthest.target) > 0) farthest = held;
    }
    if (farthest === null || compareDistance(ownId, target, farthest.target) >= 0) return false;
    this.#remove(farthest);
    return true;
  }

  #remove(held: Held): void {
    this.#records.delete(toHex(held.target));
    this.#onDisk(() => this.#store.remove(held.target));
  }

  #onDisk(write: () => void): void {
    try {
      write();
    } catch {
      // Storage tells the person of a full disk itself. Here it costs what a restart forgets, neither the record nor the process.
    }
  }

  #sweepNow(): void {
    const nowMs = this.#clock.nowMs();
    for (const held of this.#records.values()) if (held.expiresAtMs <= nowMs) this.#remove(held);
    this.#sweep = this.#clock.setTimer(sweepEveryMs, () => this.#sweepNow());
  }
}

const refused = (code: 'NAME_TAKEN' | 'STALE' | 'BAD_RECORD' | 'TOO_BUSY', held: Uint8Array | null): PutAnswer => ({
  stored: false,
  code,
  held,
});
