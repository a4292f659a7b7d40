import type { Clock, Timer } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import type { DirectoryStore } from '../directory-store.ts';
import type { Shelf } from './shelf.ts';

/** Neighbours that come together (a house after a power cut) are one change; the jitter keeps holders from speaking at once. */
const settleMs = 1_000;
/** Judging a record costs its new holder up to 20 ms, and it takes two a second from one network (`defaultShelfLimits`). */
const betweenRecordsMs = 500;
/** In a large network nobody notices who comes and goes: Kademlia's hourly republishing (Maymounkov and Mazières 2002, §2.5). */
const repeatEveryMs = 3_600_000;

export interface ReplicatorParts {
  readonly shelf: Shelf;
  readonly store: DirectoryStore;
  /** Clients hold nothing for others. */
  readonly isStoring: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/**
 * Hands the records we hold to nodes that came near: a node that has just begun to store knows no names. Owners refresh only
 * every 12 h. Offers to who holds the record already cost nothing there (the same bytes are not judged again).
 */
export class Replicator {
  readonly #parts: ReplicatorParts;
  #timer: Timer | null = null;
  #regular: Timer | null = null;
  #pausing: Timer | null = null;
  #passes = 0;
  readonly #stopping = new AbortController();

  constructor(parts: ReplicatorParts) {
    this.#parts = parts;
  }

  start(): void {
    const { clock, random } = this.#parts;
    // ± 25 %: holders that started together spread out.
    this.#regular = clock.setTimer(repeatEveryMs * (0.75 + random.fraction() / 2), () => {
      void this.#pass();
      this.start();
    });
  }

  /** The neighbourhood changed: begin anew, soon. */
  neighboursChanged(): void {
    if (this.#stopping.signal.aborted || !this.#parts.isStoring()) return;
    const { clock, random } = this.#parts;
    this.#timer?.cancel();
    this.#timer = clock.setTimer(settleMs * (1 + random.fraction()), () => void this.#pass());
  }

  stop(): void {
    this.#stopping.abort();
    for (const timer of [this.#timer, this.#regular, this.#pausing]) timer?.cancel();
  }

  async #pass(): Promise<void> {
    const { shelf, store, log } = this.#parts;
    const pass = (this.#passes += 1);
    for (const { target } of shelf.all()) {
      // A newer change began another pass, from the start.
      if (this.#passes !== pass || this.#stopping.signal.aborted || !this.#parts.isStoring()) return;
      const record = shelf.get(target);
      if (record === null) continue;
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, so that nobody is flooded
        await store.put(target, record, this.#stopping.signal);
      } catch (error) {
        log.debug('not-handed-on', { error: error instanceof Error ? error.message : 'unknown' });
      }
      // oxlint-disable-next-line no-await-in-loop
      await this.#pause(betweenRecordsMs);
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#pausing = this.#parts.clock.setTimer(delayMs, resolve);
    });
  }
}
