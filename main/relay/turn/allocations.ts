import type { Family } from '../../stun/index.ts';
import type { Allocation } from './allocation.ts';
import type { RelayLimits } from './limits.ts';
import { reservationMs } from './limits.ts';
import type { RelayPort } from './relay-ports.ts';

interface Reservation {
  readonly relay: RelayPort;
  readonly device: string;
  readonly expiresMs: number;
}

/** All allocations, the ports they have or have reserved, and how many each device and network holds. */
export class Allocations {
  readonly #limits: RelayLimits;
  readonly #all = new Set<Allocation>();
  readonly #byPort: Readonly<Record<Family, Map<number, RelayPort>>> = { 4: new Map(), 6: new Map() };
  readonly #perDevice = new Map<string, number>();
  readonly #perNetwork = new Map<string, number>();
  readonly #reservations = new Map<string, Reservation>();
  #total = 0;
  #isClosed = false;

  constructor(limits: RelayLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Counts one more, before its ports are opened. False: over a quota. Each true is paid back by `release` or `remove`. */
  claim(device: string, network: string): boolean {
    const ofDevice = this.#perDevice.get(device) ?? 0;
    const ofNetwork = this.#perNetwork.get(network) ?? 0;
    const { allocationsPerDevice, allocationsPerNetwork, allocations } = this.#limits;
    if (this.#isClosed) return false;
    if (ofDevice >= allocationsPerDevice || ofNetwork >= allocationsPerNetwork || this.#total >= allocations) return false;
    this.#perDevice.set(device, ofDevice + 1);
    this.#perNetwork.set(network, ofNetwork + 1);
    this.#total += 1;
    return true;
  }

  /** No more of them; those that are go on. */
  close(): void {
    this.#isClosed = true;
  }

  release(device: string, network: string): void {
    lower(this.#perDevice, device);
    lower(this.#perNetwork, network);
    this.#total -= 1;
  }

  add(allocation: Allocation): void {
    this.#all.add(allocation);
    for (const relay of allocation.relays) {
      relay.allocation = allocation;
      this.#byPort[relay.address.family].set(relay.address.port, relay);
    }
  }

  /** The ports are the caller's to close. */
  remove(allocation: Allocation): void {
    if (!this.#all.delete(allocation)) return;
    for (const relay of allocation.relays) this.drop(relay);
    this.release(allocation.ticket.device, allocation.path.network);
  }

  /** One port of an allocation that keeps its other. */
  drop(relay: RelayPort): void {
    relay.allocation = null;
    this.#byPort[relay.address.family].delete(relay.address.port);
  }

  /** Which port of ours an address of ours is, for packets that need not leave. */
  relayAt(family: Family, port: number): RelayPort | null {
    return this.#byPort[family].get(port) ?? null;
  }

  /** @param token in hex */
  reserve(token: string, relay: RelayPort, device: string, nowMs: number): void {
    this.#reservations.set(token, { relay, device, expiresMs: nowMs + reservationMs });
  }

  /** The reserved port, once, and only for the device that reserved it. */
  redeem(token: string, device: string, nowMs: number): RelayPort | null {
    const reservation = this.#reservations.get(token);
    if (reservation === undefined || reservation.device !== device || reservation.expiresMs <= nowMs) return null;
    this.#reservations.delete(token);
    return reservation.relay;
  }

  /** Takes reservations that nobody came for out of the table. */
  lapsed(nowMs: number): readonly RelayPort[] {
    const ports: RelayPort[] = [];
    for (const [token, { relay, expiresMs }] of this.#reservations) {
      if (expiresMs > nowMs) continue;
      this.#reservations.delete(token);
      ports.push(relay);
    }
    return ports;
  }

  get reserved(): readonly RelayPort[] {
    return [...this.#reservations.values()].map(({ relay }) => relay);
  }

  all(): Iterable<Allocation> {
    return this.#all;
  }
}

function lower(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}
