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

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  async open(node: DhtNode, seed: Uint8Array, handler: DoorHandler): Promise<Unsubscribe> {
    const door: Door = { seed, handler, listener: await openDoor(node, seed, handler, this.#parts) };
    this.#all.add(door);
    return () => {
      this.#all.delete(door);
      void door.listener?.close();
    };
  }

  refresh(): void {
    for (const { listener } of this.#all) listener?.refresh();
  }

  /** The same doors, where the node listens now. */
  async reopen(node: DhtNode): Promise<void> {
    for (const door of this.#all) {
      // oxlint-disable-next-line no-await-in-loop -- there is one, as a rule; its key is free again only when it is closed
      await door.listener?.close();
      door.listener = null;
      // oxlint-disable-next-line no-await-in-loop -- likewise
      const listener = await openDoor(node, door.seed, door.handler, this.#parts);
      if (this.#all.has(door)) door.listener = listener;
      // oxlint-disable-next-line no-await-in-loop -- likewise
      else await listener.close();
    }
  }

  async close(): Promise<void> {
    const all = [...this.#all];
    this.#all.clear();
    await Promise.all(all.map(async ({ listener }) => listener?.close()));
  }
}
