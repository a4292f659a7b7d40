import { EventEmitter } from 'node:events';
import {
  noiseCalling,
  type DhtKeyPair,
  type DhtNode,
  type DhtReply,
  type DhtServer,
  type NodeAddress,
  type RequestMessage,
  type SecretStream,
  type TopicPeer,
} from '../../../native-shims/hyperdht/index.ts';
import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { hostPortText } from '../../ports/host-port.ts';
import type { Random } from '../../ports/random.ts';
import type { Connection } from './pool.ts';
import type { GatewayRoad } from './road.ts';
import { createUnwrapper, openDetour, type Receiver } from './tunnel.ts';

/** Offers of a topic that are taken of all gateways together; a service is looked for among as many (people/services.ts). */
const offersOfAll = 8;

/** A node that also knows the way around. */
export interface RoamingNode extends DhtNode {
  /**
   * Beside `connect`, which finds those who are in the DHT themselves: to somebody who is carried by a gateway. Null while we are
   * carried ourselves: our gateway looks both ways.
   */
  connectAround(key: Uint8Array, keyPair: DhtKeyPair): SecretStream | null;
  /** All ways to ask a node something: by itself, or each gateway that carries us, of which one may lie. */
  ways(): readonly Pick<DhtNode, 'request'>[];
}

/**
 * Somebody takes the connection straight, or a gateway brings it; nobody above knows which.
 * @param isAlwaysHidden for those who are not to learn our address: always by a gateway, or not at all
 */
export function createRoamingNode(
  dht: DhtNode,
  road: GatewayRoad,
  clock: Clock,
  random: Random,
  isAlwaysHidden: boolean,
): RoamingNode {
  /** Also where no gateway is there yet: then it fails, rather than show our address. */
  const isAround = (): boolean => isAlwaysHidden || road.isCarried || road.isHidden;
  return {
    ...dht,
    heard: () => (road.isCarried ? road.nodes : dht.heard()),
    connect: (key, keyPair, relays) => (isAround() ? road.dial(key, keyPair) : dht.connect(key, keyPair, relays)),
    // A gateway's way to them is not ours to choose.
    connectThrough: (relay, key, keyPair) => (isAround() ? road.dial(key, keyPair) : dht.connectThrough(relay, key, keyPair)),
    connectAround(key, keyPair) {
      if (isAround()) return null;
      return noiseCalling(key, keyPair, openDetour(dht, key, { clock, random }));
    },
    createServer: (options) => createServer(dht, road, clock, options, isAlwaysHidden),
    request(message, to) {
      if (!road.isCarried) return dht.request(message, to);
      const gateway = askedOf(road.connections, to);
      return gateway === null ? Promise.reject(new Error('no gateway')) : requestBy(road, gateway, clock, message, to);
    },
    ways: () =>
      road.isCarried
        ? road.connections.map((connection) => ({
            request: (message, to) => requestBy(road, connection, clock, message, to),
          }))
        : [dht],
    lookupTopic: (topic) => (road.isCarried ? lookupCarried(road, topic) : dht.lookupTopic(topic)),
    announceTopic(topic, keyPair, relays, self) {
      // A service for everybody would be somebody's gateway's burden.
      if (isAround()) return Promise.reject(new Error('no services through a gateway'));
      return dht.announceTopic(topic, keyPair, relays, self);
    },
  };
}

/**
 * Each node is asked through one of our gateways, and not all through the same: one that lies speaks for its share of the keepers of a
 * mailbox or a word, and the others tell. Always the same for a node, whose tokens are for that gateway's address.
 */
function askedOf(gateways: readonly Connection[], to: NodeAddress): Connection | null {
  const [first = 0] = blake2b256(Buffer.from(hostPortText(to)));
  return gateways[first % Math.max(1, gateways.length)] ?? null;
}

/** What a node answers, as this gateway tells it. */
async function requestBy(
  road: GatewayRoad,
  connection: Connection,
  clock: Clock,
  { command, target, value, token }: RequestMessage,
  to: NodeAddress,
): Promise<DhtReply> {
  const startedMs = clock.monotonicMs();
  const at = { host: to.host, port: to.port };
  const reply = await road.askAt(connection, { kind: 'ask', to: at, command, target, value, token: token ?? null });
  if (reply === null) throw new Error('no gateway passed it on');
  return {
    from: { ...at, id: bufferOrNull(reply.id) },
    to: { host: '0.0.0.0', port: 0 },
    token: bufferOrNull(reply.token),
    closerNodes: null,
    error: reply.error,
    value: bufferOrNull(reply.value),
    rtt: clock.monotonicMs() - startedMs,
  };
}

const bufferOrNull = (bytes: Uint8Array | null): Buffer | null => (bytes === null ? null : Buffer.from(bytes));

/** As each of our gateways answers. All are asked, each for its share: one that lies neither hides an offer nor fills the list. */
async function* lookupCarried(road: GatewayRoad, topic: Uint8Array): AsyncGenerator<{ readonly peers: readonly TopicPeer[] }> {
  const share = Math.ceil(offersOfAll / Math.max(1, road.connections.length));
  const waiting = new Map(
    road.connections.map((connection) => [
      connection,
      road.lookupAt(connection, topic).then((peers) => ({ connection, peers: peers.slice(0, share) })),
    ]),
  );
  while (waiting.size > 0) {
    // oxlint-disable-next-line no-await-in-loop -- whichever comes next
    const { connection, peers } = await Promise.race(waiting.values());
    waiting.delete(connection);
    yield { peers };
  }
}

/** Listens in the DHT and, while we are carried, at gateways. */
function createServer(
  dht: DhtNode,
  road: GatewayRoad,
  clock: Clock,
  options: Parameters<DhtNode['createServer']>[0],
  isAlwaysHidden: boolean,
): DhtServer {
  const direct = dht.createServer(options);
  const streams = new EventEmitter<{ connection: [SecretStream] }>();
  let pair: DhtKeyPair | null = null;
  let stopListening = (): void => undefined;
  const onStream = (stream: SecretStream): void => void streams.emit('connection', stream);
  const straight: Receiver = { keyPair: () => pair, clock, onStream };
  const carried: Receiver = {
    ...straight,
    onStream(stream) {
      const from = { host: stream.rawStream?.remoteHost ?? '', port: stream.rawStream?.remotePort ?? 0 };
      const isAdmitted = options.admit(from, from) && !options.firewall(stream.remotePublicKey, { relayThrough: null }, from);
      if (isAdmitted) onStream(stream);
      else stream.destroy();
    },
  };
  const unwrap = createUnwrapper(straight);
  direct.on('connection', unwrap);
  const server: DhtServer = {
    get publicKey() {
      return pair?.publicKey ?? null;
    },
    get relayAddresses() {
      return direct.relayAddresses;
    },
    on(_event, listener) {
      streams.on('connection', listener);
      return server;
    },
    async listen(keyPair) {
      pair = keyPair;
      const isHidden = isAlwaysHidden || road.isHidden;
      const taken = isHidden || road.isCarried ? road.listening() : null;
      stopListening = road.listen(keyPair, carried, isAlwaysHidden);
      if (isHidden) {
        await taken;
        return;
      }
      const announced = direct.listen(keyPair);
      // Asks dead nodes for seconds where no UDP gets out; it is announced when that changes.
      if (taken === null) await announced;
      else {
        announced.catch(() => undefined);
        await taken;
      }
    },
    refresh: () => direct.refresh(),
    async close() {
      stopListening();
      streams.removeAllListeners();
      await direct.close();
    },
  };
  return server;
}
