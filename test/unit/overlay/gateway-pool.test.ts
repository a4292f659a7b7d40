import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { GatewayBook } from '../../../main/overlay/gateway/book.ts';
import type { GatewayAddress } from '../../../main/overlay/gateway/gateways.ts';
import { GatewayPool } from '../../../main/overlay/gateway/pool.ts';
import { createNetworks } from '../../../main/overlay/networks.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { VirtualClock } from '../virtual-clock.ts';

const gateway = (number: number): GatewayAddress => ({
  host: `66.${number}.1.1`,
  port: 443,
  key: new Uint8Array(32).fill(number),
});

/** A session that nothing comes from. */
function openSession(key: Uint8Array): SecretStream {
  const quiet = {
    write: () => true,
    destroy: () => undefined,
    remotePublicKey: Buffer.from(key),
    handshakeHash: Buffer.alloc(64),
  };
  // A real one needs two ends and a line between them; the pool only asks whose it is.
  return Object.assign(new EventEmitter(), quiet) as unknown as SecretStream;
}

function openPool(named: readonly GatewayAddress[]) {
  const clock = new VirtualClock();
  const asked = new Map<string, PromiseWithResolvers<SecretStream>>();
  const book = new GatewayBook({
    disk: { load: () => [], save: () => undefined },
    named,
    nodes: () => [],
    whatIsHere: () => () => false,
    onError: () => undefined,
  });
  const pool = new GatewayPool({
    book,
    ownKey: null,
    connect: ({ host }) => {
      const answer = Promise.withResolvers<SecretStream>();
      asked.set(host, answer);
      return answer.promise;
    },
    networks: createNetworks({ privateAddressesCountPerNode: false }),
    hasIpv4: () => true,
    clock,
    random: systemRandom,
    log: silentLogger,
    onPipe: () => undefined,
    onChange: () => undefined,
    onConnection: () => undefined,
  });
  let isSettled = false;
  pool.start();
  return {
    clock,
    pool,
    answers: async (number: number): Promise<void> => {
      asked.get(`66.${number}.1.1`)?.resolve(openSession(new Uint8Array(32).fill(number)));
      await turn();
    },
    fails: async (number: number): Promise<void> => {
      asked.get(`66.${number}.1.1`)?.reject(new AppError('NOT_REACHABLE', 'no-gateway'));
      await turn();
    },
    ask: (): void => {
      void pool.settled().then(() => (isSettled = true));
    },
    isSettled: async (): Promise<boolean> => {
      await turn();
      return isSettled;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the first gateway that answers', () => {
  test('is not believed before two others of those that are known have come', async () => {
    const { answers, ask, isSettled, pool } = openPool([1, 2, 3, 4].map(gateway));
    await answers(1);
    ask();
    await answers(2);
    expect(await isSettled()).toBe(false);
    await answers(3);
    expect(await isSettled()).toBe(true);
    expect(pool.connections).toHaveLength(3);
    pool.stop();
  });

  test('is all there is when the others fail, or are silent for 4 s', async () => {
    const failing = openPool([1, 2].map(gateway));
    await failing.answers(1);
    failing.ask();
    expect(await failing.isSettled()).toBe(false);
    await failing.fails(2);
    expect(await failing.isSettled()).toBe(true);
    failing.pool.stop();

    const silent = openPool([1, 2].map(gateway));
    await silent.answers(1);
    silent.ask();
    silent.clock.advance(3_900);
    expect(await silent.isSettled()).toBe(false);
    silent.clock.advance(200);
    expect(await silent.isSettled()).toBe(true);
    silent.pool.stop();
  });

  test('keeps nobody waiting who stops', async () => {
    const { answers, ask, isSettled, pool } = openPool([1, 2].map(gateway));
    await answers(1);
    ask();
    pool.stop();
    expect(await isSettled()).toBe(true);
  });
});
