/** A whole engine in a network that only an HTTP proxy leads out of, whose person says so in the settings. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startConnectProxy, type ConnectProxy } from '../unit/ports/connect-proxy.ts';
import { startSupervised, type Supervised } from './support/supervised.ts';
import { networkThat, signUp } from './support/watching.ts';

const home = mkdtempSync(join(tmpdir(), 'lilliput-proxy-'));
const running: Supervised[] = [];
const proxies: ConnectProxy[] = [];
const start = (name: string, ...choice: [Parameters<typeof startSupervised>[2], Parameters<typeof startSupervised>[3]]) => {
  const supervised = startSupervised(home, name, ...choice);
  running.push(supervised);
  return supervised.bridge;
};
afterAll(async () => {
  await Promise.all(running.map((supervised) => supervised.stop()));
  for (const proxy of proxies) proxy.close();
  rmSync(home, { recursive: true, force: true });
});

/** Where nobody is: as the supernode is known in there. */
const farHost = '127.36.0.9';
/** Below the range that the system gives out by itself. */
const gatewayPort = 21_000 + (process.pid % 9_000);

it('the network is found through the proxy that is named in the settings', { timeout: 120_000 }, async () => {
  const host = '127.34.0.1';
  const node = start('node', [], { host, supernodeMode: 'on', gateway: { gatewayPort } });
  const { publicAddress } = await networkThat(node, 'it is there', (view) => view.publicAddress !== null);
  const bootstrap = [{ host, port: Number(publicAddress?.split(':').at(-1)) }];
  // A gateway that knows nobody else carries nobody.
  start('aside', bootstrap, { host: '127.35.0.1', supernodeMode: 'on', gateway: { gatewayPort } });
  const proxy = await startConnectProxy({ route: (to) => (to.host === farHost ? { host, port: to.port } : null) });
  proxies.push(proxy);
  const ann = start('ann', [{ host: farHost, port: 9 }], {
    host: '127.37.0.1',
    supernodeMode: 'auto',
    gateway: { gateways: [{ host: farHost, port: gatewayPort, key: null }] },
  });
  await networkThat(ann, 'nobody answers', ({ status }) => status === 'alone');
  await ann.settings.update({ proxyMode: 'none' });
  expect(await ann.network.tryProxy()).toBe('no-proxy');
  await expect(ann.settings.update({ proxyMode: 'named', proxyAddress: 'socks5://127.0.0.1' })).rejects.toMatchObject({
    code: 'BAD_INPUT',
  });
  await ann.settings.update({ proxyMode: 'named', proxyAddress: `127.0.0.1:${proxy.port}` });
  const { gateway } = await networkThat(ann, 'it is carried', (view) => view.gateway !== null);
  expect(gateway).toBe(`${farHost}:${gatewayPort}`);
  expect(await ann.network.tryProxy()).toBe('works');
  expect(proxy.asked).toContain(gateway);
  await signUp(ann, 'annabelle');
});
