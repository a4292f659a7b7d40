import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createDhtNode, type DhtNode } from '../../../native-shims/hyperdht/index.ts';
import { keyPairFromSeed } from '../../../native-shims/sodium/index.ts';

const [usualHost, sparingHost] = ['127.95.2.1', '127.95.3.1'];
const nodes: DhtNode[] = [];

async function start(host: string, bootstrap: DhtNode | null, isLineBusy: () => boolean): Promise<DhtNode> {
  const node = createDhtNode({
    bind: { host, port: 0 },
    preferredPort: null,
    bootstrap: bootstrap === null ? [] : [{ host: '127.95.1.1', port: bootstrap.port() }],
    isForced: bootstrap === null,
    admit: () => true,
    select: (sorted, limit) => sorted.slice(0, limit),
    onRequest: () => false,
    isLineBusy,
  });
  nodes.push(node);
  await node.bind();
  await node.bootstrapped();
  return node;
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.destroy()));
});

test('whoever listens on a key asks for its announcers every three seconds, and less often while the line is needed', async () => {
  const keeper = await start('127.95.1.1', null, () => false);
  await keeper.becomeSupernode({ host: '127.95.1.1', port: keeper.port() }, true);
  const [usual, sparing] = [await start(usualHost, keeper, () => false), await start(sparingHost, keeper, () => true)];
  const asked = new Map([
    [usualHost, 0],
    [sparingHost, 0],
  ]);
  await Promise.all(
    [usual, sparing].map((node, index) => {
      const { publicKey, secretKey } = keyPairFromSeed(new Uint8Array(32).fill(index));
      const keyPair = { publicKey: Buffer.from(publicKey), secretKey: Buffer.from(secretKey) };
      return node.createServer({ admit: () => true, firewall: () => false }).listen(keyPair);
    }),
  );
  await sleep(500);
  keeper.onDatagram((_datagram, { host }) => asked.set(host, (asked.get(host) ?? 0) + 1));
  await sleep(8_000);
  expect(asked.get(usualHost)).toBeGreaterThanOrEqual(2);
  // The first pause may have begun before we were there.
  expect(asked.get(sparingHost)).toBeLessThanOrEqual(1);
});
