import type { DhtReply, DhtRequest, RequestMessage } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import { KeyedLimiter, TokenBucket } from '../../ports/token-bucket.ts';
import { isReachableForm, sameAddress } from '../address.ts';
import { directoryCommands } from '../directory/directory-wire.ts';
import { closestSetSize, lookupClosest } from '../lookup.ts';
import type { Networks } from '../networks.ts';
import { shuffled } from './known-nodes.ts';

/** HyperDHT itself uses 0–10. Without a token a token is given, with one the nodes in the value are asked whether they are there. */
export const introduceCommand = 113;

/** In one introduction. */
const maxIntroduced = 4;
/** On each side: neighbours, so that what lies around us becomes one, and others elsewhere, so that it does everywhere. */
const toldNear = 4;
const toldFar = 2;
const addressBytes = 6;
/** What is sent because of somebody's request is at most so much: four small questions for one small request, from a known source. */
const perNetwork = { perSecond: 1 / 30, burst: 8 };
const total = { perSecond: 1, burst: 30 };
/** Looking whether somebody belongs to another network takes some eighty questions. */
const looks = { perSecond: 1 / 150, burst: 4 };
/** Lookups that end at the same nodes, as a share: in one network nearly all are, but for those that don't answer or have just come. */
const oneNetwork = 0.5;
/** Whoever was told of two networks sees them when they have begun to mingle, and passes on until they have. */
const oneWhileMerging = 0.8;
/** Those who are found together are looked at together; ± 50 %, so that a street whose power is back doesn't look at once. */
const gatherMs = 1_500;
const maxGathered = 16;

export function encodeAddresses(nodes: readonly HostPort[]): Uint8Array {
  const bytes = Buffer.alloc(Math.min(nodes.length, maxIntroduced) * addressBytes);
  for (const [index, { host, port }] of nodes.slice(0, maxIntroduced).entries()) {
    for (const [part, value] of host.split('.').entries()) bytes[index * addressBytes + part] = Number(value);
    bytes.writeUInt16BE(port, index * addressBytes + 4);
  }
  return bytes;
}

/** Null: not what an introduction looks like. */
export function decodeAddresses(bytes: Uint8Array): HostPort[] | null {
  const count = bytes.byteLength / addressBytes;
  if (!Number.isInteger(count) || count < 1 || count > maxIntroduced) return null;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nodes = Array.from({ length: count }, (_, index) => ({
    host: [...view.subarray(index * addressBytes, index * addressBytes + 4)].join('.'),
    port: view.readUInt16BE(index * addressBytes + 4),
  }));
  return nodes.every(isReachableForm) ? nodes : null;
}

export interface IntroductionsParts {
  readonly networks: Networks;
  readonly self: () => HostPort | null;
  /** One try, 1 s; null: silence. */
  readonly request: (message: RequestMessage, to: HostPort) => Promise<DhtReply | null>;
  /** Somebody told us of these. */
  readonly onIntroduced: (nodes: readonly HostPort[]) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Somebody of ours who answered for the first time. */
export interface Discovery {
  readonly found: HostPort;
  /** Whom it named. */
  readonly theirs: readonly HostPort[];
  /** Whom we heard before. */
  readonly before: readonly HostPort[];
  /** We were told of it: whoever told us has seen two networks. */
  readonly wasIntroduced: boolean;
}

/**
 * Makes one network of two. Beginning with somebody we found, and beginning with those we knew, we look for the nodes closest to
 * one id. If these are not for the most part the same nodes, then the two belong to different networks, and we tell some on each
 * side of some on the other, close by and elsewhere. They ask those, which is their discovery, and so on, until nobody is left
 * to whom it is one. Who looks and is a supernode is known to those it asked.
 */
export class Introductions {
  readonly #parts: IntroductionsParts;
  readonly #asked: KeyedLimiter;
  readonly #looks: TokenBucket;
  #gathered: Discovery[] = [];
  #timer: Timer | null = null;
  #isLooking = false;
  #isStopped = false;

