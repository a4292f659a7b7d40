/* oxlint-disable no-underscore-dangle -- private members of the untyped library, declared in `RawDht` */
import hyperdhtModule from 'hyperdht';
import type { RelayFirewall, RelayStream } from './relay-line.ts';
import { admitInto, type RoutingTable, type TableNode, type TableRules } from './diverse-table.ts';
import persistentModule from 'hyperdht/lib/persistent.js';
import { paceAnnouncer, type RawAnnouncer } from './announcer-pace.ts';
import type {
  DhtKeyPair,
  DhtReply,
  DhtRequest,
  DhtServer,
  NodeAddress,
  RequestMessage,
  SecretStream,
  ServerOptions,
  TopicPeer,
  UdxSocket,
} from './dht-types.ts';

export interface DhtNodeOptions extends TableRules {
  /** Port 0: any. */
  readonly bind: NodeAddress;
  /** Tried first where any port will do; null: none is better than others. */
  readonly preferredPort: number | null;
  readonly bootstrap: readonly NodeAddress[];
  /** Stores and answers for others from the start; else not before `becomeSupernode`. */
  readonly isForced: boolean;
  /** Our own commands; false: not ours. */
  readonly onRequest: (request: DhtRequest) => boolean;
  /** Something else needs the line: keys that are listened on are looked after less often. */
  readonly isLineBusy?: () => boolean;
}

interface RawQuery extends AsyncIterable<{ readonly peers: readonly TopicPeer[] }> {
  closestReplies: { readonly from: TableNode; readonly token: Buffer | null }[];
  _pushClosest(reply: { readonly from: TableNode }): void;
}

/** Members of HyperDHT and dht-rpc that we call or replace; those with an underscore are private there and watched by tests. */
interface RawDht {
  ephemeral: boolean;
  firewalled: boolean;
  table: RoutingTable;
  readonly destroyed: boolean;
  readonly randomized: boolean;
  readonly host: string | null;
  readonly port: number;
  readonly io: {
    ephemeral: boolean;
    firewalled: boolean;
    table: RoutingTable;
    readonly serverSocket: (UdxSocket & { address(): NodeAddress }) | null;
    readonly clientSocket: unknown;
    readonly congestion: { isFull(): boolean };
    readonly _pending: { shift(): { readonly destroyed: boolean; _sendNow(): void } | undefined };
    onresponse(reply: unknown, external: boolean): void;
  };
  readonly nodes: { toArray(options: { reverse: boolean }): readonly (NodeAddress & { readonly to: NodeAddress | null })[] };
  _removeNode(node: NodeAddress): void;
  _nat: { add(host: string, port: number): void };
  _nonePersistentSamples: string[];
  _randomPunchLimit: number;
  _updateNetworkState(onlyFirewall?: boolean): Promise<boolean>;
  onrequest(request: DhtRequest): boolean;
  query(message: unknown, options?: object): RawQuery;
  bind(): Promise<void>;
  fullyBootstrapped(): Promise<void>;
  addNode(node: NodeAddress): void;
  refresh(): void;
  _backgroundQuery(target: Uint8Array): { on(event: 'error', listener: () => void): void };
  ping(node: NodeAddress, options: { readonly retry: boolean; readonly socket?: unknown }): Promise<DhtReply>;
  request(message: RequestMessage, to: NodeAddress, options: { readonly retry: boolean }): Promise<DhtReply>;
  lookup(topic: Uint8Array): RawQuery;
  announce(topic: Uint8Array, keyPair: DhtKeyPair, relays: readonly NodeAddress[]): { finished(): Promise<void> };
  _requestAnnounce(
    keyPair: DhtKeyPair,
    dht: RawDht,
    topic: Uint8Array,
    token: Uint8Array,
    from: NodeAddress & { readonly id: Uint8Array },
    relays: readonly NodeAddress[],
    sign: unknown,
    bump: number,
  ): Promise<DhtReply>;
  createServer(options: Omit<ServerOptions, 'admit'>): RawServer;
  connect(key: Uint8Array, options: RawConnectOptions): SecretStream;
  createRawStream(options: { readonly framed: true; readonly firewall: RelayFirewall }): RelayStream;
  readonly _relayAddressesCache: { set(key: string, addresses: readonly NodeAddress[]): void };
  destroy(options: { readonly force: boolean }): Promise<void>;
  on(event: DhtEvent, listener: () => void): void;
}

