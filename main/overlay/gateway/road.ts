import { networkInterfaces } from 'node:os';
import {
  noiseCalling,
  publicKeyOfSeed,
  signWithPair,
  type DhtKeyPair,
  type SecretStream,
  type TopicPeer,
} from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ProxyChoice } from '../../ports/proxy-connect.ts';
import type { Random } from '../../ports/random.ts';
import { parseIpv4 } from '../address.ts';
import type { Networks } from '../networks.ts';
import { GatewayBook } from './book.ts';
import { connectGateway } from './client-edge.ts';
import type { GatewayOptions } from './gateways.ts';
import type { Pipe } from './pipe.ts';
import { GatewayPool, type Connection } from './pool.ts';
import {
  decodeAnswer,
  decodePurpose,
  encodePurpose,
  encodeRequest,
  listenProof,
  type GatewayAnswer,
  type RequestKind,
  type RequestOf,
} from './requests.ts';
import { receivePipe, type Receiver } from './tunnel.ts';
import { UdpWatch, type UdpWatchParts } from './udp-watch.ts';

/** Listened at so many gateways: one may go. */
const listenAt = 2;
const askMs = 6_000;
const refreshMs = 60_000;
/** UDP is back: what still goes through gateways may end there. */
const farewellMs = 10_000;
/** How long a listener waits for the first gateway to take it. */
const listeningMs = 4_000;

export interface RoadParts extends Pick<UdpWatchParts, 'node' | 'others'> {
  readonly options: GatewayOptions;
  readonly networks: Networks;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** From UDP to gateways, between gateways, or back. */
  readonly onChange: () => void;
}

/** From whom we hide our address. `some`: what is for them goes through gateways, everything else as it comes. */
export type Hiding = 'nobody' | 'some' | 'all';

interface Listening {
  readonly receiver: Receiver;
  /** Also while nothing else goes through gateways. */
  readonly isAlways: boolean;
}

/** The way around a network that lets no UDP out: found when it is needed, left when it isn't. */
export class GatewayRoad {
  readonly book: GatewayBook;
  readonly #parts: RoadParts;
  readonly #watch: UdpWatch;
  readonly #pool: GatewayPool;
  readonly #listeners = new Map<string, Listening>();
  /** Who waits for a first gateway to take a key. */
  readonly #taken = new Set<() => void>();
  /** By the gateway that named them. */
  readonly #named = new Map<Connection, readonly HostPort[]>();
  #nodes: readonly HostPort[] = [];
  #isCarried = false;
  #isStopped = false;
  #hiding: Hiding = 'nobody';
  #proxy: ProxyChoice | null;
  #isStarted = false;
  #turn = 0;
  #refreshTimer: Timer | null = null;
  #farewell: Timer | null = null;

