import type { DhtNode } from '../../../native-shims/hyperdht/index.ts';
import type { Unsubscribe } from '../../ports/peer-wire.ts';
import type { DoorHandler } from '../people.ts';
import { openDoor, type DoorParts } from './door.ts';
import type { Listener } from './listener.ts';

interface Door {
  readonly seed: Uint8Array;
  readonly handler: DoorHandler;
  listener: Listener | null;
}

/** The doors that are open. */
export class Doors {
  readonly #parts: DoorParts;
  readonly #all = new Set<Door>();
  /** One move after the other: a door that two open at once is one that nobody closes. */
  #moving: Promise<void> = Promise.resolve();

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  async open(node: DhtNode, seed: Uint8Array, handler: DoorHandler): Promise<Unsubscribe> {
    const door: Door = { seed, handler, listener: null };
    const opening = this.#moving.then(() => this.#open(door, node));
    this.#moving = opening.catch(() => undefined);
    this.#all.add(door);
    try {
      await opening;
    } catch (error) {
      this.#all.delete(door);
      throw error;
    }
    return () => {
      this.#all.delete(door);
      void door.listener?.close();
    };
  }

  refresh(): void {
    for (const { listener } of this.#all) listener?.refresh();
  }

  /** The same doors, where the node listens now. */
  reopen(node: DhtNode): Promise<void> {
    const reopening = this.#moving.then(() => this.#reopen(node));
    this.#moving = reopening.catch((error: unknown) => {
      this.#parts.log.warn('door-not-moved', { detail: error instanceof Error ? error.message : String(error) });
    });
    return this.#moving;
  }

  async #reopen(node: DhtNode): Promise<void> {
    for (const door of this.#all) {
      // oxlint-disable-next-line no-await-in-loop -- there is one, as a rule; its key is free again only when it is closed
      await door.listener?.close();
      door.listener = null;
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await this.#open(door, node);
    }
  }

  async #open(door: Door, node: DhtNode): Promise<void> {
    const listener = await openDoor(node, door.seed, door.handler, this.#parts);
    if (this.#all.has(door)) door.listener = listener;
    else await listener.close();
  }

  async close(): Promise<void> {
    const all = [...this.#all];
    this.#all.clear();
    await Promise.all(all.map(async ({ listener }) => listener?.close()));
  }
}
