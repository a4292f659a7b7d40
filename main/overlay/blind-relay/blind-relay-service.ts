import {
  openRelayLine,
  seedPair,
  type DhtNode,
  type RelayLine,
  type SecretStream,
} from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import type { Networks } from '../networks.ts';
import { tame } from '../people/exchange.ts';
import { listenOn, type Listener } from '../people/listener.ts';
import { defaultPairingLimits, Pairings, type PairingCounters, type PairingLimits, type RelayClient } from './pairings.ts';

/** Handshakes; a client makes one for each connection of its own. */
const perNetwork = { perSecond: 1, burst: 20 };
const total = { perSecond: 20, burst: 100 };
/** Connections at the same time; each costs some kilobytes. */
const maxClients = 256;
/** Only two small messages are known here. */
const maxFrameBytes = 1_024;
/** HyperDHT's clients say something every 5 s; whoever is silent for three times that is gone. */
const silenceMs = 15_000;

export interface BlindRelayServiceParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly networks: Networks;
  readonly limits?: Partial<PairingLimits>;
}

/**
 * Passes connections of others on, unread: both ends come to it, name the same secret token, and from then on their packets are
 * exchanged by UDX itself. For whoever speaks our protocol: a relay can't know who is whose friend, and keys are free, so
 * what it gives is bounded by network, not by person.
 */
export class BlindRelayService {
  readonly #parts: BlindRelayServiceParts;
  readonly #node: DhtNode;
  readonly #keyPair: ReturnType<typeof seedPair>;
  readonly #pairings: Pairings;
  readonly #clients = new Set<SecretStream>();
  #opening: Promise<Listener> | null = null;
  #isStopped = false;

  constructor(node: DhtNode, parts: BlindRelayServiceParts) {
    this.#node = node;
    this.#parts = parts;
    this.#keyPair = seedPair(parts.random.bytes(32));
    this.#pairings = new Pairings(parts.clock, { ...defaultPairingLimits, ...parts.limits }, (firewall) =>
      node.createRelayStream(firewall),
    );
  }

  get key(): Uint8Array {
    return this.#keyPair.publicKey;
  }

  /** Begins no more pairs; those that are open go on. */
  refuseNew(): void {
    this.#pairings.refuseNew();
  }

  counters(): PairingCounters {
    return this.#pairings.counters();
  }

  /** Resolves when it can be found. */
  async start(): Promise<void> {
    const { clock, networks } = this.#parts;
    this.#opening = listenOn(this.#node, this.#keyPair, {
      clock,
      networks,
      perNetwork,
      total,
      // Nobody meets us at another relay.
      relays: null,
      onStream: (stream) => this.#serve(stream),
    });
    await this.#opening;
  }

  /** Announce again: our address, or our neighbours, changed. */
  refresh(): void {
    this.#opening?.then((listener) => listener.refresh()).catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#pairings.stop();
    for (const stream of this.#clients) stream.destroy();
    const listener = await this.#opening?.catch(() => null);
    await listener?.close();
  }

  #serve(stream: SecretStream): void {
    tame(stream, maxFrameBytes);
    const raw = stream.rawStream;
    if (this.#isStopped || raw === null || this.#clients.size >= maxClients) {
      stream.destroy();
      return;
    }
    this.#clients.add(stream);
    stream.setTimeout(silenceMs);
    const { remoteHost: host, remotePort: port } = raw;
    const client: RelayClient = {
      network: this.#parts.networks.network({ host, port }),
      host,
      port,
      send: (message) => line?.send(message),
    };
    const line: RelayLine | null = openRelayLine(stream, {
      onPair: (message) => {
        if (!this.#pairings.pair(client, message)) stream.destroy();
      },
      onUnpair: (token) => this.#pairings.unpair(client, token),
      onClose: () => stream.destroy(),
    });
    stream.on('close', () => {
      this.#clients.delete(stream);
      this.#pairings.leave(client);
    });
    if (line === null) stream.destroy();
  }
}
