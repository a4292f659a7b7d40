import type { DhtNode, NodeAddress, SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import { sameAddress } from '../address.ts';
import { LookOut } from '../look-out.ts';
import { selectDiverse, type Networks } from '../networks.ts';
import { blindRelayCommand, blindRelayQuestion, blindRelayTarget, decodeBlindRelayAnswer } from './blind-relay-wire.ts';

/** A supernode that passes connections on unread. */
export interface BlindRelay {
  /** What it listens on, made anew at each of its starts. */
  readonly key: Uint8Array;
  readonly at: NodeAddress;
  /** Milliseconds, of the question for its key. */
  readonly rttMs: number;
}

/** What listening and dialing need to know of relays. */
export interface BlindRelays {
  /** The nearest first, of distinct networks. */
  known(): readonly BlindRelay[];
  find(key: Uint8Array): BlindRelay | null;
  /** Somebody wants to meet us at one we don't know (yet). */
  look(): void;
  /** Notes that this connection goes through that relay, if that is where its packets come from: one end may have been reachable after all. */
  noteRoute(stream: SecretStream, relay: BlindRelay): void;
  isRelayed(stream: SecretStream): boolean;
}

export interface BlindRelayBookParts {
  readonly node: () => Pick<DhtNode, 'heard' | 'request' | 'remember'> | null;
  readonly networks: Networks;
  /** Our own relay is none for us. */
  readonly self: () => HostPort | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Both ends of a connection must know the same relay; where there are at most so many supernodes, everybody knows all. */
const maxKnown = 24;
const maxAskedPerRound = 24;
/** A relay that restarted has another key. */
const everyMs = 60_000;
/** While none is known. */
const eagerMs = 1_000;
const settleMs = 200;
/** Somebody's request for an unknown relay makes us look at most so often. */
const lookEveryMs = 5_000;
/** A lost packet or two make no dead relay. */
const maxFailures = 2;

interface Entry extends BlindRelay {
  failures: number;
}

/** Asks the nodes that were heard for their relays' keys, again and again. */
export class BlindRelayBook implements BlindRelays {
  readonly #parts: BlindRelayBookParts;
  /** By the node's address. */
  readonly #entries = new Map<string, Entry>();
  readonly #relayed = new WeakSet<SecretStream>();
  readonly #lookOut: LookOut;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: BlindRelayBookParts) {
    this.#parts = parts;
    this.#lookOut = new LookOut({
      clock: parts.clock,
      log: parts.log.child('blind-relays'),
      settleMs,
      everyMs,
      eagerMs,
      isEnough: () => this.#entries.size > 0,
      round: () => this.#round(),
    });
  }

  known(): readonly BlindRelay[] {
    const sorted = [...this.#entries.values()].toSorted((left, right) => left.rttMs - right.rttMs);
    const diverse = selectDiverse(
      this.#parts.networks,
      sorted.map((relay) => ({ ...relay.at, relay })),
      maxKnown,
    );
    return diverse.map(({ relay }) => relay);
  }

  find(key: Uint8Array): BlindRelay | null {
    return [...this.#entries.values()].find((relay) => Buffer.compare(relay.key, key) === 0) ?? null;
  }

  look(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs - this.#lookedAtMs < lookEveryMs) return;
    this.#lookedAtMs = nowMs;
    this.#lookOut.now();
  }

  noteRoute(stream: SecretStream, relay: BlindRelay): void {
    const raw = stream.rawStream;
    if (raw !== null && raw.remoteHost === relay.at.host && raw.remotePort === relay.at.port) this.#relayed.add(stream);
  }

  isRelayed(stream: SecretStream): boolean {
    return this.#relayed.has(stream);
  }

  /** Somebody new was heard, or our network changed. */
  neighboursChanged(): void {
    this.#lookOut.beEager();
    this.#lookOut.soon();
  }

  stop(): void {
    this.#lookOut.stop();
  }

  #round(): Promise<void> | null {
    const node = this.#parts.node();
    return node === null ? null : this.#askAll(node);
  }

  async #askAll(node: Pick<DhtNode, 'heard' | 'request' | 'remember'>): Promise<void> {
    await Promise.all(this.#candidates(node.heard()).map((at) => this.#ask(node, at)));
  }

  /** Those we have first; of the others the latest heard. */
  #candidates(heard: readonly NodeAddress[]): NodeAddress[] {
    const self = this.#parts.self();
    const known = [...this.#entries.values()].map(({ at }) => at);
    const fresh = heard.filter(
      (other) => !this.#entries.has(hostPortText(other)) && (self === null || !sameAddress(other, self)),
    );
    return [...known, ...fresh].slice(0, maxAskedPerRound);
  }

  async #ask(node: Pick<DhtNode, 'request' | 'remember'>, at: NodeAddress): Promise<void> {
    const name = hostPortText(at);
    const question = { command: blindRelayCommand, target: blindRelayTarget, value: blindRelayQuestion };
    // Silence for a second, or our own node is gone.
    const reply = await node.request(question, at).catch(() => null);
    if (this.#lookOut.isStopped) return;
    const before = this.#entries.get(name);
    if (reply === null) {
      if (before !== undefined && (before.failures += 1) >= maxFailures) this.#entries.delete(name);
      return;
    }
    const key = reply.error === 0 ? decodeBlindRelayAnswer(reply.value) : null;
    if (key === null) {
      this.#entries.delete(name);
      return;
    }
    if (before === undefined && this.#entries.size >= maxKnown) return;
    this.#entries.set(name, { key, at: { host: at.host, port: at.port }, rttMs: reply.rtt, failures: 0 });
    // Both ends go straight to it instead of searching.
    node.remember(key, at);
    if (before === undefined) this.#parts.log.debug('blind-relay', { at: name, key: toHex(key).slice(0, 8) });
  }
}
