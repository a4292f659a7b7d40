import type { NodeAddress } from './dht-types.ts';

export interface TableNode extends NodeAddress {
  readonly id: Uint8Array;
}

/** The part of kademlia-routing-table 1 that we replace on each instance. */
export interface RoutingTable {
  readonly id: Buffer;
  readonly rows: readonly ({ readonly nodes: readonly TableNode[] } | undefined)[];
  add(node: TableNode): boolean;
  closest(target: Uint8Array, k?: number): TableNode[];
}

export interface TableRules {
  /** May `node` join a row (bucket) that already holds `row`? */
  readonly admit: (node: TableNode, row: readonly TableNode[]) => boolean;
  /** Of nodes sorted by closeness, those that may be named or stored at together, at most `limit`. */
  readonly select: <T extends TableNode>(sorted: readonly T[], limit: number) => T[];
}

/** What a reply names: as many as a reader of it stores at, who learns the farthest of them from the nearest. */
export const namedPerReply = 24;

/** Makes a table keep the rules, whoever fills it or asks it. */
export function admitInto(table: RoutingTable, rules: TableRules): RoutingTable {
  const add = table.add.bind(table);
  const closest = table.closest.bind(table);
  table.add = (node) => {
    const row = table.rows[differingBit(table.id, node.id)]?.nodes ?? [];
    const known = row.some((other) => Buffer.compare(other.id, node.id) === 0);
    return (known || rules.admit(node, row)) && add(node);
  };
  table.closest = (target, limit = namedPerReply) => {
    // Everything, for `toArray`; and because upstream's own order is only roughly by distance.
    const all = closest(target, Number.POSITIVE_INFINITY);
    if (!Number.isFinite(limit)) return all;
    return rules.select(
      all.toSorted((left, right) => compareDistance(target, left.id, right.id)),
      limit,
    );
  };
  return table;
}

/** Kademlia's XOR metric: negative if `left` is closer to `target`. */
export function compareDistance(target: Uint8Array, left: Uint8Array, right: Uint8Array): number {
  for (let index = 0; index < target.length; index++) {
    const byte = target[index] ?? 0;
    const difference = (byte ^ (left[index] ?? 0)) - (byte ^ (right[index] ?? 0));
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Which row an id belongs to: the first bit in which it differs from ours. */
function differingBit(own: Uint8Array, id: Uint8Array): number {
  for (let index = 0; index < id.length; index++) {
    const difference = (id[index] ?? 0) ^ (own[index] ?? 0);
    if (difference !== 0) return index * 8 + Math.clz32(difference) - 24;
  }
  return own.length * 8 - 1;
}
