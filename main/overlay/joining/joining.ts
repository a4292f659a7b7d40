import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import type { DhtNode, DhtRequest } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import { isPrivateHost, isReachableForm, parseIpv4, sameAddress } from '../address.ts';
import { directoryCommands } from '../directory/directory-wire.ts';
import { selectDiverse, type Networks } from '../networks.ts';
import type { KnownNodes } from '../overlay.ts';
import { within } from '../waiting.ts';
import { createMeetingPlace, type BitTorrentOptions } from './bittorrent/meeting-place.ts';
import { BitTorrentVisits } from './bittorrent/visits.ts';
import { Introductions } from './introductions.ts';
import type { JoinWay, WayReport } from './join-ways.ts';
import { Joiner } from './joiner.ts';
import { askedNodes, keptNodes, shuffled } from './known-nodes.ts';
import type { LocalRendezvous } from './local-rendezvous.ts';
import { startMdns, type Mdns } from './mdns.ts';
import { likelyHost } from './self-address.ts';

/** The local network is asked each second at first, then now and then: neighbours that come later ask themselves. */
const mdnsEagerMs = 1_000;
const mdnsCalmMs = 60_000;
const saveEveryMs = 60_000;
/** Nobody answers: all are asked again, after so long, then after twice that, up to the last; ± 25 %, lest a street whose power is back speaks at once. */
const retryFirstMs = 10_000;
const retryLastMs = 60_000;
/** Connected: a few of those that were heard once are asked whether they are there, so that a network that broke in two heals. */
const reunionEveryMs = 10 * 60_000;
const reunionAsked = 4;
/** For an invitation: enough that one of them is there next week, few enough for a line of text. */
const entrancesNamed = 4;
const entrancesTried = 12;
/** Nobody waits longer for a first answer; what comes later comes later. */
const firstLookMs = 8_000;
/** Of an invitation: a packet each way around the world, twice. */
const linkLimitMs = 3_000;

export interface JoiningOptions {
  readonly bind: HostPort;
  readonly bootstrap: readonly HostPort[];
  readonly knownNodes: KnownNodes;
  readonly mdns: boolean;
  readonly localRendezvous: LocalRendezvous | null;
  /** Null: not here, whatever is set. */
  readonly bitTorrent: BitTorrentOptions | null;
  /** The `via` of an invitation, given at this start. */
  readonly invited: readonly HostPort[];
}

export interface JoiningParts {
  readonly options: JoiningOptions;
  readonly networks: Networks;
  readonly node: () => DhtNode | null;
  /** Where we are, as far as we know. */
  readonly self: () => HostPort | null;
  readonly onReport: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** All ways into the network, side by side; from the start of our node until its end. */
export class Joining {
  readonly #parts: JoiningParts;
  readonly #joiner: Joiner;
  readonly #visits: BitTorrentVisits;
  readonly #introductions: Introductions;
  #known: readonly HostPort[] = [];
  #mdns: Mdns | null = null;
  #isOver = false;
  #lastMdnsMs = Number.NEGATIVE_INFINITY;
  #lastSaveMs: number;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #retryAfterMs = retryFirstMs;
  #reunionAtMs: number;
  #nextHello: Timer | null = null;

