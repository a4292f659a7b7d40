import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { seedPair, type DhtNode } from '../../../native-shims/hyperdht/index.ts';
import { startPlainNode } from '../../sim/plain-node.ts';

const [keeperHost, usualHost, sparingHost] = ['127.95.1.1', '127.95.2.1', '127.95.3.1'];
const nodes: DhtNode[] = [];

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.destroy()));
});

test('whoever listens on a key asks for its announcers every three seconds, and less often while the line is needed', async () => {
  const keeper = await startPlainNode(keeperHost, null);
  const at = { host: keeperHost, port: keeper.port() };
  const usual = await startPlainNode(usualHost, at);
  const sparing = await startPlainNode(sparingHost, at, { isLineBusy: () => true });
  nodes.push(keeper, usual, sparing);
  const asked = new Map([
    [usualHost, 0],
    [sparingHost, 0],
  ]);
  await Promise.all(
    [usual, sparing].map((node, index) =>
      node.createServer({ admit: () => true, firewall: () => false }).listen(seedPair(new Uint8Array(32).fill(index))),
    ),
  );
  await sleep(500);
  keeper.onDatagram((_datagram, { host }) => asked.set(host, (asked.get(host) ?? 0) + 1));
  await sleep(8_000);
  expect(asked.get(usualHost)).toBeGreaterThanOrEqual(2);
  // The first pause may have begun before we were there.
  expect(asked.get(sparingHost)).toBeLessThanOrEqual(1);
});