interface RawServer extends DhtServer {
  readonly _connects: ReadonlyMap<string, unknown>;
  readonly _announcer: RawAnnouncer | null;
  _onpeerhandshake(
    handshake: { readonly noise: Uint8Array; readonly peerAddress: NodeAddress | null },
    request: { readonly from: NodeAddress },
  ): Promise<unknown>;
}

interface RawConnectOptions {
  readonly keyPair: DhtKeyPair;
  readonly relayAddresses?: readonly NodeAddress[];
  readonly relayThrough?: Buffer;
  readonly fastOpen?: boolean;
  readonly holepunch?: () => boolean;
}

export type DhtEvent = 'add-node' | 'remove-node' | 'network-change' | 'wakeup' | 'persistent' | 'nat-update';

// The package ships no types; `RawDht` is what we rely on.
const HyperDht = hyperdhtModule as new (options: Readonly<Record<string, unknown>>) => RawDht;

/** A running node: HyperDHT with our ids, diversity rules and commands. */
export interface DhtNode {
  /** Sockets are bound; rejects if the wanted port is taken. */
  bind(): Promise<void>;
  /** The first look around is over, successful or not (seconds with only dead nodes to ask). */
  bootstrapped(): Promise<void>;
  /** Our id as others know it, null while we are only a client. */
  id(): Uint8Array | null;
  port(): number;
  /** Our address as others see it, or null if they disagree or there are none. Port 0: it changes with every destination. */
  seenAs(): NodeAddress | null;
  firewalled(): boolean;
  /** HyperDHT looks whether others can reach us only if it was given somebody to ask when it was made: look now. */
  testReachability(): Promise<unknown>;
  /** Nodes in the table that answered us or asked us, latest first. */
  heard(): readonly NodeAddress[];
  addNode(node: NodeAddress): void;
  refresh(): void;
  /** Asks for the nodes around our own id, so that they know us and we them. */
  lookAround(): void;
  closest(target: Uint8Array, limit: number): readonly TableNode[];
  /** @param tries `once`: 1 s; else several times */
  ping(node: NodeAddress, tries?: 'once'): Promise<DhtReply>;
  /** As `ping`, once, from the one of our two sockets that asks nobody else: it finds who lets in only those whom they know silent. */
  pingAside(node: NodeAddress): Promise<DhtReply>;
  /** One try, 1 s. */
  request(message: RequestMessage, to: NodeAddress): Promise<DhtReply>;
  /**
   * Store and answer for others from now on, under an id made from `assumed` (nobody there yet to tell us our address) or, with
   * null, from what others see. False if that isn't known or (unless `unchecked`) nobody could reach us.
   */
  becomeSupernode(assumed: NodeAddress | null, unchecked: boolean): Promise<boolean>;
  becomeClient(): void;
  /** Stores and answers for others no more and names no id, but speaks through the same socket as before; `becomeClient` follows. */
  goQuiet(): void;
  /** Forgets the node there, if it is known. */
  drop(node: NodeAddress): void;
  /** Every datagram to the socket that others know us by, of ours and not; returns how not to hear them any more. */
  onDatagram(listener: (bytes: Uint8Array, from: NodeAddress) => void): () => void;
  /** Our address changed: what others saw before counts no more. */
  forgetAddress(): void;
  createServer(options: ServerOptions): DhtServer;
  connect(key: Uint8Array, keyPair: DhtKeyPair, relays?: readonly NodeAddress[]): SecretStream;
  /**
   * Through a relay and not otherwise, unless one of the two ends can be reached by everybody: nothing is punched, because a relay
   * together with punching stalls in every tenth case (FACTS of HyperDHT 6.34).
   * @param relay the relay's listening key
   */
  connectThrough(relay: Uint8Array, key: Uint8Array, keyPair: DhtKeyPair): SecretStream;
  /** Where somebody listens, known beforehand: connecting to `key` begins there instead of with a search. */
  remember(key: Uint8Array, at: NodeAddress): void;
  /** One end of a relayed pair. */
  createRelayStream(firewall: RelayFirewall): RelayStream;
  lookupTopic(topic: Uint8Array): AsyncIterable<{ readonly peers: readonly TopicPeer[] }>;
  /** @param self our own address if we store for others: we hold it as well @throws if no node took it */
  announceTopic(topic: Uint8Array, keyPair: DhtKeyPair, relays: readonly NodeAddress[], self: NodeAddress | null): Promise<void>;
  on(event: DhtEvent, listener: () => void): void;
  /** Closes at once, without telling the network. */
  destroy(): Promise<void>;
}