  constructor(parts: IntroductionsParts) {
    this.#parts = parts;
    const nowMs = parts.clock.monotonicMs();
    this.#asked = new KeyedLimiter(perNetwork, total, nowMs);
    this.#looks = new TokenBucket(looks.perSecond, looks.burst, nowMs);
  }

  consider(discovery: Discovery): void {
    const { found, theirs, before, wasIntroduced } = discovery;
    const known = new Set(before.map(hostPortText));
    const isSame = [found, ...theirs].some((node) => known.has(hostPortText(node)));
    if (before.length === 0 || (isSame && !wasIntroduced) || this.#isStopped || this.#gathered.length >= maxGathered) return;
    this.#gathered.push(discovery);
    this.#later();
  }

  /** False: not an introduction. */
  answer(request: DhtRequest): boolean {
    const { command, token, value, from } = request;
    if (command !== introduceCommand) return false;
    if (token === null) {
      request.reply(null, { token: true, closerNodes: false });
      return true;
    }
    const nodes = value === null ? null : decodeAddresses(value);
    request.reply(null, { token: false, closerNodes: false });
    const { networks, clock, onIntroduced } = this.#parts;
    if (nodes !== null && this.#asked.take(networks.network(from), clock.monotonicMs())) onIntroduced(nodes);
    return true;
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #later(): void {
    const { clock, random } = this.#parts;
    if (this.#isLooking || this.#isStopped) return;
    this.#timer ??= clock.setTimer(gatherMs * (0.5 + random.fraction()), () => {
      this.#timer = null;
      void this.#look();
    });
  }

  /** One of those that were gathered. */
  async #look(): Promise<void> {
    const { clock, random, log } = this.#parts;
    // The first: by the second, those whom it led to are among those we knew.
    const [discovery] = this.#gathered;
    this.#gathered = [];
    if (discovery === undefined || !this.#looks.take(clock.monotonicMs())) return;
    this.#isLooking = true;
    try {
      const { found, before } = discovery;
      // Anywhere: around our own id the two have begun to mingle as soon as we asked for our neighbours.
      const target = random.bytes(32);
      const [here, there] = await Promise.all([this.#closest(target, before), this.#closest(target, [found])]);
      const shared = here.filter((node) => there.some((other) => sameAddress(node, other))).length;
      if (this.#isStopped || here.length === 0 || there.length === 0) return;
      const enough = discovery.wasIntroduced ? oneWhileMerging : oneNetwork;
      if (shared >= Math.min(here.length, there.length) * enough) return;
      log.info('two-networks', { here: here.length, there: there.length, shared });
      const far = shuffled(before, random).slice(0, toldFar);
      const beyond = shuffled(discovery.theirs.filter(isReachableForm), random).slice(0, toldFar);
      await Promise.all([
        ...[...here.slice(0, toldNear), ...far].map((node) => this.#tell(node, there)),
        ...[...there.slice(0, toldNear), ...beyond].map((node) => this.#tell(node, here)),
      ]);
    } finally {
      this.#isLooking = false;
      if (this.#gathered.length > 0) this.#later();
    }
  }

  #closest(target: Uint8Array, seeds: readonly HostPort[]): Promise<readonly HostPort[]> {
    const { networks, self, request } = this.#parts;
    return lookupClosest({
      target,
      count: closestSetSize,
      networks,
      seeds,
      ask: (node) => request({ command: directoryCommands.get, target, value: null }, node),
      isCancelled: () => this.#isStopped,
      isSelf: (node) => {
        const own = self();
        return own !== null && sameAddress(node, own);
      },
    });
  }

  async #tell(node: HostPort, about: readonly HostPort[]): Promise<void> {
    const { request, random } = this.#parts;
    const message = { command: introduceCommand, target: random.bytes(32), value: null };
    const nodes = about.filter((other) => !sameAddress(other, node)).slice(0, maxIntroduced);
    const token = nodes.length === 0 ? null : ((await request(message, node))?.token ?? null);
    if (token !== null) await request({ ...message, value: encodeAddresses(nodes), token }, node);
  }
}
