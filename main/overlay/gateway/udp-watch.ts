import { isIPv6 } from 'node:net';
import type { DhtNode } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Random } from '../../ports/random.ts';
import { isPrivateHost } from '../address.ts';

/** Asked at once; one answer is enough. */
const targets = 4;
/** While all is well; while it isn't. A question waits a second for its answer. */
const calmMs = 15_000;
const anxiousMs = 1_000;
/** Nothing got through for long: now and then is often enough. */
const resignedMs = 10_000;
/** Rounds without an answer: 2 s. One alone may be a moment's loss. */
const roundsUntilDead = 2;
const roundsUntilResigned = 10;

export interface UdpWatchParts {
  readonly node: () => Pick<DhtNode, 'heard' | 'ping'> | null;
  /** Nodes that we began with or knew before. */
  readonly others: () => readonly HostPort[];
  readonly hasGateways: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly onChange: () => void;
}

/** Finds out whether this network lets UDP through, by asking nodes that should answer. */
export class UdpWatch {
  readonly #parts: UdpWatchParts;
  #timer: Timer | null = null;
  #misses = 0;
  #isDead = false;
  #isRunning = false;
  #round = 0;

  constructor(parts: UdpWatchParts) {
    this.#parts = parts;
  }

  /** Nobody answers, though there are some who should. */
  get isDead(): boolean {
    return this.#isDead;
  }

  start(): void {
    this.#isRunning = true;
    this.#ask();
  }

  stop(): void {
    this.#isRunning = false;
    this.#timer?.cancel();
  }

  /** Our network may have changed. */
  check(): void {
    if (this.#isRunning) this.#ask();
  }

  #ask(): void {
    const { node, clock } = this.#parts;
    this.#timer?.cancel();
    this.#round += 1;
    const round = this.#round;
    const dht = node();
    const asked = dht === null ? [] : this.#targets(dht.heard());
    if (dht === null || asked.length === 0) {
      // Nobody to ask by UDP, but somebody who may carry us.
      if (this.#parts.hasGateways()) this.#settle(round, false, anxiousMs);
      else this.#timer = clock.setTimer(anxiousMs, () => this.#ask());
      return;
    }
    const pings = asked.map((target) => dht.ping(target, 'once'));
    Promise.any(pings).then(
      () => this.#settle(round, true, calmMs),
      () => this.#settle(round, false, 0),
    );
  }

  #settle(round: number, isAnswered: boolean, soonestMs: number): void {
    if (!this.#isRunning || round !== this.#round) return;
    this.#misses = isAnswered ? 0 : this.#misses + 1;
    const isDead = this.#misses >= roundsUntilDead;
    const waitMs = this.#misses > roundsUntilResigned ? resignedMs : this.#isDead ? anxiousMs : 0;
    this.#timer = this.#parts.clock.setTimer(Math.max(soonestMs, waitMs), () => this.#ask());
    if (isDead === this.#isDead) return;
    this.#isDead = isDead;
    this.#parts.onChange();
  }

  /** A neighbour at home says nothing about the way out; where there are none but private addresses they are the world. */
  #targets(heard: readonly HostPort[]): HostPort[] {
    const all = [...heard, ...this.#parts.others().filter(({ host }) => !isIPv6(host))];
    const outside = all.filter(({ host }) => !isPrivateHost(host));
    const from = [...(outside.length > 0 ? outside : all)];
    const chosen: HostPort[] = [];
    while (chosen.length < targets && from.length > 0) {
      chosen.push(...from.splice(Math.floor(this.#parts.random.fraction() * from.length), 1));
    }
    return chosen;
  }
}
