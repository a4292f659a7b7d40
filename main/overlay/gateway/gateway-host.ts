import type { DhtKeyPair, DhtNode, SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { verifyDetached } from '../../../native-shims/sodium/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import { missingCase } from '../../ports/missing-case.ts';
import type { Random } from '../../ports/random.ts';
import { KeyedLimiter, TokenBucket } from '../../ports/token-bucket.ts';
import { sameAddress } from '../address.ts';
import type { DirectoryStore } from '../directory-store.ts';
import { isMailboxCommand } from '../mailbox/mailbox-wire.ts';
import type { Networks } from '../networks.ts';
import { listenOn, type Listener } from '../people/listener.ts';
import { Carrier } from './carrier.ts';
import { networkOfClient } from './networks.ts';
import { ClientPace, Pace } from './pace.ts';
import { join, type Pipe } from './pipe.ts';
import {
  decodePurpose,
  decodeRequest,
  encodeAnswer,
  encodePurpose,
  listenProof,
  maxGatewaysNamed,
  maxNodesNamed,
  packAnswers,
  packPut,
  type GatewayAnswer,
  type RequestOf,
} from './requests.ts';
import { defaultGatewayLimits } from './server-edge.ts';
import { answerWant, openDetour, openTunnel, tunnelTopic } from './tunnel.ts';

/** Day keys of today and tomorrow, a door, services. */
const keysPerClient = 8;
/** Announcements live 20 minutes at the nodes that hold them. */
const announceEveryMs = 5 * 60_000;
/** Of one client: a redial of twenty friends at once, and what else it asks. */
const requests = { perSecond: 5, burst: 60 };
/** Of one client, too: an item of a mailbox goes to twenty nodes, in parts. */
const mail = { perSecond: 60, burst: 2_000 };
/** Nodes that we named to clients, so that these may ask us about them. */
const maxNamed = 4_096;
const dials = { perSecond: 4, burst: 60 };
/** What makes us ask some two dozen nodes: connections are cheap, networks are not. */
const searchesPerNetwork = { perSecond: 10, burst: 120 };
const searchesTotal = { perSecond: 100, burst: 600 };
/** A put costs its nodes a proof of work to check (20 ms of a core), and this gateway's network its share of their patience. */
const putsPerNetwork = { perSecond: 0.2, burst: 6 };
const putsTotal = { perSecond: 2, burst: 20 };
/** Of one client, both ways, and at once. Signalling, chat, and directory answers stay far below; a voice doesn't ride here. */
const ofClient = { perSecond: 256 * 1024, burst: 1024 * 1024 };
/** Of all together, where nobody says: as the relay's. */
const allBytesPerSecond = 500_000;
/** So many seconds' worth at once. */
const allBurstSeconds = 16;
/** Who keeps within an equal part of that never waits because of others. At once: some answers of the directory. */
const partBurst = 64 * 1024;
const directoryMs = 8_000;
/** The last look for who is silent or busy begins twelve seconds after the first at the latest (`put-patiently.ts`). */
const putMs = 25_000;
const lookupMs = 6_000;
const maxPeersNamed = 16;
/** So much later than the straight way a detour is looked for as well. */
const detourAfterMs = 1_500;
/** Our own commands begin here; what is below is HyperDHT's, whose announcements a stranger has no business making in our name. */
const firstOwnCommand = 102;
const servicePerNetwork = { perSecond: 2, burst: 30 };
const serviceTotal = { perSecond: 50, burst: 200 };

export interface GatewayHostParts {
  readonly node: () => DhtNode | null;
  readonly directory: DirectoryStore;
  /** The closest set of a target, as our own node finds it. */
  readonly closest: (target: Uint8Array, signal: AbortSignal) => Promise<readonly HostPort[]>;
  readonly networks: Networks;
  readonly keyPair: DhtKeyPair;
  /** Our own node's address, if it stores for others. */
  readonly self: () => HostPort | null;
  readonly otherGateways: () => GatewayAnswer<'known'>['gateways'];
  /** Of all clients together, both ways; null: what any computer gives. */
  readonly bytesPerSecond: number | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

interface Client {
  readonly carrier: Carrier;
  readonly network: string;
  readonly handshakeHash: Uint8Array;
  readonly keys: Set<string>;
  readonly requests: TokenBucket;
  readonly mail: TokenBucket;
  readonly dials: TokenBucket;
}

interface Held {
  readonly client: Client;
  readonly key: Uint8Array;
  timer: Timer | null;
}

/** Carries those whose network lets no UDP out: asks for them, dials for them, and is where they are found. */
export class GatewayHost {
  readonly #parts: GatewayHostParts;
  readonly #clients = new Set<Client>();
  /** By the key that a client listens on. */
  readonly #held = new Map<string, Held>();
  readonly #named = new Set<string>();
  readonly #puts: KeyedLimiter;
  readonly #searches: KeyedLimiter;
  readonly #allPerSecond: number;
  readonly #all: Pace;
  #service: Listener | null = null;
  #isStopped = false;
  /** Of clients that are gone. */
  #pastBytes = 0;

  constructor(parts: GatewayHostParts) {
    this.#parts = parts;
    this.#puts = new KeyedLimiter(putsPerNetwork, putsTotal, parts.clock.monotonicMs());
    this.#searches = new KeyedLimiter(searchesPerNetwork, searchesTotal, parts.clock.monotonicMs());
    this.#allPerSecond = parts.bytesPerSecond ?? allBytesPerSecond;
    this.#all = new Pace(this.#allPerSecond, this.#allPerSecond * allBurstSeconds, parts.clock.monotonicMs());
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  /** Exchanged with clients, both ways, since the start. */
  get bytes(): number {
    return [...this.#clients].reduce((sum, { carrier }) => sum + carrier.bytes, this.#pastBytes);
  }

  /** Begins to answer those who look for our clients. */
  async start(node: DhtNode): Promise<void> {
    const { clock, networks, keyPair, log } = this.#parts;
    this.#service = await listenOn(node, keyPair, {
      clock,
      networks,
      perNetwork: servicePerNetwork,
      total: serviceTotal,
      // Who dials us is found in the DHT, and we can be reached.
      relays: null,
      onStream: (stream) => {
        answerWant(stream, clock, (key) => this.#pipeToClient(key, true))
          .then((pipes) => {
            const [outer, inner] = pipes ?? [];
            if (outer !== undefined && inner !== undefined) join(outer, inner);
          })
          .catch((error: unknown) => log.warn('want-failed', { detail: String(error).slice(0, 200) }));
      },
    });
  }

  /** Our neighbours changed: where our clients are found must be known to the new ones too. */
  refresh(): void {
    this.#service?.refresh();
    for (const held of this.#held.values()) this.#announce(held);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { carrier } of this.#clients) carrier.close();
    await this.#service?.close();
  }

  /** Somebody has a session with us. */
  serve(stream: SecretStream, from: HostPort): void {
    const { clock } = this.#parts;
    const nowMs = clock.monotonicMs();
    const carrier = new Carrier({
      stream,
      isClient: false,
      remote: from,
      pace: new ClientPace(
        new Pace(ofClient.perSecond, ofClient.burst, nowMs),
        new Pace(this.#allPerSecond / defaultGatewayLimits.connections, partBurst, nowMs),
        this.#all,
      ),
      clock,
      events: {
        onRequest: async (body) => {
          try {
            return await this.#answer(client, body);
          } catch (error) {
            // Nobody answered us either, say.
            this.#parts.log.debug('request-failed', { detail: String(error).slice(0, 200) });
            return null;
          }
        },
        onPipe: (pipe, purpose) => this.#dial(client, pipe, purpose),
        onDead: () => this.#forget(client),
      },
    });
    const client: Client = {
      carrier,
      network: networkOfClient(from.host),
      handshakeHash: new Uint8Array(stream.handshakeHash),
      keys: new Set(),
      requests: new TokenBucket(requests.perSecond, requests.burst, nowMs),
      mail: new TokenBucket(mail.perSecond, mail.burst, nowMs),
      dials: new TokenBucket(dials.perSecond, dials.burst, nowMs),
    };
    this.#clients.add(client);
  }

  #forget(client: Client): void {
    if (this.#clients.delete(client)) this.#pastBytes += client.carrier.bytes;
    for (const key of client.keys) this.#release(client, key);
  }

  async #answer(client: Client, body: Uint8Array): Promise<Uint8Array | null> {
    const request = decodeRequest(body);
    if (request === null) {
      client.carrier.close();
      return null;
    }
    const isMail = request.kind === 'ask' && isMailboxCommand(request.command);
    if (!(isMail ? client.mail : client.requests).take(this.#parts.clock.monotonicMs())) return null;
    const { directory, clock } = this.#parts;
    switch (request.kind) {
      case 'get':
        if (!this.#maySearch(client)) return null;
        return encodeAnswer('get', packAnswers(await directory.get(request.target, AbortSignal.timeout(directoryMs))));
      case 'put':
        if (!this.#puts.take(client.network, clock.monotonicMs())) return null;
        return encodeAnswer('put', packPut(await directory.put(request.target, request.record, AbortSignal.timeout(putMs))));
      case 'closest':
        return this.#maySearch(client) ? this.#closest(request.target) : null;
      case 'ask':
        return this.#ask(request);
      case 'known':
        return encodeAnswer('known', {
          nodes: [...this.#knownNodes()],
          gateways: this.#parts.otherGateways().slice(0, maxGatewaysNamed),
        });
      case 'lookup':
        if (!this.#maySearch(client)) return null;
        return this.#lookup(request.topic);
      case 'listen':
        return this.#listen(client, request.key, request.signature) ? encodeAnswer('listen', {}) : null;
      case 'unlisten':
        this.#release(client, toHex(request.key));
        return encodeAnswer('unlisten', {});
      default:
        return missingCase(request);
    }
  }

  #maySearch({ network }: Client): boolean {
    return this.#searches.take(network, this.#parts.clock.monotonicMs());
  }

  #knownNodes(): readonly HostPort[] {
    const heard = this.#parts.node()?.heard() ?? [];
    const self = this.#parts.self();
    return [...(self === null ? [] : [self]), ...heard].slice(0, maxNodesNamed);
  }

  async #closest(target: Uint8Array): Promise<Uint8Array | null> {
    const nodes = await this.#parts.closest(target, AbortSignal.timeout(directoryMs));
    for (const node of nodes) this.#name(hostPortText(node));
    return encodeAnswer('closest', { nodes: nodes.map(({ host, port }) => ({ host, port })) });
  }

  #name(node: string): void {
    this.#named.delete(node);
    this.#named.add(node);
    const oldest = this.#named.size > maxNamed ? this.#named.values().next().value : undefined;
    if (oldest !== undefined) this.#named.delete(oldest);
  }

  /** Only to nodes that we hear ourselves, or found: nobody sends packets of ours into a network of his choice. */
  async #ask({ to, command, target, value, token }: RequestOf<'ask'>): Promise<Uint8Array | null> {
    const node = this.#parts.node();
    const isKnown = this.#named.has(hostPortText(to)) || this.#knownNodes().some((known) => sameAddress(known, to));
    if (node === null || !isKnown || command < firstOwnCommand) return null;
    const reply = await node.request({ command, target, value, token }, to);
    return encodeAnswer('ask', { id: reply.from.id, error: reply.error, value: reply.value, token: reply.token });
  }

  async #lookup(topic: Uint8Array): Promise<Uint8Array | null> {
    const node = this.#parts.node();
    if (node === null) return null;
    const peers: GatewayAnswer<'lookup'>['peers'] = [];
    const endMs = this.#parts.clock.monotonicMs() + lookupMs;
    for await (const found of node.lookupTopic(topic)) {
      for (const { publicKey, relayAddresses } of found.peers) {
        if (peers.length < maxPeersNamed)
          peers.push([publicKey, relayAddresses.slice(0, 4).map(({ host, port }) => ({ host, port }))]);
      }
      if (this.#parts.clock.monotonicMs() > endMs || peers.length >= maxPeersNamed) break;
    }
    return encodeAnswer('lookup', { peers });
  }

  #listen(client: Client, key: Uint8Array, signature: Uint8Array): boolean {
    const name = toHex(key);
    if (client.keys.size >= keysPerClient && !client.keys.has(name)) return false;
    if (!verifyDetached(signature, listenProof(client.handshakeHash, key), key)) return false;
    // The same person on a new connection: the old one is dead and doesn't know it yet.
    const before = this.#held.get(name);
    // Said again: it is announced, and is again when that is due.
    if (before?.client === client) return true;
    if (before !== undefined) this.#release(before.client, name);
    const held: Held = { client, key, timer: null };
    client.keys.add(name);
    this.#held.set(name, held);
    this.#announce(held);
    return true;
  }

  #release(client: Client, name: string): void {
    const held = this.#held.get(name);
    client.keys.delete(name);
    if (held?.client !== client) return;
    held.timer?.cancel();
    this.#held.delete(name);
  }

  #announce(held: Held): void {
    const { node, keyPair, self, clock, log } = this.#parts;
    held.timer?.cancel();
    held.timer = clock.setTimer(announceEveryMs, () => {
      if (this.#held.get(toHex(held.key)) === held) this.#announce(held);
    });
    const dht = node();
    if (dht === null || this.#isStopped) return;
    dht
      .announceTopic(tunnelTopic(held.key), keyPair, this.#service?.relays() ?? [], self())
      .catch((error: unknown) => log.debug('announce-failed', { detail: String(error).slice(0, 200) }));
  }

  /** @param isCounted false where the other end is a client too: its own line counts what passes */
  #pipeToClient(key: Uint8Array, isCounted: boolean): Pipe | null {
    const held = this.#held.get(toHex(key));
    return held?.client.carrier.open(encodePurpose({ kind: 'incoming', key }), isCounted) ?? null;
  }

  #dial(client: Client, pipe: Pipe, purposeBytes: Uint8Array): void {
    const purpose = decodePurpose(purposeBytes);
    const node = this.#parts.node();
    if (purpose?.kind !== 'dial' || node === null || !client.dials.take(this.#parts.clock.monotonicMs())) {
      pipe.destroy();
      return;
    }
    const here = this.#pipeToClient(purpose.key, false);
    if (here !== null) {
      join(pipe, here);
      return;
    }
    if (!this.#maySearch(client)) {
      pipe.destroy();
      return;
    }
    this.#reach(node, purpose.key, pipe).catch((error: unknown) => {
      pipe.destroy();
      this.#parts.log.debug('dial-failed', { detail: String(error).slice(0, 200) });
    });
  }

  /** The straight way, and beside it (if that takes long, or after it fails) through another gateway. The first that opens stays. */
  async #reach(node: DhtNode, key: Uint8Array, pipe: Pipe): Promise<void> {
    const { clock, random } = this.#parts;
    let taken: Pipe | null = null;
    const take = (far: Pipe | null): boolean => {
      if (far === null) return false;
      if (taken !== null || pipe.destroyed) {
        far.destroy();
        return true;
      }
      taken = far;
      join(pipe, far);
      return true;
    };
    const straight = openTunnel(node, key, { clock, random }).then(take, () => false);
    const late = new Promise<boolean>((resolve) => {
      clock.setTimer(detourAfterMs, () => resolve(false));
    });
    if (await Promise.race([straight, late])) return;
    const around = openDetour(node, key, { clock, random }).then(take, () => false);
    const results = await Promise.all([straight, around]);
    if (!results.some(Boolean)) pipe.destroy();
  }
}
