import { seedPair, type DhtKeyPair, type DhtNode, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import type { BlindRelays } from '../blind-relay/blind-relay-book.ts';
import type { Networks } from '../networks.ts';
import type { DialTarget } from './dial.ts';
import { listenOn, type Listener } from './listener.ts';

/** Announcements live 20 minutes at the nodes that hold them. */
const repeatEveryMs = 5 * 60_000;
/** Nobody took it (no neighbours yet). */
const retryEveryMs = 2_000;
/** Offers of one topic that are looked at. */
const maxOffers = 8;
/** More offers are waited for so long after the first. */
const lingerMs = 500;
const perNetwork = { perSecond: 1, burst: 10 };
const total = { perSecond: 10, burst: 60 };

export const topicHash = (topic: string): Uint8Array => blake2b256(Buffer.from('lilliput/service/1'), Buffer.from(topic));

export interface ServiceParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly networks: Networks;
  readonly relays: BlindRelays;
  /** Where our own node stores for others: it holds the announcement too. */
  readonly self: () => HostPort | null;
  readonly onStream: (stream: SecretStream) => void;
}

/** A service that we offer, announced again and again until stopped. */
export class OfferedService {
  readonly #parts: ServiceParts;
  readonly #node: DhtNode;
  readonly #topic: Uint8Array;
  readonly #keyPair: DhtKeyPair;
  #listener: Listener | null = null;
  #timer: Timer | null = null;
  #isStopped = false;

  constructor(node: DhtNode, topic: string, parts: ServiceParts) {
    this.#node = node;
    this.#topic = topicHash(topic);
    this.#parts = parts;
    this.#keyPair = seedPair(parts.random.bytes(32));
  }

  /** Resolves after the first announcement, successful or not. */
  async start(): Promise<void> {
    const { clock, networks, relays, onStream } = this.#parts;
    this.#listener = await listenOn(this.#node, this.#keyPair, { clock, networks, perNetwork, total, relays, onStream });
    await this.#announce();
  }

  /** Announce again, now. */
  refresh(): void {
    this.#listener?.refresh();
    this.#timer?.cancel();
    this.#timer = null;
    void this.#announce();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#listener?.close();
  }

  async #announce(): Promise<void> {
    if (this.#isStopped) return;
    let nextMs = repeatEveryMs;
    try {
      await this.#node.announceTopic(this.#topic, this.#keyPair, this.#listener?.relays() ?? [], this.#parts.self());
    } catch (error) {
      nextMs = retryEveryMs;
      this.#parts.log.debug('announce-failed', { detail: error instanceof Error ? error.message : String(error) });
    }
    if (this.#isStopped) return;
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.setTimer(nextMs, () => void this.#announce());
  }
}

/**
 * Those who offer a topic, in the order in which they were heard of. With the first of them the rest is waited for only
 * briefly: the end of a lookup waits 6 s for each dead node.
 */
export async function findService(node: DhtNode, topic: string, clock: Clock, signal: AbortSignal): Promise<DialTarget[]> {
  const offers = new Map<string, DialTarget>();
  const enough = new AbortController();
  let linger: Timer | null = null;
  const lookup = async (): Promise<void> => {
    for await (const { peers } of node.lookupTopic(topicHash(topic))) {
      for (const { publicKey, relayAddresses } of peers) {
        if (offers.size < maxOffers) offers.set(publicKey.toString('hex'), { key: publicKey, relays: relayAddresses });
      }
      if (offers.size > 0 && linger === null) linger = clock.setTimer(lingerMs, () => enough.abort());
      if (enough.signal.aborted || signal.aborted || offers.size >= maxOffers) break;
    }
  };
  const ended = new Promise<void>((resolve) => {
    for (const each of [enough.signal, signal]) each.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([lookup(), ended]);
  return [...offers.values()];
}
