import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { seedPair, signWithPair, type DhtNode, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { decodeFrame, encodeFrame } from '../../../main/overlay/gateway/frames.ts';
import { GatewayHost } from '../../../main/overlay/gateway/gateway-host.ts';
import { encodeRequest, listenProof } from '../../../main/overlay/gateway/requests.ts';
import { createNetworks } from '../../../main/overlay/networks.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { VirtualClock } from '../virtual-clock.ts';

test('a client that says again and again where it listens is announced once in five minutes', async () => {
  const clock = new VirtualClock();
  let announced = 0;
  const node = {
    announceTopic: () => {
      announced += 1;
      return Promise.resolve();
    },
    // Of a node of the DHT a gateway that only announces uses nothing else.
  } as unknown as DhtNode;
  const unused = (): never => {
    throw new Error('nobody asks for records');
  };
  const host = new GatewayHost({
    node: () => node,
    directory: { get: unused, put: unused },
    networks: createNetworks({ privateAddressesCountPerNode: false }),
    keyPair: seedPair(systemRandom.bytes(32)),
    self: () => null,
    otherGateways: () => [],
    clock,
    random: systemRandom,
    log: silentLogger,
  });
  const answers: Buffer[] = [];
  const session = Object.assign(new EventEmitter(), {
    write: (bytes: Buffer) => answers.push(bytes) > 0,
    destroy: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    handshakeHash: Buffer.alloc(64, 7),
  });
  // A real one needs two ends and a line between them; a carrier uses these.
  host.serve(session as unknown as SecretStream, { host: '81.2.69.1', port: 5_000 });
  const pair = seedPair(systemRandom.bytes(32));
  const signature = signWithPair(pair, listenProof(session.handshakeHash, pair.publicKey));
  for (let id = 1; id <= 20; id += 1) {
    const body = encodeRequest({ kind: 'listen', key: pair.publicKey, signature });
    session.emit('data', encodeFrame({ type: 'request', id, body }));
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers.map((bytes) => decodeFrame(bytes)?.type)).toEqual(Array.from({ length: 20 }, () => 'answer'));
  expect(announced).toBe(1);
  for (let second = 0; second < 310; second += 1) {
    session.emit('data', encodeFrame({ type: 'ping', id: 0 }));
    clock.advance(1_000);
  }
  expect(announced).toBe(2);
  await host.stop();
});
