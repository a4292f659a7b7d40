import { toHex } from '../../ports/hex.ts';
import type { SlipFacts } from '../mailbox-store.ts';
import { partCount, partRange } from './mailbox-wire.ts';

/** Its parts follow each other within round trips; what is silent for so long was given up. */
const silenceMs = 10_000;

export interface ArrivingLimits {
  readonly arriving: number;
  readonly arrivingPerNetwork: number;
}

/** An item whose parts are on the way. */
export interface Arrival {
  readonly target: Uint8Array;
  readonly facts: SlipFacts;
  readonly slip: Uint8Array;
  readonly work: number;
  readonly sealed: Uint8Array;
}

interface Begun extends Arrival {
  readonly network: string;
  readonly missing: Set<number>;
  lastMs: number;
}

/** Puts items together from parts, a bounded number at a time. Parts may come in any order, and twice. */
export class Arriving {
  readonly #limits: ArrivingLimits;
  readonly #begun = new Map<string, Begun>();

  constructor(limits: ArrivingLimits) {
    this.#limits = limits;
  }

  /** @returns the item if its first part is all of it; `busy`: too many are on the way */
  begin(network: string, arrival: Omit<Arrival, 'sealed'>, first: Uint8Array, nowMs: number): Arrival | 'more' | 'busy' {
    const { id, size } = arrival.facts;
    const key = `${network} ${toHex(id)}`;
    if (!this.#begun.has(key) && !this.#hasRoom(network, nowMs)) return 'busy';
    const missing = new Set(Array.from({ length: partCount(size) }, (_, index) => index));
    const begun = { ...arrival, network, missing, lastMs: nowMs, sealed: new Uint8Array(size) };
    this.#begun.set(key, begun);
    return this.#fill(key, begun, 0, first);
  }

  /** @returns the whole item with its last part; `unknown`: its first part did not come, or was given up */
  add(network: string, id: Uint8Array, index: number, data: Uint8Array, nowMs: number): Arrival | 'more' | 'unknown' {
    const key = `${network} ${toHex(id)}`;
    const begun = this.#begun.get(key);
    if (begun === undefined) return 'unknown';
    begun.lastMs = nowMs;
    return this.#fill(key, begun, index, data);
  }

  #fill(key: string, begun: Begun, index: number, data: Uint8Array): Arrival | 'more' {
    const [from, to] = partRange(index, begun.facts.size);
    if (begun.missing.has(index) && data.byteLength === to - from) {
      begun.sealed.set(data, from);
      begun.missing.delete(index);
    }
    if (begun.missing.size > 0) return 'more';
    this.#begun.delete(key);
    return begun;
  }

  #hasRoom(network: string, nowMs: number): boolean {
    for (const [key, { lastMs }] of this.#begun) if (nowMs - lastMs > silenceMs) this.#begun.delete(key);
    if (this.#begun.size >= this.#limits.arriving) return false;
    const ofNetwork = [...this.#begun.values()].filter((begun) => begun.network === network).length;
    return ofNetwork < this.#limits.arrivingPerNetwork;
  }
}
