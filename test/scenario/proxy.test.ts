/** Whole engines in a network that only an HTTP proxy leads out of. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startConnectProxy, type ConnectProxy } from '../unit/ports/connect-proxy.ts';
import { startSupervised, type Supervised } from './support/supervised.ts';
import { networkThat, signUp } from './support/watching.ts';

const home = mkdtempSync(join(tmpdir(), 'lilliput-proxy-'));
const running: Supervised[] = [];
const start = (
  name: string,
  ...choice: [Parameters<typeof startSupervised>[2], Parameters<typeof startSupervised>[3]]
): Supervised => {
  const supervised = startSupervised(home, name, ...choice);
  running.push(supervised);
  return supervised;
};
afterAll(async () => {
  await Promise.all(running.map((supervised) => supervised.stop()));
  proxy?.close();
  rmSync(home, { recursive: true, force: true });
});

/** Where nobody is: as the supernode is known in there. */
const farHost = '127.36.0.9';
/** Below the range that the system gives out by itself. */
const gatewayPort = 21_000 + (process.pid % 9_000);

const host = '127.34.0.1';
let bootstrap: readonly { readonly host: string; readonly port: number }[] = [];
let proxy: ConnectProxy;

beforeAll(async () => {
  const { bridge: node } = start('node', [], { host, supernodeMode: 'on', gateway: { gatewayPort } });
  const { publicAddress } = await networkThat(node, 'it is there', (view) => view.publicAddress !== null);
  bootstrap = [{ host, port: Number(publicAddress?.split(':').at(-1)) }];
  // A gateway that knows nobody else carries nobody.
  start('aside', [...bootstrap], { host: '127.35.0.1', supernodeMode: 'on', gateway: { gatewayPort } });
  proxy = await startConnectProxy({ route: (to) => (to.host === farHost ? { host, port: to.port } : null) });
}, 60_000);

/** Somebody whose network lets nothing out but to the proxy. */
async function behindIt(name: string, at: string): Promise<Supervised> {
  const someone = start(name, [{ host: farHost, port: 9 }], {
    host: at,
    supernodeMode: 'auto',
    gateway: { gateways: [{ host: farHost, port: gatewayPort, key: null }] },
  });
  await networkThat(someone.bridge, 'nobody answers', ({ status }) => status === 'alone');
  expect(await someone.bridge.network.tryProxy()).toBe('no-proxy');
  return someone;
}

/** By which gateway. */
async function carriedBy({ bridge }: Supervised): Promise<string | null> {
  return (await networkThat(bridge, 'it is carried', (view) => view.gateway !== null)).gateway;
}
const far = `${farHost}:${gatewayPort}`;

it('the network is found through the proxy that is named in the settings', { timeout: 120_000 }, async () => {
  const ann = await behindIt('ann', '127.37.0.1');
  await ann.bridge.settings.update({ proxyMode: 'none' });
  expect(await ann.bridge.network.tryProxy()).toBe('no-proxy');
  await expect(ann.bridge.settings.update({ proxyMode: 'named', proxyAddress: 'socks5://127.0.0.1' })).rejects.toMatchObject({
    code: 'BAD_INPUT',
  });
  await ann.bridge.settings.update({ proxyMode: 'named', proxyAddress: `127.0.0.1:${proxy.port}` });
  expect(await carriedBy(ann)).toBe(far);
  expect(await ann.bridge.network.tryProxy()).toBe('works');
  expect(proxy.asked).toContain(far);
  await signUp(ann.bridge, 'annabelle');
});

it('the network is found through the proxy that the system names, with nobody doing anything', { timeout: 120_000 }, async () => {
  const ben = await behindIt('ben', '127.38.0.1');
  ben.tellProxy(`SOCKS5 127.0.0.1:9; PROXY 127.0.0.1:${proxy.port}; DIRECT`);
  expect(await carriedBy(ben)).toBe(far);
  expect(await ben.bridge.network.tryProxy()).toBe('works');
});