  constructor(parts: JoiningParts) {
    const { options, networks, node, self, clock, random, log } = parts;
    this.#parts = parts;
    this.#lastSaveMs = clock.monotonicMs();
    this.#reunionAtMs = clock.monotonicMs() + this.#jittered(reunionEveryMs);
    this.#introductions = new Introductions({
      networks,
      self,
      request: (message, to) =>
        node()
          ?.request(message, to)
          .catch(() => null) ?? Promise.resolve(null),
      onIntroduced: (nodes) => this.#joiner.offer('introduced', nodes),
      clock,
      random,
      log,
    });
    this.#joiner = new Joiner({
      networks,
      believesPrivate: options.bitTorrent?.believesPrivate === true,
      isSelf: (other) => this.#isSelf(other),
      // No token: only a token and closer nodes are given for it.
      ask: (to) => {
        const dht = node();
        if (dht === null) return Promise.reject(new Error('our node is gone'));
        return dht.request({ command: directoryCommands.get, target: random.bytes(32), value: null }, to);
      },
      heard: () => node()?.heard() ?? [],
      onDiscovery: (discovery) => this.#introductions.consider(discovery),
      onFound: () => node()?.lookAround(),
      onReport: parts.onReport,
      off: waysOff(options),
      clock,
      log,
    });
    this.#visits = new BitTorrentVisits({
      place: options.bitTorrent === null ? null : createMeetingPlace(options.bitTorrent, options.bind.host, clock, log),
      believesPrivate: options.bitTorrent?.believesPrivate === true,
      joiner: this.#joiner,
      node,
      self,
      clock,
      random,
      log,
    });
  }

  /** Nodes of the time before this start. */
  get known(): readonly HostPort[] {
    return this.#known;
  }

  reports(): readonly WayReport[] {
    return this.#joiner.reports();
  }

  /** Our node is bound: everything is tried now. Resolves when somebody answered or nobody does. */
  async start(): Promise<void> {
    const { options, clock } = this.#parts;
    this.#known = this.#remembered(() => options.knownNodes.load().filter(isReachableForm)) ?? [];
    this.#startMdns();
    this.#retryAtMs = clock.monotonicMs() + this.#jittered(retryFirstMs);
    const named = this.#askAll();
    if (options.invited.length > 0) this.#joiner.offer('link', options.invited);
    this.#visits.start(this.#known.length + options.bootstrap.length + options.invited.length === 0);
    const first = named.then(() => this.#visits.firstLook()).then(() => this.#joiner.idle());
    await within(clock, firstLookMs, Promise.race([first, this.#somebodyHeard()]), undefined);
  }

  /** Every half second after a start, later every five. */
  tick(isEager: boolean): void {
    const { clock, node } = this.#parts;
    const dht = node();
    if (dht === null || this.#isOver) return;
    this.#lookBeside(isEager);
    const nowMs = clock.monotonicMs();
    const isAlone = dht.heard().length === 0;
    if (!isAlone) {
      this.#retryAfterMs = retryFirstMs;
      this.#retryAtMs = nowMs + this.#jittered(retryFirstMs);
    } else if (nowMs >= this.#retryAtMs) {
      this.#retryAtMs = nowMs + this.#jittered(this.#retryAfterMs);
      this.#retryAfterMs = Math.min(retryLastMs, this.#retryAfterMs * 2);
      void this.#askAll();
    }
    if (nowMs >= this.#reunionAtMs) {
      this.#reunionAtMs = nowMs + this.#jittered(reunionEveryMs);
      if (!isAlone) this.#joiner.offer('cached', shuffled(this.#load(), this.#parts.random).slice(0, reunionAsked));
    }
    if (nowMs - this.#lastSaveMs > saveEveryMs) this.save();
    this.#visits.tick();
  }

  /** Sleep or another network: everything counts as new. */
  refresh(): void {
    this.#retryAtMs = Number.NEGATIVE_INFINITY;
    this.#retryAfterMs = retryFirstMs;
    this.#lastMdnsMs = Number.NEGATIVE_INFINITY;
    this.#visits.refresh();
  }

  /** An invitation's nodes. @returns whether one of them is, or just became, a neighbour of ours */
  async join(nodes: readonly HostPort[]): Promise<boolean> {
    const { clock, node } = this.#parts;
    const before = this.#linkAnswers();
    this.#joiner.offer('link', nodes);
    const isIn = (): boolean =>
      this.#linkAnswers() > before || (node()?.heard() ?? []).some((heard) => nodes.some((wanted) => sameAddress(heard, wanted)));
    if (!isIn()) await within(clock, linkLimitMs, this.#joiner.idle(), undefined);
    return isIn();
  }

  /** Whom to name in an invitation. @param maySayOurs we may be one of them, if we are a supernode */
  async entrancesForOthers(maySayOurs: boolean): Promise<readonly HostPort[]> {
    const { node, networks, self, random } = this.#parts;
    const dht = node();
    if (dht === null) return [];
    const shuffledHeard = shuffled(dht.heard(), random);
    // Somebody elsewhere can do nothing with addresses of our home; where there are no others, the guest may be in it.
    const isPublic = ({ host }: HostPort): boolean => !isPrivateHost(host);
    const sorted = [...shuffledHeard.filter(isPublic), ...shuffledHeard.filter((each) => !isPublic(each))];
    const tried = selectDiverse(networks, sorted, entrancesTried);
    const answers = await Promise.all(
      tried.map((each) =>
        dht.pingAside(each).then(
          () => [each],
          () => [],
        ),
      ),
    );
    const own = maySayOurs && dht.id() !== null ? self() : null;
    const alive = [...answers.flat(), ...(own === null ? [] : [own])];
    const found = alive.some(isPublic) ? alive.filter(isPublic) : alive;
    return found.slice(0, entrancesNamed);
  }

  /** False: not a command of ours. */
  answer(request: DhtRequest): boolean {
    return this.#introductions.answer(request);
  }

  setBitTorrent(isWanted: boolean): void {
    this.#visits.setWanted(isWanted);
  }

  save(): void {
    const { options, networks, node, clock } = this.#parts;
    this.#lastSaveMs = clock.monotonicMs();
    const heard = node()?.heard() ?? [];
    if (heard.length > 0) this.#remembered(() => options.knownNodes.save(keptNodes(heard, options.knownNodes.load(), networks)));
  }

  stop(): void {
    this.#isOver = true;
    this.#nextHello?.cancel();
    this.#mdns?.stop();
    this.#parts.options.localRendezvous?.withdraw();
    this.#joiner.stop();
    this.#introductions.stop();
    this.#visits.stop();
  }

  /** A node on this machine that listens on all addresses has its id from its outer address, whatever we were told. */
  outerEntrances(): readonly HostPort[] {
    const { bootstrap, bind } = this.#parts.options;
    const host = likelyHost(bind.host);
    if (bind.host !== '0.0.0.0' || host === '127.0.0.1') return [];
    return bootstrap.filter((node) => node.host === '127.0.0.1').map(({ port }) => ({ host, port }));
  }

  /** Those that are written down: what was configured, and what was kept. Resolves when names are addresses. */
  async #askAll(): Promise<void> {
    const { options, random, log } = this.#parts;
    this.#joiner.offer('cached', askedNodes(this.#load(), random));
    const listed = options.bootstrap.filter(({ host }) => !isIPv6(host));
    if (listed.length === 0) return;
    this.#joiner.begin('listed');
    await Promise.all(
      [...listed, ...this.outerEntrances()].map(async ({ host, port }) => {
        if (parseIpv4(host) !== null) return this.#joiner.offer('listed', [{ host, port }]);
        try {
          const { address } = await lookup(host, { family: 4 });
          this.#joiner.offer('listed', [{ host: address, port }]);
        } catch (error) {
          log.info('name-not-resolved', { host, detail: error instanceof Error ? error.message : String(error) });
        }
        return undefined;
      }),
    );
  }

  #lookBeside(isEager: boolean): void {
    const { options, self, clock, log } = this.#parts;
    const address = self();
    const rendezvous = options.localRendezvous;
    if (rendezvous !== null && address !== null) {
      try {
        rendezvous.publish(address);
        this.#joiner.offer('same-computer', rendezvous.list());
      } catch (error) {
        log.warn('rendezvous-failed', { detail: error instanceof Error ? error.message : String(error) });
      }
    }
    const nowMs = clock.monotonicMs();
    if (this.#mdns === null || nowMs - this.#lastMdnsMs < (isEager ? mdnsEagerMs : mdnsCalmMs)) return;
    this.#lastMdnsMs = nowMs;
    this.#mdns.query();
  }

  #startMdns(): void {
    const { options, self, random, log } = this.#parts;
    if (!options.mdns) return;
    this.#joiner.begin('mdns');
    try {
      this.#mdns = startMdns(toHex(random.bytes(4)), self, (node) => this.#joiner.offer('mdns', [node]), log);
    } catch (error) {
      this.#joiner.end('mdns');
      log.info('mdns-unavailable', { detail: error instanceof Error ? error.message : String(error) });
    }
  }

  #somebodyHeard(): Promise<void> {
    const { clock, node } = this.#parts;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#isOver || (node()?.heard().length ?? 0) > 0) resolve();
        else this.#nextHello = clock.setTimer(50, look);
      };
      look();
    });
  }

  #isSelf(other: HostPort): boolean {
    const { self, node, options } = this.#parts;
    const address = self();
    if (address !== null && sameAddress(address, other)) return true;
    // Our own port at this machine's own addresses, whatever others call us.
    const port = node()?.port();
    return (
      other.port === port &&
      (other.host === likelyHost(options.bind.host) || (options.bind.host === '0.0.0.0' && other.host === '127.0.0.1'))
    );
  }

  #linkAnswers(): number {
    return this.#joiner.reports().find(({ way }) => way === 'link')?.answered ?? 0;
  }

  #load(): readonly HostPort[] {
    return this.#remembered(() => this.#parts.options.knownNodes.load().filter(isReachableForm)) ?? [];
  }

  #jittered(delayMs: number): number {
    return delayMs * (0.75 + this.#parts.random.fraction() / 2);
  }

  /** A disk that is full costs a slower start next time, not the node. */
  #remembered<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      this.#parts.log.warn('memory-failed', { detail: error instanceof Error ? error.message : String(error) });
      return null;
    }
  }
}

function waysOff({ mdns, localRendezvous, bitTorrent }: JoiningOptions): JoinWay[] {
  const off: JoinWay[] = [];
  if (!mdns) off.push('mdns');
  if (localRendezvous === null) off.push('same-computer');
  if (bitTorrent === null) off.push('bittorrent');
  return off;
}
