import { compareDistance, type TableNode } from '../../../native-shims/hyperdht/index.ts';
import { hostPortText } from '../../ports/host-port.ts';
import { holderSetSize } from '../lookup.ts';

/** Who came to our table and who left it since it was last looked at. */
export interface Changes {
  readonly arrived: readonly TableNode[];
  readonly left: readonly TableNode[];
}

/** The farthest member of a target's holders as it was last seen; null: all there were belonged to it. */
export type Radius = Uint8Array | null;

/** The table as it is now, and the one before. */
export function changesOf(before: ReadonlyMap<string, TableNode>, now: ReadonlyMap<string, TableNode>): Changes {
  return {
    arrived: [...now].filter(([key]) => !before.has(key)).map(([, node]) => node),
    left: [...before].filter(([key]) => !now.has(key)).map(([, node]) => node),
  };
}

/** Whether these changes can have changed the closest set: a newcomer nearer than its farthest, or a member that left. */
export function isTouched(target: Uint8Array, radius: Radius, { arrived, left }: Changes): boolean {
  if (radius === null) return arrived.length > 0;
  const isInside = ({ id }: TableNode): boolean => compareDistance(target, id, radius) <= 0;
  return arrived.some(isInside) || left.some(isInside);
}

export interface SetChange {
  readonly radius: Radius;
  /** New in the set: nodes that arrived, and those that moved up for one that left. */
  readonly entrants: readonly TableNode[];
  /** How many members that were there before are nearer to the target than we are; null: we are not of the set ourselves. */
  readonly rank: number | null;
}

/**
 * @param closest the table's closest set, nearest first, without us
 * @param radius as it was; undefined: never looked at, so that only arrivals can be new
 * @param isElder whether a node has been there for a while; newcomers hold nothing that they could hand on
 */
export function changeOfSet(
  target: Uint8Array,
  ownId: Uint8Array,
  closest: readonly TableNode[],
  radius: Radius | undefined,
  arrived: ReadonlySet<string>,
  isElder: (node: TableNode) => boolean,
): SetChange {
  const nearer = closest.filter(({ id }) => compareDistance(target, id, ownId) < 0);
  const isMember = nearer.length < holderSetSize;
  const others = isMember ? closest.slice(0, holderSetSize - 1) : closest.slice(0, holderSetSize);
  const isBeyond = ({ id }: TableNode): boolean =>
    radius !== undefined && radius !== null && compareDistance(target, id, radius) > 0;
  const entrants = others.filter((node) => arrived.has(hostPortText(node)) || isBeyond(node));
  const fresh = new Set(entrants);
  const elders = nearer.filter((node) => !fresh.has(node) && isElder(node));
  const isFull = others.length + (isMember ? 1 : 0) >= holderSetSize;
  return { radius: isFull ? farthest(target, ownId, isMember, others) : null, entrants, rank: isMember ? elders.length : null };
}

function farthest(target: Uint8Array, ownId: Uint8Array, isMember: boolean, others: readonly TableNode[]): Uint8Array {
  const last = others.at(-1)?.id ?? ownId;
  return isMember && compareDistance(target, ownId, last) > 0 ? ownId : last;
}
