import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDistance, type TableNode } from '../../../native-shims/hyperdht/index.ts';
import { changeOfSet, changesOf, isTouched } from '../../../main/overlay/directory/neighbourhood.ts';
import { holderSetSize } from '../../../main/overlay/lookup.ts';
import { hostPortText } from '../../../main/ports/host-port.ts';

const node = (id: Uint8Array, index: number): TableNode => ({
  id: Buffer.from(id),
  host: `10.${index >> 8}.${index & 255}.1`,
  port: 4000,
});

const idArbitrary = fc.uint8Array({ minLength: 32, maxLength: 32 });
const nodesArbitrary = fc.uniqueArray(idArbitrary, {
  minLength: 0,
  maxLength: 60,
  selector: (id) => Buffer.from(id).toString('hex'),
});

const tableOf = (nodes: readonly TableNode[]): ReadonlyMap<string, TableNode> =>
  new Map(nodes.map((each) => [hostPortText(each), each]));

const closestOf = (target: Uint8Array, nodes: readonly TableNode[]): TableNode[] =>
  nodes.toSorted((left, right) => compareDistance(target, left.id, right.id)).slice(0, holderSetSize);

/** The members besides us, by brute force. */
function membersOf(target: Uint8Array, ownId: Uint8Array, nodes: readonly TableNode[]): string[] {
  const all = [...nodes, { id: Buffer.from(ownId), host: 'self', port: 1 }];
  return closestOf(target, all)
    .map(hostPortText)
    .filter((key) => key !== 'self:1');
}

describe('what a change of neighbours means for a record', () => {
  test('exactly those who are new in its closest set are its entrants, whoever came and left', () => {
    fc.assert(
      fc.property(
        idArbitrary,
        idArbitrary,
        nodesArbitrary,
        fc.infiniteStream(fc.constantFrom('stays', 'arrives', 'leaves')),
        (target, ownId, ids, fates) => {
          const nodes = ids.map((id, index) => ({ node: node(id, index), fate: fates.next().value ?? 'stays' }));
          const before = nodes.filter(({ fate }) => fate !== 'arrives').map((each) => each.node);
          const now = nodes.filter(({ fate }) => fate !== 'leaves').map((each) => each.node);
          const changes = changesOf(tableOf(before), tableOf(now));
          const first = changeOfSet(target, ownId, closestOf(target, before), undefined, new Set(), () => true);
          expect(first.entrants).toEqual([]);
          const second = changeOfSet(
            target,
            ownId,
            closestOf(target, now),
            first.radius,
            new Set(changes.arrived.map(hostPortText)),
            () => true,
          );
          const wanted = membersOf(target, ownId, now).filter((key) => !membersOf(target, ownId, before).includes(key));
          expect(second.entrants.map(hostPortText).toSorted()).toEqual(wanted.toSorted());
          expect(isTouched(target, first.radius, changes) || wanted.length === 0).toBe(true);
        },
      ),
    );
  });

  test('ranks count elders that are nearer, and nobody ranks who is not of the set', () => {
    const zero = new Uint8Array(32);
    const at = (first: number): Uint8Array => Uint8Array.from([first, ...zero.subarray(1)]);
    const nodes = Array.from({ length: 29 }, (_, index) => node(at(index * 2), index));
    const rankAt = (own: number, isElder: (each: TableNode) => boolean = () => true): number | null =>
      changeOfSet(zero, at(own), closestOf(zero, nodes), undefined, new Set(), isElder).rank;
    expect(rankAt(1)).toBe(1);
    expect(rankAt(9)).toBe(5);
    expect(rankAt(9, (each) => each.port !== 4000)).toBe(0);
    expect(rankAt(47)).toBe(null);
  });
});
