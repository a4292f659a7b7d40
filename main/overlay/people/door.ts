import { seedPair, type DhtNode, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import { KeyedLimiter } from '../../ports/token-bucket.ts';
import type { RoamingNode } from '../gateway/roaming-node.ts';
import type { BlindRelays } from '../blind-relay/blind-relay-book.ts';
import type { Networks } from '../networks.ts';
import type { DoorHandler } from '../people.ts';
import { within } from '../waiting.ts';
import { dial } from './dial.ts';
import { takeFirst, tame } from './exchange.ts';
import { listenOn, type Listener } from './listener.ts';

/** A request, and an answer. */
export const doorMaxBytes = 2_048;
const answerMs = 3_000;
/** Connections (a knock and its hedge are up to two); and requests that reach the handler, which may have to check work. */
const handshakesPerNetwork = { perSecond: 0.3, burst: 12 };
const handshakesTotal = { perSecond: 5, burst: 40 };
const requestsPerNetwork = { perSecond: 0.1, burst: 6 };
const requestsTotal = { perSecond: 2, burst: 30 };
/** For the answer to leave before the line is closed. */
const flushMs = 1_000;

export interface DoorParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly networks: Networks;
  readonly relays: BlindRelays;
}

/** One bounded request, one bounded answer, then the line closes; nothing else. */
export function openDoor(node: DhtNode, seed: Uint8Array, handler: DoorHandler, parts: DoorParts): Promise<Listener> {
  const { clock, networks, relays } = parts;
  const requests = new KeyedLimiter(requestsPerNetwork, requestsTotal, clock.monotonicMs());
  const serve = async (stream: SecretStream): Promise<void> => {
    tame(stream, doorMaxBytes + 64);
    const raw = stream.rawStream;
    const network = raw === null ? null : networks.network({ host: raw.remoteHost, port: raw.remotePort });
    const request = await takeFirst(stream, clock, answerMs, (message) => message);
    const isServed =
      request !== null && network !== null && request.byteLength <= doorMaxBytes && requests.take(network, clock.monotonicMs());
    if (isServed) {
      const answer = await within(clock, answerMs, handler(request, { network }), null);
      if (answer !== null && answer.byteLength <= doorMaxBytes) {
        stream.write(answer);
        await within(clock, flushMs, stream.flush(), false);
        // The visitor closes as soon as it has read the answer.
        await within(clock, flushMs, new Promise<void>((resolve) => stream.on('close', resolve)), undefined);
      }
    }
    stream.destroy();
  };
  return listenOn(node, seedPair(seed), {
    clock,
    networks,
    perNetwork: handshakesPerNetwork,
    total: handshakesTotal,
    relays,
    onStream: (stream) => {
      serve(stream).catch((error: unknown) => {
        stream.destroy();
        parts.log.warn('door-failed', { detail: error instanceof Error ? error.message : String(error) });
      });
    },
  });
}

const knockMs = 10_000;
const hedgeAfterMs = 2_000;
const relayAfterMs = 1_500;

/** @throws AppError NOT_REACHABLE, CANCELLED, BAD_INPUT */
export async function knock(
  node: RoamingNode,
  doorKey: Uint8Array,
  request: Uint8Array,
  parts: { readonly clock: Clock; readonly random: Random; readonly relays: BlindRelays; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const { clock, random, relays, signal } = parts;
  if (request.byteLength > doorMaxBytes) throw new AppError('BAD_INPUT', 'request-too-large');
  const maxFrameBytes = doorMaxBytes + 64;
  const times = { hedgeAfterMs, relayAfterMs, limitMs: knockMs };
  const options = { clock, random, maxFrameBytes, ways: 'all', relays, ...times, signal } as const;
  const answer = await dial(node, [{ key: doorKey }], options, async (stream) => {
    stream.write(request);
    const message = await takeFirst(stream, clock, answerMs, (bytes) => bytes);
    stream.destroy();
    return message !== null && message.byteLength <= doorMaxBytes ? message : null;
  });
  if (signal.aborted) throw new AppError('CANCELLED', 'aborted');
  if (answer === null) throw new AppError('NOT_REACHABLE', 'door-silent');
  return answer;
}