// Likewise; only its signing function is passed on.
const signAnnounce = (persistentModule as { readonly signAnnounce: unknown }).signAnnounce;

const closestLimit = 20;
/**
 * A query ends when everybody has answered or was asked so often again, a second each; upstream's five make every node that is
 * gone cost 6 s, announcing included. Three questions reach 95 % of the nodes on a line that loses every fifth packet.
 */
const queryRetries = 2;
const lookupCommand = 3;
/**
 * Punches against random ports at a time. Upstream's one is held for 35 s by the listening side after the dialer gave up, because
 * nobody tells it: each next dial of a friend would be refused for so long. Each opens up to 256 sockets.
 */
const randomPunches = 3;

/** Upstream announces at others only. Through our own socket, so that the token and the signature are as everywhere. */
async function announceAt(
  dht: RawDht,
  topic: Uint8Array,
  keyPair: DhtKeyPair,
  relays: readonly NodeAddress[],
  at: NodeAddress,
): Promise<void> {
  const { token, from } = await dht.request({ command: lookupCommand, target: topic, value: null }, at, { retry: false });
  if (token === null || from.id === null) throw new Error('it gave no token');
  const node = { host: from.host, port: from.port, id: from.id };
  await dht._requestAnnounce(keyPair, dht, topic, token, node, relays, signAnnounce, 0);
}

/** Beyond 80 in flight requests wait, upstream for its next look at that, up to 750 ms; so for the next answer. */
function sendWhatWaits({ io }: RawDht): void {
  const hear = io.onresponse.bind(io);
  io.onresponse = (reply, external) => {
    hear(reply, external);
    if (io.congestion.isFull()) return;
    let waiting = io._pending.shift();
    // Given up meanwhile: it takes nobody's turn.
    while (waiting?.destroyed === true) waiting = io._pending.shift();
    waiting?._sendNow();
  };
}

function createRaw(options: DhtNodeOptions): RawDht {
  const { bind, bootstrap, isForced } = options;
  const port = bind.port === 0 ? (options.preferredPort ?? 0) : bind.port;
  const dht = new HyperDht({
    host: bind.host,
    // A pair is a range; HyperDHT takes a plain 0 for its own default port.
    port: port === 0 ? [0, 0] : [port, port + 1],
    anyPort: bind.port === 0,
    bootstrap: [...bootstrap],
    // Our own pings replace it (3 s instead of 13 s).
    connectionKeepAlive: false,
    // FACTS: the default of 20 s between random punches makes repeated opens behind symmetric routers fail.
    randomPunchInterval: 1,
    // Hints name nodes by upstream's id rule, which ours replaces: nobody could make use of them.
    sendDownHints: false,
    // Said either way, dht-rpc decides nothing by itself: the role is ours to decide (main/overlay/role).
    ...(isForced ? { ephemeral: false, firewalled: false } : { ephemeral: true }),
  });
  dht._randomPunchLimit = randomPunches;
  let table = admitInto(dht.table, options);
  // Assigned anew by dht-rpc whenever its id changes.
  Object.defineProperty(dht, 'table', {
    get: () => table,
    set: (next: RoutingTable) => {
      table = admitInto(next, options);
    },
  });
  sendWhatWaits(dht);
  const answerUpstream = dht.onrequest.bind(dht);
  dht.onrequest = (request) => options.onRequest(request) || answerUpstream(request);
  const query = dht.query.bind(dht);
  dht.query = (message, queryOptions) => {
    const running = query(message, { retries: queryRetries, ...queryOptions });
    const push = running._pushClosest.bind(running);
    running._pushClosest = (reply) => {
      push(reply);
      const kept = new Set(
        options.select(
          running.closestReplies.map((each) => each.from),
          closestLimit,
        ),
      );
      running.closestReplies = running.closestReplies.filter((each) => kept.has(each.from));
    };
    return running;
  };
  return dht;
}

