/** "Can I call?" with whole engines: two supernodes that relay, and somebody who asks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkLineIds, type BridgeClient, type CheckEvent, type NetworkView } from '../../preload/contract/index.ts';
import { isEvent, runCli, startCli } from '../lab/cli-process.ts';
import { startSupervised, type Supervised, type SupervisedChoice } from './support/supervised.ts';

const home = mkdtempSync(join(tmpdir(), 'lilliput-check-'));
const running: Supervised[] = [];
let ann: BridgeClient;

function start(name: string, bootstrap: Parameters<typeof startSupervised>[2], choice: SupervisedChoice): BridgeClient {
  const supervised = startSupervised(home, name, bootstrap, { loopbackIsInternet: true, ...choice });
  running.push(supervised);
  return supervised.bridge;
}

async function networkThat(client: BridgeClient, is: (view: NetworkView) => boolean): Promise<NetworkView> {
  for await (const view of await client.network.watch(undefined, { signal: AbortSignal.timeout(60_000) }))
    if (is(view)) return view;
  throw new Error('the network was not seen as wanted');
}

const placeOf = ({ publicAddress }: NetworkView): { readonly host: string; readonly port: number } => {
  const { hostname, port } = new URL(`udp://${publicAddress ?? ''}`);
  return { host: hostname, port: Number(port) };
};

beforeAll(async () => {
  const relays = ({ carrying }: NetworkView): boolean => carrying.state === 'on';
  const one = placeOf(await networkThat(start('one', [], { host: '127.8.0.1', supernodeMode: 'on' }), relays));
  const two = placeOf(await networkThat(start('two', [one], { host: '127.9.0.1', supernodeMode: 'on' }), relays));
  ann = start('ann', [one, two], { host: '127.10.0.1', supernodeMode: 'off' });
}, 120_000);
afterAll(async () => {
  await Promise.all(running.map((supervised) => supervised.stop()));
  rmSync(home, { recursive: true, force: true });
});

it(
  'on an open network everything is well: bytes went through a real allocation, and calls go directly',
  { timeout: 90_000 },
  async () => {
    await networkThat(ann, ({ status }) => status === 'connected');
    const check = async (): Promise<CheckEvent[]> => {
      const events: CheckEvent[] = [];
      for await (const event of await ann.network.check()) events.push(event);
      return events;
    };
    // Who has just come may not know both relays yet.
    await expect
      .poll(check, { timeout: 60_000 })
      .toContainEqual({ type: 'line', line: expect.objectContaining({ id: 'udp', verdict: 'ok', advice: 'none' }) });
    const events = await check();
    const line = (id: string, verdict: string, figures: object) =>
      expect(events).toContainEqual({
        type: 'line',
        line: expect.objectContaining({ id, verdict, figures: expect.objectContaining(figures) }),
      });
    line('supernodes', 'ok', { status: 'connected', relays: 2, throughGateway: false });
    line('udp', 'ok', { asked: 2, answered: 2 });
    line('router', 'ok', { mapping: 'none', address: '127.10.0.1' });
    line('relay', 'ok', { transport: 'udp', stoppedAt: null });
    expect(events.at(-1)).toEqual({ type: 'summary', outcome: 'direct' });
  },
);

it(
  'the command line says it line by line, without an account, and leaves with the code for it',
  { timeout: 90_000 },
  async () => {
    // The supernodes of a network that is not the internet relay for nobody: from there, nobody could be relayed.
    const node = startCli([
      'supernode',
      '--home',
      home,
      '--profile',
      'lone',
      '--no-mdns',
      '--no-bittorrent',
      '--listen',
      '127.0.0.1:0',
    ]);
    try {
      const up = await node.waitFor((event) => isEvent('supernode')(event) && event['publicAddress'] !== null, 'it is up');
      const at = [
        '--home',
        home,
        '--no-mdns',
        '--no-bittorrent',
        '--listen',
        '127.0.0.1:0',
        '--bootstrap',
        String(up['publicAddress']),
      ];
      const events = await runCli(['check', '--profile', 'asking', ...at], 11);
      expect(new Set(events.filter(isEvent('finding')).map(({ id }) => id))).toEqual(new Set(checkLineIds));
      expect(events).toContainEqual(expect.objectContaining({ id: 'supernodes', verdict: 'ok' }));
      expect(events).toContainEqual(expect.objectContaining({ id: 'relay', verdict: 'failed', seen: 'no relay is known' }));
      expect(events).toContainEqual(expect.objectContaining({ id: 'microphone', verdict: 'not-checked' }));
      expect(events.at(-1)).toMatchObject({ event: 'summary', outcome: 'partial' });
      const away = await runCli(
        ['check', '--profile', 'alone', '--home', home, '--no-mdns', '--no-bittorrent', '--listen', '127.0.0.1:0'],
        3,
      );
      expect(away.at(-1)).toMatchObject({ event: 'summary', outcome: 'offline' });
    } finally {
      await node.interrupt();
    }
  },
);
