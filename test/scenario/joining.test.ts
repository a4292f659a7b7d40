/** How somebody who knows nobody gets in, in real processes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { meetingHashes } from '../../main/overlay/joining/bittorrent/period.ts';
import { BitTorrentWorld } from '../sim/bittorrent-world.ts';
import { eventually } from '../sim/world.ts';
import { isEvent, runCli, startCli, type CliEvent } from '../lab/cli-process.ts';
import { openNeighbourhood, type Neighbourhood } from './support/neighbourhood.ts';

let here: Neighbourhood;
const torrents = new BitTorrentWorld();
beforeAll(async () => {
  here = await openNeighbourhood();
  await here.signUp('adelaide');
}, 90_000);
afterAll(async () => {
  await here.stop();
  await torrents.stop();
});

/** No node is named. */
const stranger = (name: string): string[] => ['--home', here.home, '--profile', name, '--no-mdns', '--listen', '127.0.0.1:0'];
const wayOf = (events: readonly CliEvent[], way: string): CliEvent | undefined => events.find(isEvent('way', { way }));

test(
  'an invitation link lets somebody in who knows nobody, and adds whom it names and nobody else',
  { timeout: 120_000 },
  async () => {
    await here.run('adelaide');
    const invited = await here.command('adelaide', 'invitation');
    const link = String(invited.find(isEvent('invitation'))?.['link']);
    expect(link).toMatch(/^lilliput:adelaide\?key=[0-9a-f]{64}&via=127\.0\.0\.1:\d+/u);

    const lost = await runCli(['status', ...stranger('benjamin')], 3);
    expect(lost.find(isEvent('status'))).toMatchObject({ status: 'alone' });
    const found = await runCli(['status', ...stranger('benjamin'), '--invitation', link]);
    expect(wayOf(found, 'link')).toMatchObject({ answered: 1 });
    // From then on it is known.
    const again = await runCli(['status', ...stranger('benjamin')]);
    expect(wayOf(again, 'cached')?.['answered']).toBeGreaterThan(0);

    await runCli(['signup', 'benjamin', ...stranger('benjamin')]);
    const forged = link.replace(/key=[0-9a-f]{64}/u, `key=${'c'.repeat(64)}`);
    const refused = await runCli(['contacts', 'add', forged, ...stranger('benjamin')], 4);
    expect(refused.find(isEvent('error'))).toMatchObject({ code: 'OTHER_ACCOUNT' });
    const asked = await runCli(['contacts', 'add', link, ...stranger('benjamin')]);
    expect(asked.find(isEvent('requested'))).toMatchObject({ name: 'adelaide' });
  },
);

test('a supernode and a newcomer who share no node meet in BitTorrent’s DHT', { timeout: 90_000 }, async () => {
  await torrents.grow(6);
  const router = (index: number): string[] => {
    const { host, port } = torrents.routers[index] ?? { host: '', port: 0 };
    return ['--bittorrent-node', `${host}:${port}`];
  };
  const node = startCli(['supernode', ...stranger('island'), ...router(0)]);
  try {
    const up = await node.waitFor((event) => isEvent('supernode')(event) && event['publicAddress'] !== null, 'it is up');
    const [infohash = new Uint8Array(20)] = meetingHashes(Date.now());
    await eventually('it is announced', async () =>
      (await torrents.find(infohash)).some(({ host, port }) => `${host}:${port}` === up['publicAddress']),
    );
    const events = await runCli(['status', ...stranger('newcomer'), ...router(3)]);
    expect(wayOf(events, 'bittorrent')).toMatchObject({ answered: 1, off: false });
  } finally {
    node.kill();
    await node.exited;
  }
});