export function createDhtNode(options: DhtNodeOptions): DhtNode {
  const dht = createRaw(options);
  const { isLineBusy = () => false } = options;
  return {
    bind: () => dht.bind(),
    bootstrapped: () => dht.fullyBootstrapped(),
    id: () => (dht.ephemeral ? null : dht.table.id),
    port: () => dht.io.serverSocket?.address().port ?? 0,
    seenAs: () => (dht.host === null ? null : { host: dht.host, port: dht.port }),
    firewalled: () => dht.firewalled,
    testReachability: () => dht._updateNetworkState(true),
    heard: () =>
      dht.nodes
        .toArray({ reverse: true })
        .filter((node) => node.to !== null)
        .map(({ host, port }) => ({ host, port })),
    addNode: ({ host, port }) => dht.addNode({ host, port }),
    refresh: () => dht.refresh(),
    lookAround: () => dht._backgroundQuery(dht.table.id).on('error', () => undefined),
    closest: (target, limit) => dht.table.closest(target, limit),
    ping: (node, tries) => dht.ping(node, { retry: tries !== 'once' }),
    pingAside: (node) => dht.ping(node, { retry: false, socket: dht.firewalled ? dht.io.serverSocket : dht.io.clientSocket }),
    request: (message, to) => dht.request(message, to, { retry: false }),
    async becomeSupernode(assumed, unchecked) {
      if (assumed !== null) dht._nat.add(assumed.host, assumed.port);
      if (unchecked) dht.firewalled = dht.io.firewalled = false;
      dht.ephemeral = dht.io.ephemeral = true;
      return dht._updateNetworkState();
    },
    goQuiet() {
      dht.ephemeral = dht.io.ephemeral = true;
    },
    drop({ host, port }) {
      const known = dht.nodes.toArray({ reverse: false }).find((node) => node.host === host && node.port === port);
      if (known !== undefined) dht._removeNode(known);
    },
    onDatagram(listener) {
      const socket = dht.io.serverSocket;
      if (socket === null) return () => undefined;
      const hear = (datagram: Buffer, from: NodeAddress): void => listener(datagram, from);
      socket.on('message', hear);
      return () => void socket.removeListener('message', hear);
    },
    becomeClient() {
      // Whether we can be reached is an open question again.
      dht.firewalled = dht.io.firewalled = true;
      dht.ephemeral = dht.io.ephemeral = true;
    },
    forgetAddress() {
      // nat-sampler's class, which isn't exported by the packages we name.
      const Sampler = dht._nat.constructor as new () => RawDht['_nat'];
      dht._nat = new Sampler();
      dht._nonePersistentSamples = [];
    },
    createServer({ admit, firewall }) {
      const server = dht.createServer({ firewall });
      // Upstream asks the firewall only after Noise has been computed; and it keeps each handshake for 10 s.
      const answer = server._onpeerhandshake.bind(server);
      server._onpeerhandshake = (handshake, request) => {
        const known = server._connects.has(Buffer.from(handshake.noise).toString('hex'));
        const isAdmitted = known || admit(handshake.peerAddress ?? request.from, request.from);
        return isAdmitted ? answer(handshake, request) : Promise.resolve(null);
      };
      const listen = server.listen.bind(server);
      server.listen = async (keyPair) => {
        await listen(keyPair);
        // Null: closed meanwhile.
        if (server._announcer !== null) paceAnnouncer(server._announcer, isLineBusy);
      };
      return server;
    },
    connect: (key, keyPair, relays) =>
      dht.connect(key, relays === undefined ? { keyPair } : { keyPair, relayAddresses: [...relays] }),
    connectThrough: (relay, key, keyPair) =>
      dht.connect(key, { keyPair, relayThrough: Buffer.from(relay), fastOpen: false, holepunch: () => false }),
    remember: (key, { host, port }) => dht._relayAddressesCache.set(Buffer.from(key).toString('hex'), [{ host, port }]),
    createRelayStream: (firewall) => dht.createRawStream({ framed: true, firewall }),
    lookupTopic: (topic) => dht.lookup(topic),
    async announceTopic(topic, keyPair, relays, self) {
      const elsewhere = dht.announce(topic, keyPair, relays).finished();
      const here = self === null ? Promise.reject(new Error('not a supernode')) : announceAt(dht, topic, keyPair, relays, self);
      await Promise.any([elsewhere, here]);
    },
    on: (event, listener) => dht.on(event, listener),
    destroy: () => dht.destroy({ force: true }),
  };
}
