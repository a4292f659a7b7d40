import { compareDistance, createDhtNode, installNodeIds, type DhtNode } from '../../../native-shims/hyperdht/index.ts';
import { targetOf } from '../../../main/directory/index.ts';
import { createDirectoryStore } from '../../../main/overlay/directory/directory-client.ts';
import type { DirectoryDht } from '../../../main/overlay/directory/places.ts';
import { defaultShelfLimits, Shelf } from '../../../main/overlay/directory/shelf.ts';
import { createNetworks, isDiverseIn, selectDiverse } from '../../../main/overlay/networks.ts';
import { hostPortText, type HostPort } from '../../../main/ports/host-port.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { claimValidator } from '../world.ts';
import { wires } from './wires.ts';

/** What one lookup cost its reader. */
export interface LookupCost {
  readonly found: boolean;
  /** Datagrams that the reader sent, repeated ones included. */
  readonly messages: number;
  /** From the reader to the node nearest to the target, naming each other: 1 if the reader knew it. */
  readonly hops: number;
  readonly ms: number;
}

const networks = createNetworks({ privateAddressesCountPerNode: false });

/** A client with the app's own lookup, that is watched: who named whom, and what it sent. */
export class LabReader {
  readonly #host: string;
  readonly #node: DhtNode;

  constructor(host: string, bootstrap: readonly HostPort[]) {
    this.#host = host;
    installNodeIds(networks.id);
    this.#node = createDhtNode({
      bind: { host, port: 0 },
      preferredPort: null,
      bootstrap,
      isForced: false,
      admit: (node, row) => isDiverseIn(networks, row, node),
      select: (sorted, limit) => selectDiverse(networks, sorted, limit),
      onRequest: () => false,
    });
  }

  async start(): Promise<void> {
    await this.#node.bind();
    await this.#node.bootstrapped();
  }

  stop(): Promise<void> {
    return this.#node.destroy();
  }

  async look(name: string): Promise<LookupCost> {
    const target = targetOf(name);
    const depths = new Map<string, number>();
    const answered: { readonly id: Uint8Array; readonly depth: number }[] = [];
    const watched: DirectoryDht = {
      closest: (wanted, limit) => {
        const nodes = this.#node.closest(wanted, limit);
        for (const node of nodes) depths.set(hostPortText(node), 1);
        return nodes;
      },
      request: async (message, to) => {
        const reply = await this.#node.request(message, to);
        const depth = depths.get(hostPortText(to)) ?? 1;
        answered.push({ id: networks.id(to.host, to.port), depth });
        for (const named of reply.closerNodes ?? []) {
          const key = hostPortText(named);
          depths.set(key, Math.min(depths.get(key) ?? Number.POSITIVE_INFINITY, depth + 1));
        }
        return reply;
      },
    };
    const nothing = { load: () => [], save: () => undefined, remove: () => undefined };
    const store = createDirectoryStore({
      node: () => watched,
      networks,
      shelf: new Shelf(systemClock, nothing, claimValidator, defaultShelfLimits),
      clock: systemClock,
      self: () => null,
      isNewcomer: () => true,
      entrances: () => [],
    });
    const sentBefore = wires.traffic(this.#host).sent;
    const beganMs = systemClock.monotonicMs();
    const answers = await store.get(target, new AbortController().signal);
    const ms = systemClock.monotonicMs() - beganMs;
    const [nearest] = answered.toSorted((left, right) => compareDistance(target, left.id, right.id));
    return {
      found: answers.filter(({ record }) => record !== null).length > answers.length / 2,
      messages: wires.traffic(this.#host).sent - sentBefore,
      hops: nearest?.depth ?? 0,
      ms,
    };
  }
}
