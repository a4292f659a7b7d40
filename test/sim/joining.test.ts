import { createSocket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import { meetingHashes } from '../../main/overlay/joining/bittorrent/period.ts';
import { createOverlay, type JoinWay, type WayReport } from '../../main/overlay/index.ts';
import type { HostPort } from '../../main/ports/host-port.ts';
import { answerWith, BitTorrentWorld, compact, text } from './bittorrent-world.ts';
import { merge } from './islands.ts';
import { eventually, overlayOptions, World, type WorldNode } from './world.ts';

let world = new World();
let torrents = new BitTorrentWorld();
afterEach(async () => {
  await world.stop();
  await torrents.stop();
  world = new World();
  torrents = new BitTorrentWorld();
});

const reportOf = ({ overlay }: WorldNode, way: JoinWay): WayReport => {
  const report = overlay.joinReports().find((each) => each.way === way);
  if (report === undefined) throw new Error(`no report of ${way}`);
  return report;
};
const through = (routers: readonly HostPort[]) => ({ bitTorrent: { routers, believesPrivate: true } });
const remembering = (nodes: readonly HostPort[]) => ({ knownNodes: { load: () => nodes, save: () => undefined } });
const heard = ({ overlay }: WorldNode): number => overlay.health().nodesHeard;

test('two who know nobody meet in BitTorrent’s DHT, where the one who can be reached announces itself', async () => {
  await torrents.grow(8);
  const first = await world.add([], through(torrents.routers.slice(0, 2)));
  expect(first.overlay.health().status).toBe('alone');
  const [infohash = new Uint8Array(20)] = meetingHashes(Date.now());
  await eventually('it is announced', async () => (await torrents.find(infohash)).some(({ port }) => port === first.at().port));
  const second = await world.add([], { ...through(torrents.routers.slice(2, 4)), supernodeMode: 'off' });
  expect(second.overlay.health().status).toBe('connected');
  expect(reportOf(second, 'bittorrent')).toMatchObject({ off: false, answered: 1 });
  expect(reportOf(second, 'bittorrent').firstMs).not.toBeNull();
});

test('whoever is told not to go to BitTorrent’s DHT sends nothing there', async () => {
  let packets = 0;
  const router = await torrents.hostile('127.181.1.1', () => {
    packets += 1;
    return null;
  });
  const overlay = createOverlay(
    overlayOptions({ host: '127.181.2.1', port: 0 }, [], { ...through([router]), supernodeMode: 'off' }),
  );
  overlay.setBitTorrent(false);
  await overlay.start();
  const quiet: WorldNode = { overlay, at: () => router };
  try {
    expect(overlay.health().status).toBe('alone');
    expect(packets).toBe(0);
    expect(reportOf(quiet, 'bittorrent').off).toBe(true);
    overlay.setBitTorrent(true);
    await eventually('it goes there when that changes', () => packets > 0);
  } finally {
    await overlay.stop();
  }
});

test('a poisoned meeting place costs time, and nobody foreign is kept', { timeout: 60_000 }, async () => {
  await torrents.grow(4);
  const [infohash = new Uint8Array(20)] = meetingHashes(Date.now());
  const real = await world.add([]);
  // What answers there speaks, but not our protocol.
  const babbler = createSocket('udp4');
  babbler.on('message', (bytes, from) => babbler.send(Buffer.concat([bytes, Buffer.from('?')]), from.port, from.address));
  await new Promise<void>((resolve) => babbler.bind(0, '127.182.9.1', resolve));
  const strangers: HostPort[] = [
    // Nobody; a node of BitTorrent's; a babbler; ourselves, later.
    ...Array.from({ length: 40 }, (_, index) => ({ host: `127.183.${index}.1`, port: 9 })),
    ...torrents.routers,
    { host: '127.182.9.1', port: babbler.address().port },
  ];
  const values = (nodes: readonly HostPort[]): Buffer => Buffer.concat(nodes.map((node) => text(compact(node))));
  const id = text(Buffer.alloc(20, infohash));
  // It says that it is the infohash itself, and answers with thousands, in datagrams too large and just small enough.
  const liar = await torrents.hostile('127.182.1.1', (question) =>
    answerWith(
      question,
      Buffer.concat([
        Buffer.from('d2:id'),
        id,
        Buffer.from('5:token1:x6:valuesl'),
        values([...strangers, ...Array.from({ length: 160 }, (_, index) => ({ host: '127.184.1.1', port: 1_000 + index }))]),
        Buffer.from('ee'),
      ]),
    ),
  );
  // The library compares ids without looking at their type.
  const typist = await torrents.hostile('127.182.2.1', (question) => answerWith(question, Buffer.from('d2:idi5ee')));
  const guide = await torrents.hostile('127.182.3.1', (question) =>
    answerWith(
      question,
      Buffer.concat([
        Buffer.from('d2:id'),
        text(Buffer.alloc(20, 7)),
        Buffer.from('5:nodes'),
        text(
          Buffer.concat(
            [typist, liar].map((node, index) => Buffer.concat([Buffer.from(infohash).fill(index, 19), compact(node)])),
          ),
        ),
        Buffer.from('e'),
      ]),
    ),
  );
  await torrents.announce(infohash, real.at().host, real.at().port);

  const newcomer = await world.add([], {
    ...through([guide, liar, typist, ...torrents.routers.slice(0, 1)]),
    supernodeMode: 'off',
  });
  await eventually('it is in', () => heard(newcomer) > 0);
  const report = reportOf(newcomer, 'bittorrent');
  expect(report.answered).toBe(1);
  expect(report.asked).toBeLessThan(100);
  expect(heard(newcomer)).toBe(1);
  babbler.close();
});

test('a cache of thousands of dead, foreign and impossible nodes is asked within bounds, and the one good entry is found', async () => {
  const real = await world.add([]);
  const dead = Array.from({ length: 60 }, (_, index) => ({ host: `127.185.${index}.1`, port: 9 }));
  const impossible = [
    { host: '0.0.0.0', port: 1 },
    { host: '239.1.1.1', port: 5 },
    { host: '127.186.1.1', port: 0 },
    { host: 'example.org', port: 80 },
  ];
  const crowd = Array.from({ length: 5_000 }, (_, index) => ({ host: `127.187.${index % 250}.1`, port: 2_000 + index }));
  const node = await world.add([], remembering([...dead, ...impossible, real.at(), ...crowd]));
  await eventually('it is in', () => heard(node) > 0);
  expect(reportOf(node, 'cached')).toMatchObject({ answered: 1 });
  expect(reportOf(node, 'cached').asked).toBeLessThanOrEqual(96);
});

test('the nodes of an invitation open the network, and dead ones among them do no harm', async () => {
  const real = await world.add([]);
  const dead = [1, 2, 3].map((index) => ({ host: `127.188.${index}.1`, port: 9 }));
  const invited = await world.add([], { supernodeMode: 'off' });
  expect(invited.overlay.health().status).toBe('alone');
  expect(await invited.overlay.join([...dead, real.at()])).toBe(true);
  expect(heard(invited)).toBe(1);
  expect(await invited.overlay.join(dead)).toBe(false);
  const atStart = await world.add([], { supernodeMode: 'off', invited: [real.at()] });
  expect(heard(atStart)).toBe(1);
  expect(reportOf(atStart, 'link')).toMatchObject({ answered: 1 });
});

test.each(['link', 'cached'] as const)(
  'two networks that never met become one when one person knows both, by %s; both claims to a name are seen',
  { timeout: 120_000 },
  async (by) => {
    const { foundMs, bothSeenMs } = await merge(world, 12, by);
    expect(foundMs).toBeLessThanOrEqual(bothSeenMs);
  },
);
