import { familyInet } from '../../../native-shims/linux-udp/index.ts';

/** Slots for each entry that there may be: searches stay short. */
const slotsPerEntry = 4;

/** Family and port, then an IPv4 host, or a flow label (0 in what is received) and an IPv6 host. */
const keyWords = { ipv4: 2, ipv6: 6 } as const;
const slotWords = keyWords.ipv6;

const wordsIn = (words: Uint32Array, at: number): number =>
  ((words[at] ?? 0) & 0xffff) === familyInet ? keyWords.ipv4 : keyWords.ipv6;

/**
 * Finds what belongs to a socket address (`sockaddr_in`, `sockaddr_in6`) as it lies in memory, without making anything: a
 * table of words, searched from the place that a hash names. Bounded; made for thousands.
 */
export class AddressTable<Value> {
  readonly #limit: number;
  readonly #mask: number;
  readonly #keys: Uint32Array;
  readonly #values: (Value | null)[];
  readonly #seed: number;
  #size = 0;

  /** @param seed random, so that nobody can choose addresses that meet */
  constructor(limit: number, seed: number) {
    this.#limit = limit;
    const slots = 2 ** Math.ceil(Math.log2(limit * slotsPerEntry));
    this.#mask = slots - 1;
    this.#keys = new Uint32Array(slots * slotWords);
    this.#values = Array.from({ length: slots }, () => null);
    this.#seed = seed | 0;
  }

  get size(): number {
    return this.#size;
  }

  /** @param at index of the address's first word */
  get(words: Uint32Array, at: number): Value | null {
    return this.#values[this.#find(words, at)] ?? null;
  }

  /** False: there are as many as there may be. */
  set(words: Uint32Array, at: number, value: Value): boolean {
    const slot = this.#find(words, at);
    if (this.#values[slot] === null) {
      if (this.#size >= this.#limit) return false;
      this.#size += 1;
      for (let word = 0; word < slotWords; word += 1) this.#keys[slot * slotWords + word] = words[at + word] ?? 0;
    }
    this.#values[slot] = value;
    return true;
  }

  /** Keeps those that `isKept` says. All are placed anew: rare, and no gaps are left in the way of a search. */
  filter(isKept: (value: Value) => boolean): void {
    const kept: { readonly key: Uint32Array; readonly value: Value }[] = [];
    for (const [slot, value] of this.#values.entries()) {
      if (value !== null && isKept(value)) kept.push({ key: this.#keys.slice(slot * slotWords, (slot + 1) * slotWords), value });
    }
    if (kept.length === this.#size) return;
    this.clear();
    for (const { key, value } of kept) this.set(key, 0, value);
  }

  clear(): void {
    this.#values.fill(null);
    this.#size = 0;
  }

  /** Where this address is, or would be. */
  #find(words: Uint32Array, at: number): number {
    const count = wordsIn(words, at);
    let hash = this.#seed;
    for (let word = 0; word < count; word += 1) {
      hash = Math.imul(hash ^ (words[at + word] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    let slot = hash & this.#mask;
    while (this.#values[slot] !== null && !this.#isAt(slot, words, at, count)) slot = (slot + 1) & this.#mask;
    return slot;
  }

  #isAt(slot: number, words: Uint32Array, at: number, count: number): boolean {
    for (let word = 0; word < count; word += 1) {
      if (this.#keys[slot * slotWords + word] !== words[at + word]) return false;
    }
    return true;
  }
}