  constructor(parts: RoadParts) {
    this.#parts = parts;
    const { options, networks, clock, random, log } = parts;
    this.#proxy = options.proxy;
    this.book = new GatewayBook({
      disk: options.known,
      named: options.named,
      nodes: parts.others,
      whatIsHere,
      onError: (error) => log.warn('gateways-not-kept', { detail: String(error).slice(0, 200) }),
    });
    // A key of this start: gateways can't tell that we are the same as yesterday.
    const ownSeed = random.bytes(32);
    this.#pool = new GatewayPool({
      book: this.book,
      ownKey: options.own === null ? null : publicKeyOfSeed(options.own.seed),
      connect: (gateway, signal) => connectGateway(gateway, this.#proxy, ownSeed, signal),
      networks,
      hasIpv4,
      clock,
      random,
      log,
      onPipe: (pipe, purpose) => this.#receive(pipe, purpose),
      onChange: () => this.#judge(),
      onConnection: (connection) => {
        this.#listenAll();
        void this.#learn(connection);
      },
    });
    this.#watch = new UdpWatch({ ...parts, hasGateways: () => !this.book.isEmpty, onChange: () => this.#judge() });
  }

  /** Everything goes through gateways. */
  get isCarried(): boolean {
    return this.#isCarried;
  }

  /** Nobody whom we speak to is to learn our address: what people do goes through gateways, or not at all. */
  get isHidden(): boolean {
    return this.#hiding === 'all';
  }

  /** Connections that are there stay; those that failed are tried at once. */
  setProxy(proxy: ProxyChoice | null): void {
    this.#proxy = proxy;
    if (this.#pool.isRunning) this.#pool.check();
  }

  /** There are gateways, for whatever goes through them. */
  get isOpen(): boolean {
    return this.#pool.connections.length > 0;
  }

  /** This network lets no UDP out. */
  get isBlocked(): boolean {
    return this.#watch.isDead;
  }

  setHiding(hiding: Hiding): void {
    if (hiding === this.#hiding) return;
    this.#hiding = hiding;
    if (this.#isStarted) this.#judge();
  }

  /** Of distinct networks. */
  get connections(): readonly Connection[] {
    return this.#pool.connections;
  }

  /** Resolves when those that are connected are as many as can be had soon. */
  settled(): Promise<void> {
    return this.#pool.settled();
  }

  /** Nodes that the gateways hear, of each in turn: none of them chooses alone whom we ask. */
  get nodes(): readonly HostPort[] {
    return this.#nodes;
  }

  start(): void {
    this.book.load();
    this.#isStarted = true;
    if (this.#hiding !== 'nobody') this.#judge();
    this.#watch.start();
  }

  stop(): void {
    // Connections that end now are no reason to look for others.
    this.#isStopped = true;
    this.#watch.stop();
    this.#refreshTimer?.cancel();
    this.#farewell?.cancel();
    this.#pool.stop();
    this.#isCarried = false;
  }

  /** Our network may have changed. */
  check(): void {
    this.#watch.check();
    if (this.#pool.isRunning) this.#pool.check();
  }

  /** Who owns `key`, wherever they are. */
  dial(key: Uint8Array, keyPair: DhtKeyPair): SecretStream {
    const all = this.#pool.connections;
    // In turn: a second attempt beside the first goes another way.
    this.#turn += 1;
    const pipe = all[this.#turn % Math.max(1, all.length)]?.carrier.open(encodePurpose({ kind: 'dial', key })) ?? null;
    return noiseCalling(key, keyPair, Promise.resolve(pipe));
  }

  /** Answers for a key: while we are carried, or (`isAlways`) as long as there are gateways. The function ends it. */
  listen(keyPair: DhtKeyPair, receiver: Receiver, isAlways: boolean): () => void {
    const name = toHex(keyPair.publicKey);
    const listening = { receiver, isAlways };
    this.#listeners.set(name, listening);
    this.#listenAll();
    return () => {
      if (this.#listeners.get(name) !== listening) return;
      this.#listeners.delete(name);
      this.#unlisten(keyPair.publicKey);
    };
  }

  /** Resolves when a gateway has taken a key of ours, or after a while. */
  listening(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        this.#taken.delete(done);
        resolve();
      };
      const timer = this.#parts.clock.setTimer(listeningMs, done);
      this.#taken.add(done);
    });
  }

  /** Who offers a topic, as one of `connections` says. */
  async lookupAt(connection: Connection, topic: Uint8Array): Promise<readonly TopicPeer[]> {
    const found = await this.askAt(connection, { kind: 'lookup', topic });
    return (found?.peers ?? []).map(([key, relayAddresses]) => ({ publicKey: Buffer.from(key), relayAddresses }));
  }

  /** The answer of one of `connections`; null: refused, or none. */
  async askAt<Kind extends RequestKind>({ carrier }: Connection, request: RequestOf<Kind>): Promise<GatewayAnswer<Kind> | null> {
    const bytes = await carrier.request(encodeRequest(request), askMs).catch(() => null);
    return bytes === null ? null : decodeAnswer<Kind>(request.kind, bytes);
  }

  #judge(): void {
    if (this.#isStopped) return;
    const { clock, onChange, log } = this.#parts;
    const isDead = this.#watch.isDead;
    const isWanted = isDead || this.#hiding !== 'nobody';
    if (isWanted) {
      this.#farewell?.cancel();
      this.#farewell = null;
      this.#pool.start();
    } else if (this.#pool.isRunning && this.#farewell === null) {
      this.#farewell = clock.setTimer(farewellMs, () => {
        this.#farewell = null;
        this.#pool.stop();
      });
    }
    this.#nodes = this.#inTurn();
    // One that knows nobody carries nobody.
    const isCarried = (isDead || this.isHidden) && this.#pool.connections.length > 0 && this.#nodes.length > 0;
    if (isCarried !== this.#isCarried) {
      this.#isCarried = isCarried;
      log.info(isCarried ? 'carried-by-gateways' : 'not-carried', { gateways: this.#pool.connections.length });
      this.#refreshTimer?.cancel();
      this.#refreshTimer = isCarried ? clock.setTimer(refreshMs, () => this.#refresh()) : null;
      if (isCarried) this.#listenAll();
      else this.#listenLess();
    }
    onChange();
  }

  #inTurn(): readonly HostPort[] {
    const all = this.#pool.connections;
    for (const connection of this.#named.keys()) if (!all.includes(connection)) this.#named.delete(connection);
    const lists = all.map((connection) => this.#named.get(connection) ?? []);
    const longest = Math.max(0, ...lists.map(({ length }) => length));
    const inTurn = Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
    return [...new Map(inTurn.map((node) => [hostPortText(node), node])).values()];
  }

  #refresh(): void {
    for (const connection of this.#pool.connections) void this.#learn(connection);
    this.#refreshTimer = this.#parts.clock.setTimer(refreshMs, () => this.#refresh());
  }

  /** Who else is there: more gateways for the directory, nodes for whoever asks them something. */
  async #learn(connection: Connection): Promise<void> {
    const known = await this.askAt(connection, { kind: 'known' });
    if (known === null) {
      this.#parts.log.debug('gateway-tells-nothing', { gateway: hostPortText(connection.at) });
      return;
    }
    this.book.heardOf(known.gateways);
    this.#named.set(connection, known.nodes);
    this.#pool.look();
    this.#judge();
  }

  #listenAll(): void {
    for (const connection of this.#pool.connections.slice(0, listenAt)) {
      for (const { receiver, isAlways } of this.#listeners.values()) {
        if (isAlways || this.#isCarried || this.isHidden) void this.#listenAt(connection, receiver);
      }
    }
  }

  /** Who looks for these finds us without gateways again. */
  #listenLess(): void {
    for (const { receiver, isAlways } of this.#listeners.values()) {
      const key = receiver.keyPair()?.publicKey;
      if (!isAlways && key !== undefined) this.#unlisten(key);
    }
  }

  #unlisten(key: Uint8Array): void {
    for (const { carrier } of this.#pool.connections.slice(0, listenAt)) {
      carrier.request(encodeRequest({ kind: 'unlisten', key }), askMs).catch(() => undefined);
    }
  }

  async #listenAt(connection: Connection, receiver: Receiver): Promise<void> {
    const keyPair = receiver.keyPair();
    if (keyPair === null) return;
    const key = keyPair.publicKey;
    const signature = signWithPair(keyPair, listenProof(connection.handshakeHash, key));
    const taken = await this.askAt(connection, { kind: 'listen', key, signature });
    if (taken === null) return;
    for (const done of this.#taken) done();
  }

  #receive(pipe: Pipe, purposeBytes: Uint8Array): void {
    const purpose = decodePurpose(purposeBytes);
    const receiver = purpose?.kind === 'incoming' ? this.#listeners.get(toHex(purpose.key))?.receiver : undefined;
    if (receiver === undefined) pipe.destroy();
    else void receivePipe(pipe, receiver);
  }
}

/** Loopback, and the addresses of our interfaces. */
function whatIsHere(): (host: string) => boolean {
  const own = new Set(Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map(({ address }) => address)));
  return (host) => parseIpv4(host)?.[0] === 127 || own.has(host);
}

/** An address of IPv4 that leads anywhere. */
function hasIpv4(): boolean {
  return Object.values(networkInterfaces()).some((entries) =>
    (entries ?? []).some(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.')),
  );
}
