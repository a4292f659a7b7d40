import type { NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { hostPortText } from '../../ports/host-port.ts';
import { openGate, type LineGate } from '../../ports/line-gate.ts';
import { TokenBucket } from '../../ports/token-bucket.ts';
import type { HandOutcome } from './hand-over.ts';

interface Parcel {
  readonly target: Uint8Array;
  readonly dueMs: number;
  readonly tries: number;
}

interface Destination {
  readonly to: NodeAddress;
  readonly parcels: Parcel[];
  readonly bucket: TokenBucket;
  isBusy: boolean;
}

/** What a node takes of one network (`defaultShelfLimits`): 2/s, with a burst of 40. */
const perDestination = { perSecond: 2, burst: 30 };
/** All together: at 130 bytes a question and 900 a record some 10 kB/s at most, whatever happens around us. */
const total = { perSecond: 10, burst: 60 };
/** While the line is the voice's alone: one record of 700 bytes keeps it waiting for 0.2 s at 32 kbit/s. Other holders bring it, too. */
const everyWhenShutMs = 30_000;
const atOnce = 8;
const lookEveryMs = 250;
/** It judges others' offers: 10 in a second. */
const busyMs = 15_000;
const maxTries = 5;
/** As many as we hold; what falls off comes back with the next audit. */
const maxWaiting = 20_000;

/** Records on their way to nodes that should hold them: paced for each node and for all. */
export class HandQueue {
  readonly #clock: Clock;
  readonly #send: (to: NodeAddress, target: Uint8Array) => Promise<HandOutcome>;
  readonly #destinations = new Map<string, Destination>();
  readonly #gate: LineGate;
  readonly #total: TokenBucket;
  /** While the gate is shut, nothing goes before. Monotonic. */
  #notBeforeMs = -Infinity;
  #waiting = 0;
  #inFlight = 0;
  #timer: Timer | null = null;

  constructor(clock: Clock, send: (to: NodeAddress, target: Uint8Array) => Promise<HandOutcome>, gate: LineGate = openGate) {
    this.#clock = clock;
    this.#send = send;
    this.#gate = gate;
    this.#total = new TokenBucket(total.perSecond, total.burst, clock.monotonicMs());
  }

  get waiting(): number {
    return this.#waiting;
  }

  add(to: NodeAddress, target: Uint8Array, delayMs: number): void {
    this.#queue(to, { target, dueMs: this.#clock.monotonicMs() + delayMs, tries: 0 });
    this.#later(delayMs);
  }

  /** It left: nothing is brought there any more. */
  forget(to: NodeAddress): void {
    const key = hostPortText(to);
    this.#waiting -= this.#destinations.get(key)?.parcels.length ?? 0;
    this.#destinations.delete(key);
  }

  clear(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#destinations.clear();
    this.#waiting = 0;
  }

  #queue(to: NodeAddress, parcel: Parcel): void {
    if (this.#waiting >= maxWaiting) return;
    if (this.#waiting === 0) this.#waitWhenShut();
    const key = hostPortText(to);
    const bucket = (): TokenBucket => new TokenBucket(perDestination.perSecond, perDestination.burst, this.#clock.monotonicMs());
    const destination = this.#destinations.get(key) ?? { to, parcels: [], bucket: bucket(), isBusy: false };
    this.#destinations.set(key, destination);
    destination.parcels.push(parcel);
    this.#waiting += 1;
  }

  #waitWhenShut(): void {
    this.#notBeforeMs = this.#clock.monotonicMs() + everyWhenShutMs;
  }

  #later(delayMs: number): void {
    if (this.#timer !== null || this.#waiting === 0) return;
    this.#timer = this.#clock.setTimer(Math.max(delayMs, 1), () => {
      this.#timer = null;
      this.#pump();
    });
  }

  #pump(): void {
    const nowMs = this.#clock.monotonicMs();
    if (!this.#gate.isShut) this.#waitWhenShut();
    for (const [key, destination] of this.#destinations) {
      if (this.#inFlight >= atOnce) break;
      const [parcel] = destination.parcels;
      if (parcel === undefined) {
        // Forgotten only once its bucket is: otherwise coming back would be a way around it.
        if (!destination.isBusy && destination.bucket.isFull(nowMs)) this.#destinations.delete(key);
        continue;
      }
      if (destination.isBusy || parcel.dueMs > nowMs) continue;
      if (this.#gate.isShut && nowMs < this.#notBeforeMs) break;
      if (!destination.bucket.take(nowMs)) continue;
      if (!this.#total.take(nowMs)) break;
      this.#waitWhenShut();
      destination.parcels.shift();
      this.#waiting -= 1;
      void this.#deliver(destination, parcel);
    }
    this.#later(lookEveryMs);
  }

  async #deliver(destination: Destination, parcel: Parcel): Promise<void> {
    destination.isBusy = true;
    this.#inFlight += 1;
    const outcome = await this.#send(destination.to, parcel.target);
    this.#inFlight -= 1;
    destination.isBusy = false;
    if (this.#destinations.get(hostPortText(destination.to)) !== destination) return;
    if (outcome === 'silent') this.forget(destination.to);
    if (outcome === 'busy' && parcel.tries + 1 < maxTries) {
      const dueMs = this.#clock.monotonicMs() + busyMs * (parcel.tries + 1);
      this.#queue(destination.to, { target: parcel.target, dueMs, tries: parcel.tries + 1 });
    }
    this.#pump();
  }
}
