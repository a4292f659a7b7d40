/**
 * `npm run -s lab:join [-- --repeats N] [--island N] [--json]`: how long somebody new takes into the network by each way alone, and
 * how long two networks of N supernodes take to become one. Real overlay nodes and real nodes of BitTorrent's DHT on
 * 127.0.0.0/8; nothing leaves this computer but multicast on its own network.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLocalRendezvous, type JoinWay, type OverlayOptions } from '../../main/overlay/index.ts';
import { meetingHashes } from '../../main/overlay/joining/bittorrent/period.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { BitTorrentWorld } from '../sim/bittorrent-world.ts';
import { island, merge } from '../sim/islands.ts';
import { eventually, World } from '../sim/world.ts';

const { values } = parseArgs({
  options: { repeats: { type: 'string', default: '5' }, island: { type: 'string', default: '12' }, json: { type: 'boolean' } },
});
const [repeats, size] = [Number(values.repeats), Number(values.island)];
if (!Number.isInteger(repeats) || repeats < 1 || repeats > 50 || !Number.isInteger(size) || size < 5 || size > 200) {
  process.stderr.write('usage: lab:join [-- --repeats 1…50] [--island 5…200] [--json]\n');
  process.exit(2);
}

interface Row {
  readonly what: string;
  /** Milliseconds of each repeat; null: it did not happen. */
  readonly times: readonly (number | null)[];
}

const world = new World();
const torrents = new BitTorrentWorld();
const folder = mkdtempSync(join(tmpdir(), 'lilliput-join-'));
const rendezvous = () => createLocalRendezvous(folder, Buffer.from(systemRandom.bytes(4)).toString('hex'), () => Date.now());
const rows: Row[] = [];

async function timesOf(way: JoinWay, changes: () => Partial<OverlayOptions>, what: string = way): Promise<void> {
  const times: (number | null)[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    // oxlint-disable-next-line no-await-in-loop -- one newcomer after the other
    const newcomer = await world.add([], { supernodeMode: 'off', ...changes() });
    const firstMs = (): number | null => newcomer.overlay.joinReports().find((report) => report.way === way)?.firstMs ?? null;
    // Somebody else may have been quicker, and the way goes on.
    // oxlint-disable-next-line no-await-in-loop
    await eventually(`${way} led in`, () => firstMs() !== null).catch(() => undefined);
    times.push(firstMs());
    // oxlint-disable-next-line no-await-in-loop
    await newcomer.overlay.stop();
  }
  rows.push({ what, times });
}

try {
  await torrents.grow(20);
  const bitTorrent = { routers: torrents.routers.slice(0, 3), believesPrivate: true };
  const nodes = await island(world, 8);
  const meeting = await world.add([nodes[0]?.at() ?? { host: '', port: 0 }], { bitTorrent, localRendezvous: rendezvous() });
  const [infohash = new Uint8Array(20)] = meetingHashes(Date.now());
  await eventually('it is announced', async () => (await torrents.find(infohash)).some(({ port }) => port === meeting.at().port));
  const all = nodes.map(({ at }) => at());
  const dead = Array.from({ length: 60 }, (_, index) => ({ host: `127.185.${index}.1`, port: 9 }));
  await timesOf('cached', () => ({ knownNodes: { load: () => all, save: () => undefined } }));
  await timesOf('link', () => ({ invited: all.slice(0, 4) }));
  await timesOf('same-computer', () => ({ localRendezvous: rendezvous() }));
  await timesOf('bittorrent', () => ({ bitTorrent: { ...bitTorrent, routers: torrents.routers.slice(10, 13) } }));
  await timesOf('listed', () => ({ bootstrap: all.slice(0, 1) }));
  const poisoned = { load: () => [...dead, ...all], save: () => undefined };
  await timesOf('cached', () => ({ knownNodes: poisoned }), 'cached, behind 60 dead nodes');
  for (const by of ['link', 'cached'] as const) {
    const apart = new World(by === 'link' ? 40 : 140);
    try {
      // oxlint-disable-next-line no-await-in-loop -- one pair of islands after the other
      const { foundMs, bothSeenMs } = await merge(apart, size, by);
      rows.push({ what: `two networks of ${size}, by ${by}: a name of the other is found`, times: [foundMs] });
      rows.push({ what: `two networks of ${size}, by ${by}: both claims to a name are seen`, times: [bothSeenMs] });
    } finally {
      // oxlint-disable-next-line no-await-in-loop
      await apart.stop();
    }
  }
} finally {
  await world.stop();
  await torrents.stop();
  rmSync(folder, { recursive: true, force: true });
}
print();

function print(): void {
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify({ repeats, island: size, rows })}\n`);
    return;
  }
  process.stdout.write('| by | joined | p50 ms | worst ms |\n| --- | --- | --- | --- |\n');
  for (const { what, times } of rows) {
    const sorted = times.filter((time) => time !== null).toSorted((left, right) => left - right);
    const middle = sorted[Math.floor((sorted.length - 1) / 2)];
    process.stdout.write(`| ${what} | ${sorted.length} of ${times.length} | ${middle ?? '–'} | ${sorted.at(-1) ?? '–'} |\n`);
  }
}
