import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import { toHex } from '../../ports/hex.ts';
import type { BoxFacts, KeptItem } from '../mailbox-store.ts';

/** One mailbox that we keep, and what is in it. Counts follow what is put in and taken out. */
export class Box {
  readonly target: Uint8Array;
  record: Uint8Array;
  facts: BoxFacts;
  /** Since when there are enough keepers nearer to it than we are; null: we are one of the closest. */
  farSinceMs: number | null = null;
  /** By id, in the order in which they came. */
  readonly items = new Map<string, KeptItem>();
  /** Deposit key → id of the item that spent it. */
  readonly #spent = new Map<string, string>();
  #live = { contact: { items: 0, bytes: 0 }, request: { items: 0, bytes: 0 } };
  #remembered = 0;
  #digest: Uint8Array | null = null;

  constructor(target: Uint8Array, record: Uint8Array, facts: BoxFacts) {
    this.target = target;
    this.record = record;
    this.facts = facts;
  }

  get live(): Readonly<Record<'contact' | 'request', { readonly items: number; readonly bytes: number }>> {
    return this.#live;
  }

  get liveBytes(): number {
    return this.#live.contact.bytes + this.#live.request.bytes;
  }

  get remembered(): number {
    return this.#remembered;
  }

  spentBy(depositKey: Uint8Array): string | null {
    return this.#spent.get(toHex(depositKey)) ?? null;
  }

  put(item: KeptItem): void {
    const key = toHex(item.id);
    this.drop(key);
    this.items.set(key, item);
    if (item.depositKey !== null) this.#spent.set(toHex(item.depositKey), key);
    this.#count(item, 1);
  }

  /** A request shows more work than before; it stays where it stands. */
  raise(key: string, work: number): void {
    const item = this.items.get(key);
    if (item !== undefined) this.items.set(key, { ...item, work });
  }

  drop(key: string): KeptItem | null {
    const item = this.items.get(key);
    if (item === undefined) return null;
    this.items.delete(key);
    if (item.depositKey !== null) this.#spent.delete(toHex(item.depositKey));
    this.#count(item, -1);
    return item;
  }

  /** The same for two keepers that hold the same items and know of the same removals. */
  digest(): Uint8Array {
    if (this.#digest !== null) return this.#digest;
    const lines = [...this.items.values()]
      .filter(({ state }) => state !== 'lapsed')
      .map(({ id, state }) => Buffer.concat([id, Uint8Array.of(state === 'live' ? 1 : 0)]))
      .toSorted(Buffer.compare);
    this.#digest = blake2b256(Buffer.from('lilliput/mailbox-digest/1\0'), ...lines);
    return this.#digest;
  }

  #count({ kind, state, size }: KeptItem, by: 1 | -1): void {
    this.#digest = null;
    if (state === 'live') {
      this.#live[kind].items += by;
      this.#live[kind].bytes += by * size;
    } else {
      this.#remembered += by;
    }
  }
}
