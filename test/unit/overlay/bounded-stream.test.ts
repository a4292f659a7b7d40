import { afterEach, expect, test } from 'vitest';
import { seedPair, type DhtNode, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { tame } from '../../../main/overlay/people/exchange.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { startPlainNode } from '../../sim/plain-node.ts';
import { eventually } from '../../sim/world.ts';

const nodes: DhtNode[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.destroy()));
});

/** A dialed and an answered stream, both with frames bounded to 10,000 bytes. */
async function connect(): Promise<readonly [SecretStream, SecretStream]> {
  const server = await startPlainNode('127.30.1.1', null);
  const client = await startPlainNode('127.31.1.1', { host: '127.30.1.1', port: server.port() }, { isForced: true });
  nodes.push(server, client);
  const keyPair = seedPair(systemRandom.bytes(32));
  const listener = server.createServer({ admit: () => true, firewall: () => false });
  const answered = new Promise<SecretStream>((resolve) => listener.on('connection', resolve));
  await listener.listen(keyPair);
  const dialed = client.connect(keyPair.publicKey, seedPair(systemRandom.bytes(32)));
  tame(dialed, 10_000);
  const other = await answered;
  tame(other, 10_000);
  expect(await dialed.opened).toBe(true);
  return [dialed, other];
}

const ear = (stream: SecretStream): number[] => {
  const sizes: number[] = [];
  stream.on('data', (message) => sizes.push(message.byteLength));
  return sizes;
};

test('a frame within the bound arrives whole, in both directions', async () => {
  const [dialed, answered] = await connect();
  const [atDialer, atAnswerer] = [ear(dialed), ear(answered)];
  dialed.write(new Uint8Array(9_000));
  answered.write(new Uint8Array(9_000));
  await eventually('both arrived', () => atDialer.length === 1 && atAnswerer.length === 1);
  expect([atDialer, atAnswerer]).toEqual([[9_000], [9_000]]);
});

test.each([
  ['dialer', 0],
  ['answerer', 1],
])('a frame over the bound ends the connection before it is read (sent by the %s)', async (_name, sender) => {
  const streams = await connect();
  const [from, to] = sender === 0 ? streams : [streams[1], streams[0]];
  const sizes = ear(to);
  ear(from);
  from.write(new Uint8Array(1_000_000));
  await eventually('it ended', () => to.destroyed);
  expect(sizes).toEqual([]);
});
