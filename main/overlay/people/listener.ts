import type { DhtKeyPair, DhtNode, DhtServer, NodeAddress, SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { toHex } from '../../ports/hex.ts';
import type { Clock } from '../../ports/clock.ts';
import { KeyedLimiter, type RateLimit } from '../../ports/token-bucket.ts';
import type { Networks } from '../networks.ts';
import type { BlindRelay, BlindRelays } from '../blind-relay/blind-relay-book.ts';
import { within } from '../waiting.ts';

export interface ListenerOptions {
  readonly clock: Clock;
  readonly networks: Networks;
  /** Handshakes from one network, and from all. */
  readonly perNetwork: RateLimit;
  readonly total: RateLimit;
  /** Relays that a dialer may ask to be met at: those that we found ourselves, or we could be sent to anybody. Null: none. */
  readonly relays: BlindRelays | null;
  readonly onStream: (stream: SecretStream) => void;
}

/** Taking back an announcement asks three nodes; when they are dead it isn't worth waiting for. */
const closeMs = 500;

/** One node of the DHT may hand on handshakes of so many networks. */
const handingShare = 10;
/** All together are counted behind the node that hands them on: senders can be invented without end. */
const uncounted: RateLimit = { perSecond: 1e6, burst: 1e6 };
/** Handshakes that wait for their connection to come through a relay. */
const maxMeetings = 256;

const times = ({ perSecond, burst }: RateLimit, factor: number): RateLimit => ({
  perSecond: perSecond * factor,
  burst: burst * factor,
});

/** Something that listens on a key in the DHT. */
export interface Listener {
  refresh(): void;
  relays(): readonly NodeAddress[];
  close(): Promise<void>;
}

/** Resolves when announced (or nobody was there to announce to). */
export async function listenOn(node: DhtNode, keyPair: DhtKeyPair, options: ListenerOptions): Promise<Listener> {
  const { clock, networks, relays } = options;
  const said = new KeyedLimiter(options.perNetwork, uncounted, clock.monotonicMs());
  const handedOn = new KeyedLimiter(times(options.perNetwork, handingShare), options.total, clock.monotonicMs());
  /** By the dialer's key, which is made for one connection. */
  const met = new Map<string, BlindRelay>();
  const server: DhtServer = node.createServer({
    // The dialer's address is what a node of the DHT says it is; so both count. In this order: a flood from one network must not
    // use up what the honest node that hands it on may bring of others.
    admit: (from, via) => {
      const nowMs = clock.monotonicMs();
      return said.take(networks.network(from), nowMs) && handedOn.take(networks.network(via), nowMs);
    },
    firewall: (dialerKey, { relayThrough }) => {
      if (relayThrough === null) return false;
      const relay = relays?.find(relayThrough.publicKey) ?? null;
      if (relay === null) {
        relays?.look();
        return true;
      }
      const [oldest] = met.keys();
      if (met.size >= maxMeetings && oldest !== undefined) met.delete(oldest);
      met.set(toHex(dialerKey), relay);
      return false;
    },
  });
  server.on('connection', (stream) => {
    const key = toHex(stream.remotePublicKey);
    const relay = met.get(key);
    met.delete(key);
    if (relay !== undefined) relays?.noteRoute(stream, relay);
    options.onStream(stream);
  });
  await server.listen(keyPair);
  return {
    refresh: () => server.refresh(),
    relays: () => server.relayAddresses,
    close: async () => {
      await within(clock, closeMs, server.close(), undefined);
    },
  };
}
