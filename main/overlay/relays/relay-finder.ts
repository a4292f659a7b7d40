import type { DhtNode, NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import { Listeners } from '../../ports/listeners.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Unsubscribe } from '../../ports/peer-wire.ts';
import type { Random } from '../../ports/random.ts';
import { decodeRelayAnswer, encodeRelayAnswer, type RelayAnswer } from '../../tickets/index.ts';
import { sameAddress } from '../address.ts';
import { LookOut } from '../look-out.ts';
import { selectDiverse, type Networks } from '../networks.ts';
import type { KnownRelay } from './relays.ts';
import { relayCommand, relayTarget } from './relay-wire.ts';
import type { Probe } from './stun-probe.ts';

/** What of a node the finder speaks through. */
export interface RelayDht {
  heard(): readonly NodeAddress[];
  /** All ways to ask a node something: one, or several of which one may lie. */
  ways(): readonly Asker[];
}
type Asker = Pick<DhtNode, 'request'>;

export interface RelayFinderParts {
  readonly node: () => RelayDht | null;
  readonly networks: Networks;
  readonly probe: Probe;
  /** Where we are ourselves: our own relay is none for us. */
  readonly self: () => HostPort | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** A call takes three; the others are there when some of those are gone. */
const maxKnown = 6;
/** Of the nodes that were heard, in one round: 20 packets or so. */
const maxAskedPerRound = 12;
const atOnce = 4;
/** A relay that restarted has another key: it is found anew within so long. */
const everyMs = 120_000;
/** One may die in a call, and another with it or after it. */
const enoughKnown = 3;
/** While fewer are known. */
const eagerMs = 2_000;
const settleMs = 300;
/** A node that said that it does not relay is believed for so long, unless there are too few others: it may just have begun. */
const noRelayMs = 600_000;
const maxRemembered = 1_000;
/** A lost packet or two make no dead relay. */
const maxFailures = 2;
const requestTries = 2;

interface Entry extends KnownRelay {
  readonly at: NodeAddress;
  failures: number;
}

/** Asks the nodes that were heard whether they relay, measures those that do, and keeps the nearest of distinct networks. */
export class RelayFinder {
  readonly #parts: RelayFinderParts;
  readonly #changed: Listeners<[]>;
  readonly #entries = new Map<string, Entry>();
  /** Who does not relay, and since when that is known. */
  readonly #others = new Map<string, number>();
  readonly #lookOut: LookOut;

  constructor(parts: RelayFinderParts) {
    this.#parts = parts;
    this.#lookOut = new LookOut({
      clock: parts.clock,
      log: parts.log,
      settleMs,
      everyMs,
      eagerMs,
      isEnough: () => this.#entries.size >= enoughKnown,
      round: () => this.#round(),
    });
    this.#changed = new Listeners(parts.log);
  }

  known(): readonly KnownRelay[] {
    return this.#sorted().map(({ relay, rttMs, clockOffsetMs }) => ({ relay, rttMs, clockOffsetMs }));
  }

  onChange(listener: () => void): Unsubscribe {
    return this.#changed.add(listener);
  }

  /** Somebody new was heard. */
  neighboursChanged(): void {
    this.#lookOut.beEager();
    if (this.#entries.size < maxKnown) this.#lookOut.soon();
  }

  /** Our network changed: what was measured says nothing any more. */
  networkChanged(): void {
    this.#lookOut.beEager();
    this.#lookOut.soon();
  }

  stop(): void {
    this.#lookOut.stop();
  }

  #round(): Promise<void> | null {
    const node = this.#parts.node();
    return node === null ? null : this.#meetAll(node);
  }

  async #meetAll(node: RelayDht): Promise<void> {
    const queue = this.#candidates(node);
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined && !this.#lookOut.isStopped; next = queue.shift()) {
        // oxlint-disable-next-line no-await-in-loop -- so many at once and no more
        await this.#meet(node, next);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  /** Those we have first, then others in random order: not everybody asks the same. */
  #candidates(node: RelayDht): NodeAddress[] {
    const { clock, random } = this.#parts;
    const known = [...this.#entries.values()].map(({ at }) => at);
    const self = this.#parts.self();
    const fresh = node
      .heard()
      .filter((other) => {
        const key = hostPortText(other);
        const askedMs = this.#others.get(key);
        const isAnswered = known.length >= enoughKnown && askedMs !== undefined && clock.monotonicMs() - askedMs < noRelayMs;
        return !isAnswered && !this.#entries.has(key) && (self === null || !sameAddress(other, self));
      })
      .map((other) => ({ other, order: random.fraction() }))
      .toSorted((left, right) => left.order - right.order)
      .map(({ other }) => other);
    return [...known, ...fresh].slice(0, maxAskedPerRound);
  }

  async #meet(node: RelayDht, at: NodeAddress): Promise<void> {
    const key = hostPortText(at);
    const answer = mostSaid(await Promise.all(node.ways().map((way) => ask(way, at))));
    if (answer === 'silent') {
      const entry = this.#entries.get(key);
      if (entry === undefined) return;
      entry.failures += 1;
      if (entry.failures >= maxFailures) this.#forget(key);
      return;
    }
    if (answer === 'no-relay') {
      this.#forget(key);
      this.#remember(key);
      return;
    }
    await this.#keep(at, answer);
  }

  async #keep(at: NodeAddress, answer: RelayAnswer): Promise<void> {
    const { clock, probe } = this.#parts;
    const clockOffsetMs = answer.nowS * 1000 + 500 - clock.nowMs();
    const { host6, udp, tcp, tls, key, pin } = answer;
    const rttMs = udp === 0 ? null : await probe({ host: at.host, port: udp });
    if (this.#lookOut.isStopped) return;
    // Its own address is where it answers from: a liar can't send us to somebody else.
    const relay = { host4: at.host, host6, udp, tcp, tls, key, pin };
    this.#entries.set(hostPortText(at), { at, relay, rttMs, clockOffsetMs, failures: 0 });
    const kept = new Set(this.#sorted());
    for (const [name, entry] of this.#entries) if (!kept.has(entry)) this.#entries.delete(name);
    this.#changed.emit();
  }

  #sorted(): Entry[] {
    const { networks } = this.#parts;
    const byDistance = [...this.#entries.values()].toSorted((left, right) => distance(left) - distance(right));
    const chosen = selectDiverse(
      networks,
      byDistance.map((entry) => ({ ...entry.at, entry })),
      maxKnown,
    );
    return chosen.map(({ entry }) => entry);
  }

  #forget(key: string): void {
    if (this.#entries.delete(key)) this.#changed.emit();
  }

  #remember(key: string): void {
    this.#others.delete(key);
    this.#others.set(key, this.#parts.clock.monotonicMs());
    const [oldest] = this.#others.keys();
    if (this.#others.size > maxRemembered && oldest !== undefined) this.#others.delete(oldest);
  }
}

/** Where UDP is blocked none is measured, and all are as good as each other. */
const distance = ({ rttMs }: KnownRelay): number => rttMs ?? Number.MAX_SAFE_INTEGER;

type Answer = RelayAnswer | 'no-relay' | 'silent';

/** What is the same whenever it is said. */
const gistOf = (answer: Answer): string =>
  typeof answer === 'string' ? answer : toHex(encodeRelayAnswer({ ...answer, nowS: 0 }));

/** What most of those say that say something; `silent` where that is nobody, or as many say something else. */
function mostSaid(answers: readonly Answer[]): Answer {
  const said = Map.groupBy(
    answers.filter((answer) => answer !== 'silent'),
    gistOf,
  );
  const [most = [], next = []] = [...said.values()].toSorted((left, right) => right.length - left.length);
  return most.length > next.length ? (most[0] ?? 'silent') : 'silent';
}

/** First for a token, then for the answer. */
async function ask(node: Asker, at: NodeAddress): Promise<Answer> {
  const greeting = await request(node, at, null);
  if (greeting === null) return 'silent';
  if (greeting.error !== 0 || greeting.token === null) return 'no-relay';
  const reply = await request(node, at, greeting.token);
  if (reply === null) return 'silent';
  const answer = reply.error !== 0 || reply.value === null ? null : decodeRelayAnswer(new Uint8Array(reply.value));
  return answer ?? 'no-relay';
}

async function request(node: Asker, at: NodeAddress, token: Uint8Array | null): ReturnType<typeof tryOnce> {
  for (let attempt = 1; attempt < requestTries; attempt += 1) {
    // oxlint-disable-next-line no-await-in-loop -- the next try is for a lost packet of this one
    const reply = await tryOnce(node, at, token);
    if (reply !== null) return reply;
  }
  return tryOnce(node, at, token);
}

async function tryOnce(node: Asker, at: NodeAddress, token: Uint8Array | null) {
  try {
    return await node.request({ command: relayCommand, target: relayTarget, value: null, token }, at);
  } catch {
    // Silence for a second, or our own node is gone.
    return null;
  }
}
