import type { DhtKeyPair, DhtNode, DhtServer, NodeAddress, SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { KeyedLimiter, type RateLimit } from '../../ports/token-bucket.ts';
import type { Networks } from '../networks.ts';
import { within } from '../waiting.ts';

export interface ListenerOptions {
  readonly clock: Clock;
  readonly networks: Networks;
  /** Handshakes from one network, and from all. */
  readonly perNetwork: RateLimit;
  readonly total: RateLimit;
  readonly onStream: (stream: SecretStream) => void;
}

/** Taking back an announcement asks three nodes; when they are dead it isn't worth waiting for. */
const closeMs = 500;

/** Something that listens on a key in the DHT. */
export interface Listener {
  refresh(): void;
  relays(): readonly NodeAddress[];
  close(): Promise<void>;
}

/** Resolves when announced (or nobody was there to announce to). */
export async function listenOn(node: DhtNode, keyPair: DhtKeyPair, options: ListenerOptions): Promise<Listener> {
  const { clock, networks } = options;
  const limiter = new KeyedLimiter(options.perNetwork, options.total, clock.monotonicMs());
  const server: DhtServer = node.createServer({
    firewall: (_key, _payload, from) => !limiter.take(networks.network(from), clock.monotonicMs()),
  });
  server.on('connection', options.onStream);
  await server.listen(keyPair);
  return {
    refresh: () => server.refresh(),
    relays: () => server.relayAddresses,
    close: async () => {
      await within(clock, closeMs, server.close(), undefined);
    },
  };
}
