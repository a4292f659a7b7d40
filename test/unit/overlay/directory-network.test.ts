import { describe, expect, test } from 'vitest';
import { compareDistance, type DhtReply, type DhtRequest, type NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import { createDirectoryStore } from '../../../main/overlay/directory/directory-client.ts';
import { createDirectoryNode } from '../../../main/overlay/directory/directory-node.ts';
import { createHandOver } from '../../../main/overlay/directory/hand-over.ts';
import { directoryCommands } from '../../../main/overlay/directory/directory-wire.ts';
import type { DirectoryClientParts, DirectoryDht, OwnPlace } from '../../../main/overlay/directory/places.ts';
import { defaultShelfLimits, Shelf } from '../../../main/overlay/directory/shelf.ts';
import type { DirectoryStore } from '../../../main/overlay/directory-store.ts';
import { createNetworks } from '../../../main/overlay/networks.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { claimValidator, createClaim } from '../../sim/world.ts';
import { hastyClock } from '../hasty-clock.ts';
import { VirtualClock } from '../virtual-clock.ts';

const networks = createNetworks({ privateAddressesCountPerNode: false });
const asker: NodeAddress = { host: '10.0.0.1', port: 1000 };
const signal = (): AbortSignal => new AbortController().signal;
const goodToken = Buffer.alloc(32, 7);

type Answer = (request: DhtRequest) => boolean;

/** A supernode as others meet it: the real shelf and the real answers, without a socket. */
interface Supernode {
  readonly address: NodeAddress;
  readonly id: Uint8Array;
  readonly shelf: Shelf;
  isNewcomer: boolean;
  /** Targets that somebody else sees to. */
  readonly confirmed: string[];
  /** The token that it gives to who asks for one. */
  gives: Buffer;
  answer: Answer;
}

/** Their disk is full if `isDiskFull`: whatever is written fails. */
function supernode(index: number, isDiskFull = false): Supernode {
  const clock = new VirtualClock();
  const address = { host: `10.${index + 1}.0.1`, port: 4000 };
  const id = networks.id(address.host, address.port);
  const write = (): void => {
    if (isDiskFull) throw new Error('the disk is full');
  };
  const shelf = new Shelf(clock, { load: () => [], save: write, remove: write }, claimValidator, defaultShelfLimits);
  const node: Supernode = { address, id, shelf, isNewcomer: false, confirmed: [], gives: goodToken, answer: () => false };
  node.answer = createDirectoryNode(
    shelf,
    networks,
    () => id,
    () => node.isNewcomer,
    (confirmed) => node.confirmed.push(Buffer.from(confirmed).toString('hex')),
    silentLogger,
  );
  return node;
}

const tooOldToken = Buffer.alloc(32, 1);
const invalidTokenError = 2;

/** What dht-rpc does around a request: a token is given to who asked for one, and only that one counts; another is refused with a new one. */
function ask(nodes: readonly Supernode[], message: Parameters<DirectoryDht['request']>[0], to: NodeAddress): Promise<DhtReply> {
  return new Promise((resolve, reject) => {
    const node = nodes.find(({ address }) => address.host === to.host);
    if (node === undefined) return reject(new Error('timeout'));
    const isTokenGood = message.token !== undefined && message.token !== null && goodToken.equals(message.token);
    const reply: DhtRequest['reply'] = (value, { token = true, closerNodes = true } = {}) =>
      resolve({
        from: { ...node.address, id: Buffer.from(node.id) },
        to: asker,
        token: token ? node.gives : null,
        closerNodes: closerNodes ? nodes.map(({ address }) => address) : null,
        error: 0,
        value: value === null ? null : Buffer.from(value),
        rtt: 1,
      });
    if (message.token !== undefined && message.token !== null && !isTokenGood) {
      const from = { ...node.address, id: Buffer.from(node.id) };
      return resolve({ from, to: asker, token: goodToken, closerNodes: null, error: invalidTokenError, value: null, rtt: 1 });
    }
    const known = node.answer({
      from: { ...asker, id: null },
      command: message.command,
      target: Buffer.from(message.target),
      token: isTokenGood ? goodToken : null,
      value: message.value === null ? null : Buffer.from(message.value),
      reply,
    });
    if (!known) reject(new Error('unknown command'));
    return undefined;
  });
}

function partsOver(nodes: readonly Supernode[], self: Supernode | null = null): DirectoryClientParts {
  const others = nodes.filter((node) => node !== self);
  const place: OwnPlace | null = self === null ? null : { id: self.id, address: self.address };
  return {
    node: () => ({
      closest: (target, limit) =>
        others
          .toSorted((left, right) => compareDistance(target, left.id, right.id))
          .slice(0, limit)
          .map(({ address, id }) => ({ ...address, id: Buffer.from(id) })),
      request: (message, to) => ask(others, message, to),
    }),
    networks,
    shelf: self?.shelf ?? supernode(200).shelf,
    clock: hastyClock,
    self: () => place,
    isNewcomer: () => self?.isNewcomer ?? true,
    entrances: () => [],
  };
}

const directoryOver = (nodes: readonly Supernode[], self: Supernode | null = null): DirectoryStore =>
  createDirectoryStore(partsOver(nodes, self));

const claimOn = (target: Uint8Array): Uint8Array => new Uint8Array(createClaim(systemRandom.bytes(32), target, 1));
const networkOf = ({ address }: Supernode): string => networks.network(address);
const create = (count: number): Supernode[] => Array.from({ length: count }, (_, index) => supernode(index));

describe('the directory’s questions and answers', () => {
  test('what is put is kept by every supernode, our own shelf among them, and read again', async () => {
    const nodes = create(6);
    const directory = directoryOver(nodes, nodes[0]);
    const target = systemRandom.bytes(32);
    const claim = claimOn(target);
    const { storedBy, refusals } = await directory.put(target, claim, signal());
    expect([storedBy.toSorted(), refusals]).toEqual([nodes.map(networkOf).toSorted(), []]);
    const answers = await directory.get(target, signal());
    expect(answers.map(({ record }) => record)).toEqual(nodes.map(() => claim));
  });

  test('one that has just begun is no witness that a name is free, while others are there', async () => {
    const nodes = create(4);
    for (const node of nodes.slice(0, 3)) node.isNewcomer = true;
    const answers = await directoryOver(nodes).get(systemRandom.bytes(32), signal());
    expect(answers).toEqual([{ record: null, network: networks.network({ host: '10.4.0.1', port: 4000 }) }]);
  });

  test('where all have just begun, they are the network', async () => {
    const nodes = create(3);
    for (const node of nodes) node.isNewcomer = true;
    const answers = await directoryOver(nodes, nodes[0]).get(systemRandom.bytes(32), signal());
    expect(answers.map(({ network }) => network).toSorted()).toEqual(nodes.map(networkOf).toSorted());
  });

  test('a newcomer’s record counts like any other', async () => {
    const nodes = create(2);
    const target = systemRandom.bytes(32);
    const claim = claimOn(target);
    await directoryOver(nodes.slice(0, 1)).put(target, claim, signal());
    for (const node of nodes) node.isNewcomer = true;
    const answers = await directoryOver(nodes).get(target, signal());
    expect(answers).toEqual([{ record: claim, network: networks.network({ host: '10.1.0.1', port: 4000 }) }]);
  });

  test('who has no token of ours stores nothing, costs no judgement, and gets a token', async () => {
    const node = supernode(0);
    const target = systemRandom.bytes(32);
    const message = { command: directoryCommands.put, target, value: claimOn(target) };
    for (const token of [null, Buffer.alloc(32, 8)]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const reply = await ask([node], { ...message, token }, node.address);
      expect([reply.value, reply.token]).toEqual([null, goodToken]);
    }
    expect(node.shelf.count).toBe(0);
  });

  test('a full disk neither refuses records nor loses them before the next start', async () => {
    const node = supernode(0, true);
    const target = systemRandom.bytes(32);
    const claim = claimOn(target);
    const directory = directoryOver([node], node);
    expect((await directory.put(target, claim, signal())).storedBy).toEqual([networkOf(node)]);
    expect((await directory.get(target, signal()))[0]?.record).toEqual(claim);
  });

  test('a node that gives up or answers nonsense is one answer less', async () => {
    const [good, other, silent, mad] = create(4);
    if (good === undefined || other === undefined || silent === undefined || mad === undefined) throw new Error('four were made');
    silent.answer = (request) => {
      if (request.token !== null) return false;
      request.reply(null, { token: true, closerNodes: true });
      return true;
    };
    mad.answer = (request) => {
      request.reply(request.token === null ? null : new Uint8Array(901).fill(9), { token: request.token === null });
      return true;
    };
    const nodes = [good, other, silent, mad];
    const target = systemRandom.bytes(32);
    const claim = claimOn(target);
    const directory = directoryOver(nodes);
    const { storedBy, refusals } = await directory.put(target, claim, signal());
    expect([storedBy.toSorted(), refusals]).toEqual([[networkOf(good), networkOf(other)], []]);
    const answers = await directory.get(target, signal());
    expect(answers.toSorted((left, right) => (left.network < right.network ? -1 : 1))).toEqual([
      { record: claim, network: networkOf(good) },
      { record: claim, network: networkOf(other) },
      { record: null, network: networkOf(mad) },
    ]);
  });

  test('a token that grew too old while others were waited for is replaced', async () => {
    const nodes = create(6);
    for (const node of nodes) node.gives = tooOldToken;
    const target = systemRandom.bytes(32);
    const claim = claimOn(target);
    expect((await directoryOver(nodes).put(target, claim, signal())).storedBy).toHaveLength(6);
    expect((await directoryOver(nodes).get(target, signal())).map(({ record }) => record)).toEqual(nodes.map(() => claim));
  });

  test('a lookup that was hardly heard is made again before a record is stored', async () => {
    const nodes = create(12);
    const others = nodes.slice(1);
    let asked = 0;
    for (const node of others) {
      const { answer } = node;
      // The first lookup asks each of them twice, in vain.
      node.answer = (request) => (asked++ < 2 * others.length ? false : answer(request));
    }
    const target = systemRandom.bytes(32);
    const { storedBy } = await directoryOver(nodes).put(target, claimOn(target), signal());
    expect(storedBy).toHaveLength(12);
  });

  test('a lookup that heard only far nodes is made again before a record is stored', async () => {
    const target = systemRandom.bytes(32);
    // The farthest are named first.
    const nodes = create(60).toSorted((left, right) => compareDistance(target, right.id, left.id));
    const nearest = nodes.slice(-24);
    for (const node of nearest.slice(0, -1)) {
      const { answer } = node;
      let left = 2;
      node.answer = (request) => (left-- > 0 ? false : answer(request));
    }
    await directoryOver(nodes).put(target, claimOn(target), signal());
    expect(nearest.filter(({ shelf }) => shelf.get(target) !== null)).toHaveLength(24);
  });

  test('whose answer was lost, or who was busy, is asked again; what a minority took is not stored', async () => {
    const nodes = create(12);
    const target = systemRandom.bytes(32);
    /** So many puts each node loses before it answers one. */
    const losing = (lost: number): void => {
      for (const node of nodes) {
        const { answer } = node;
        let left = lost;
        node.answer = (request) => (request.token === null || left-- <= 0 ? answer(request) : false);
      }
    };
    // Each question is asked twice.
    losing(2);
    const { storedBy } = await directoryOver(nodes).put(target, claimOn(target), signal());
    expect(storedBy).toHaveLength(12);
    losing(100);
    const [first] = nodes;
    if (first !== undefined) first.answer = supernode(0).answer;
    await expect(directoryOver(nodes).put(target, claimOn(target), signal())).rejects.toMatchObject({
      code: 'NO_NETWORK',
      reason: 'too-few-answered',
    });
  });
});

describe('handing records on', () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

  test('a record goes to who lacks it, and only its digest to who has it', async () => {
    const nodes = create(3);
    const [giver, has, lacks] = nodes;
    if (giver === undefined || has === undefined || lacks === undefined) throw new Error('three were made');
    const target = systemRandom.bytes(32);
    const claim = claimOn(target);
    await directoryOver([has], has).put(target, claim, signal());
    const hand = createHandOver(partsOver(nodes, giver));
    expect(await hand.give(has.address, target, claim)).toBe('held');
    expect(has.confirmed).toEqual([hex(target)]);
    expect(await hand.give(lacks.address, target, claim)).toBe('given');
    expect(lacks.shelf.get(target)).toEqual(claim);
    expect(await hand.give({ host: '10.99.0.1', port: 1 }, target, claim)).toBe('silent');
  });

  test('whoever hands on an old record learns the new one', async () => {
    const nodes = create(2);
    const [giver, other] = nodes;
    if (giver === undefined || other === undefined) throw new Error('two were made');
    const [target, owner] = [systemRandom.bytes(32), systemRandom.bytes(32)];
    const [old, renewed] = [1, 2].map((sequence) => new Uint8Array(createClaim(owner, target, sequence)));
    if (old === undefined || renewed === undefined) throw new Error('two were made');
    await directoryOver([giver], giver).put(target, old, signal());
    await directoryOver([other], other).put(target, renewed, signal());
    expect(await createHandOver(partsOver(nodes, giver)).give(other.address, target, old)).toBe('refused');
    expect(giver.shelf.get(target)).toEqual(renewed);
  });

  test('an audit asks the closest set and mends it', async () => {
    const nodes = create(8);
    const [auditor] = nodes;
    if (auditor === undefined) throw new Error('eight were made');
    const target = systemRandom.bytes(32);
    const claim = claimOn(target);
    await directoryOver(nodes.slice(0, 5), auditor).put(target, claim, signal());
    const hand = createHandOver(partsOver(nodes, auditor));
    expect(await hand.audit(target, claim, signal())).toEqual({ asked: 7, given: 3 });
    expect(nodes.map(({ shelf }) => shelf.get(target) !== null)).toEqual(nodes.map(() => true));
    expect(await hand.audit(target, claim, signal())).toEqual({ asked: 7, given: 0 });
  });

  test('a digest of another record, or of odd length, is answered like nothing', async () => {
    const node = supernode(0);
    const target = systemRandom.bytes(32);
    await directoryOver([node], node).put(target, claimOn(target), signal());
    for (const digest of [new Uint8Array(16), new Uint8Array(15), new Uint8Array(0), new Uint8Array(900)]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const reply = await ask([node], { command: directoryCommands.put, target, value: digest }, node.address);
      expect([reply.value, node.confirmed]).toEqual([null, []]);
    }
  });
});
