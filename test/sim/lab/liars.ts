import {
  compareDistance,
  createDhtNode,
  namedPerReply,
  type DhtNode,
  type DhtRequest,
  type TableNode,
} from '../../../native-shims/hyperdht/index.ts';
import { directoryCommands, encodePutAnswer } from '../../../main/overlay/directory/directory-wire.ts';
import { createNetworks, selectDiverse } from '../../../main/overlay/networks.ts';
import { toHex } from '../../../main/ports/hex.ts';
import type { HostPort } from '../../../main/ports/host-port.ts';
import { realSeconds, type LabWorld } from './world.ts';

/**
 * What a malicious supernode does. drop: answers lookups, never a question for a record; hide: knows nothing, keeps nothing; replay:
 * keeps the first it was given, for ever; forge: changes bytes; rival: shows the false claimant's claim; mislead: names only
 * addresses beside the target where nobody is.
 */
export const lies = ['drop', 'hide', 'replay', 'forge', 'rival', 'mislead'] as const;
export type Lie = (typeof lies)[number];

export interface LiarOptions {
  /** All of one kind. */
  readonly only?: Lie;
  /** Nodes in each of their networks. */
  readonly perNetwork?: number;
  /** All name nobody but each other, where else only half of them does. */
  readonly isClique?: boolean;
  /** The first of their networks: a second set needs others. */
  readonly from?: number;
}

export interface Liars {
  readonly count: number;
  readonly at: readonly HostPort[];
  /** From now on those who favour a false claimant show this for the target. */
  favour(target: Uint8Array, record: Uint8Array): void;
  stop(): Promise<void>;
}

const networks = createNetworks({ privateAddressesCountPerNode: false });

/** Addresses where nobody is: so many that the closest of them lie nearer to any target than all real nodes. */
const emptyPlaces = 30_000;

function emptyAddresses(): ReadonlyMap<number, readonly TableNode[]> {
  const byFirstByte = new Map<number, TableNode[]>();
  for (let index = 0; index < emptyPlaces; index++) {
    const host = `127.${1 + (index % 250)}.${200 + (Math.floor(index / 250) % 50)}.9`;
    const port = 2000 + Math.floor(index / 12_500);
    const id = networks.id(host, port);
    const [first = 0] = id;
    byFirstByte.set(first, [...(byFirstByte.get(first) ?? []), { host, port, id }]);
  }
  return byFirstByte;
}

const nearest = (nodes: readonly TableNode[], target: Uint8Array): readonly TableNode[] =>
  nodes.toSorted((left, right) => compareDistance(target, left.id, right.id)).slice(0, namedPerReply);

/** Supernodes that lie, one of each kind in turn, in networks of their own. All but some also name only each other. */
export async function addLiars(
  world: LabWorld,
  count: number,
  { only, perNetwork = 1, isClique = false, from = 0 }: LiarOptions = {},
): Promise<Liars> {
  const favoured = new Map<string, Uint8Array>();
  const fellows: TableNode[] = [];
  const empty = emptyAddresses();

  const start = async (index: number): Promise<DhtNode> => {
    const lie = only ?? lies[index % lies.length] ?? 'hide';
    const network = from + Math.floor(index / perNetwork);
    const kept = new Map<string, Uint8Array>();
    const host = `127.${1 + (network % 250)}.${180 + Math.floor(network / 250)}.1`;
    const node = createDhtNode({
      bind: { host, port: 0 },
      preferredPort: null,
      bootstrap: world.entrances(3),
      isForced: true,
      admit: () => true,
      // Sorted by nearness to what is asked for, so the first tells where that is.
      select: <T extends TableNode>(sorted: readonly T[], limit: number): T[] => {
        const [first] = sorted;
        if (first === undefined || limit !== namedPerReply) return selectDiverse(networks, sorted, limit);
        if (lie === 'mislead') {
          // Of the table's own kind but for what the table adds to it, which nobody reads.
          return [...nearest(empty.get(first.id[0] ?? 0) ?? [], first.id)] as unknown as T[];
        }
        const colluding = nearest(fellows, first.id) as unknown as T[];
        const colludes = isClique || index % 2 === 0;
        return colludes && fellows.length >= namedPerReply ? [...colluding] : selectDiverse(networks, sorted, limit);
      },
      onRequest: (request) => answer(request, lie, kept, favoured),
    });
    await node.bind();
    // Its own look around is misled by its fellows, as everybody's: who is near it hears of it long before that ends.
    await Promise.race([node.bootstrapped(), realSeconds(3)]);
    fellows.push({ host, port: node.port(), id: networks.id(host, node.port()) });
    return node;
  };

  const nodes: DhtNode[] = [];
  while (nodes.length < count) {
    const batch = Array.from({ length: Math.min(32, count - nodes.length) }, (_, index) => start(nodes.length + index));
    // oxlint-disable-next-line no-await-in-loop -- a few at a time
    nodes.push(...(await Promise.all(batch)));
  }
  return {
    count: nodes.length,
    at: fellows.map(({ host, port }) => ({ host, port })),
    favour: (target, record) => void favoured.set(toHex(target), record),
    async stop() {
      await Promise.all(nodes.map((node) => node.destroy()));
    },
  };
}

function answer(request: DhtRequest, lie: Lie, kept: Map<string, Uint8Array>, favoured: Map<string, Uint8Array>): boolean {
  const { command, target, token, value } = request;
  const isPut = command === directoryCommands.put;
  if ((command !== directoryCommands.get && !isPut) || target === null) return false;
  if (token === null) {
    request.reply(null, { token: true, closerNodes: true });
    return true;
  }
  const key = toHex(target);
  if (isPut && value !== null && !kept.has(key)) kept.set(key, new Uint8Array(value));
  const say = (record: Uint8Array | null): void => {
    const refusal =
      record === null ? encodePutAnswer({ stored: true }) : encodePutAnswer({ stored: false, code: 'NAME_TAKEN', held: record });
    request.reply(isPut ? refusal : record, { token: false, closerNodes: false });
  };
  switch (lie) {
    case 'drop':
      return true;
    case 'hide':
    case 'mislead':
      say(null);
      return true;
    case 'replay':
      if (isPut) say(null);
      else say(kept.get(key) ?? null);
      return true;
    case 'forge':
      say((kept.get(key) ?? new Uint8Array(600)).map((byte, index) => (index % 97 === 50 ? byte ^ 1 : byte)));
      return true;
    case 'rival':
      say(favoured.get(key) ?? null);
      return true;
  }
}
