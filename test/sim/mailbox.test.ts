import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toHex } from '../../main/ports/hex.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { createBoxOwner, type BoxOwner } from './mailboxes.ts';
import { eventually, World, type WorldNode } from './world.ts';

const signal = new AbortController().signal;
const nowMs = (): number => Date.now();

let world: World;
let nodes: WorldNode[];
let client: WorldNode;
let owner: BoxOwner;
beforeEach(async () => {
  world = new World();
  const first = await world.add([]);
  nodes = [first, ...(await Promise.all(Array.from({ length: 5 }, () => world.add([first.at()]))))];
  client = await world.add([first.at()], { supernodeMode: 'off' });
  await eventually('all have met', () => nodes.every(({ overlay }) => overlay.health().nodesHeard >= 5));
  owner = createBoxOwner(systemRandom);
});
afterEach(() => world.stop());

const register = async (): Promise<readonly string[]> =>
  (await client.overlay.mailboxes.register(owner.target, await owner.record(nowMs()), signal)).storedBy;

/** Whoever has what, as their owner sees it. */
async function listed(from: WorldNode = client): Promise<string[]> {
  const { mailboxes } = from.overlay;
  const places = await mailboxes.places(owner.target, signal);
  const lists = await Promise.all(places.map((place) => mailboxes.list(place, owner.access, signal)));
  return lists.flatMap((items) => (items ?? []).map(({ id }) => toHex(id)));
}
const itemsAt = ({ overlay }: WorldNode): number => overlay.kept().items;

describe('a mailbox on real supernodes', { timeout: 60_000 }, () => {
  test('gives its owner, from every keeper, what was left in it: of one part and of many', async () => {
    expect(await register()).toHaveLength(6);
    for (const size of [1_024, 65_536]) {
      const item = owner.fromFriend(systemRandom.bytes(size), nowMs());
      expect((await client.overlay.mailboxes.deposit(owner.target, item, signal)).storedBy).toHaveLength(6);
      for (const place of await client.overlay.mailboxes.places(owner.target, signal)) {
        const fetched = await client.overlay.mailboxes.fetch(place, owner.access, item.id, signal);
        expect(fetched).toEqual({ slip: item.slip, sealed: item.sealed });
      }
    }
    expect(await listed()).toHaveLength(12);
  });

  test('keeps the same item once, and takes it away when its owner signs for it', async () => {
    await register();
    const item = owner.fromFriend(systemRandom.bytes(1_024), nowMs());
    await client.overlay.mailboxes.deposit(owner.target, item, signal);
    await client.overlay.mailboxes.deposit(owner.target, item, signal);
    expect(nodes.map(itemsAt)).toEqual(nodes.map(() => 1));
    for (const place of await client.overlay.mailboxes.places(owner.target, signal)) {
      expect(await client.overlay.mailboxes.remove(place, owner.target, [owner.removal(item.id)], signal)).toBe(true);
    }
    expect(nodes.map(itemsAt)).toEqual(nodes.map(() => 0));
    // Its depositor can't tell that it was picked up.
    expect((await client.overlay.mailboxes.deposit(owner.target, item, signal)).storedBy).toHaveLength(6);
    expect(await listed()).toEqual([]);
  });

  test('shows nothing to whoever is not its owner', async () => {
    await register();
    const item = owner.fromFriend(systemRandom.bytes(1_024), nowMs());
    await client.overlay.mailboxes.deposit(owner.target, item, signal);
    const thief = { ...createBoxOwner(systemRandom).access, target: owner.target };
    for (const place of await client.overlay.mailboxes.places(owner.target, signal)) {
      expect(await client.overlay.mailboxes.list(place, thief, signal)).toBeNull();
      expect(await client.overlay.mailboxes.fetch(place, thief, item.id, signal)).toBeNull();
      const removal = { id: item.id, signature: createBoxOwner(systemRandom).removal(item.id).signature };
      expect(await client.overlay.mailboxes.remove(place, owner.target, [removal], signal)).toBe(false);
    }
    expect(await listed()).toHaveLength(6);
  });

  test('is handed to a supernode that comes, with what was removed; so nothing comes back', async () => {
    await register();
    const [kept, done] = [
      owner.fromFriend(systemRandom.bytes(4_096), nowMs()),
      owner.fromFriend(systemRandom.bytes(1_024), nowMs()),
    ];
    for (const item of [kept, done]) await client.overlay.mailboxes.deposit(owner.target, item, signal);
    for (const place of await client.overlay.mailboxes.places(owner.target, signal))
      await client.overlay.mailboxes.remove(place, owner.target, [owner.removal(done.id)], signal);
    const [first] = nodes;
    const newcomer = await world.add(first === undefined ? [] : [first.at()]);
    await eventually('it has what is there', () => itemsAt(newcomer) === 1);
    // Somebody late leaves it again, at the newcomer as well.
    await client.overlay.mailboxes.deposit(owner.target, done, signal);
    expect(new Set(await listed())).toEqual(new Set([toHex(kept.id)]));
    for (const node of nodes) await world.crash(node);
    expect(await listed()).toEqual([toHex(kept.id)]);
  });

  test('takes nothing for a mailbox that nobody registered, and nothing with a key that was spent', async () => {
    const item = owner.withKey(0, systemRandom.bytes(1_024), nowMs());
    const before = await client.overlay.mailboxes.deposit(owner.target, item, signal);
    expect(new Set(before.refusals.map(({ code }) => code))).toEqual(new Set(['NO_BOX']));
    await register();
    expect((await client.overlay.mailboxes.deposit(owner.target, item, signal)).storedBy).toHaveLength(6);
    const second = await client.overlay.mailboxes.deposit(
      owner.target,
      owner.withKey(0, systemRandom.bytes(1_024), nowMs()),
      signal,
    );
    expect(new Set(second.refusals.map(({ code }) => code))).toEqual(new Set(['SPENT']));
  });

  test('has a slot for strangers, who pay for it with work', async () => {
    await register();
    const item = await owner.fromStranger(systemRandom.bytes(1_024), nowMs());
    expect((await client.overlay.mailboxes.deposit(owner.target, item, signal)).storedBy).toHaveLength(6);
    expect(nodes.map(itemsAt)).toEqual(nodes.map(() => 1));
  });
});
