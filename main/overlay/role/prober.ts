import type { DhtNode, DhtReply } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import type { Random } from '../../ports/random.ts';
import type { Networks } from '../networks.ts';
import { decodeKnock, encodeProbeQuestion, probeAnswers, probeCommand, probeTarget } from './probe-command.ts';
import { askedAtOnce, type ProbeOutcome } from './reach.ts';

/** Two datagrams 300 ms apart, and a slow line. */
const knockMs = 3_000;

export interface ProberParts {
  readonly networks: Networks;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ProbeRound {
  readonly outcomes: readonly ProbeOutcome[];
  /** Other networks that could have been asked. */
  readonly networksKnown: number;
}

interface Waiting {
  readonly helper: HostPort;
  readonly heard: () => void;
}

/** Asks supernodes of distinct networks to dial us, and listens for them. */
export class Prober {
  readonly #parts: ProberParts;
  /** By nonce. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(parts: ProberParts) {
    this.#parts = parts;
  }

  /** One round. Resolves within some seconds. */
  async measure(dht: Pick<DhtNode, 'heard' | 'request' | 'port' | 'onDatagram'>): Promise<ProbeRound> {
    const helpers = this.#oneOfEachNetwork(dht.heard());
    const unlisten = dht.onDatagram((bytes, from) => this.#hear(bytes, from));
    try {
      const outcomes = await Promise.all(helpers.slice(0, askedAtOnce).map((helper) => this.#ask(dht, helper)));
      return { outcomes, networksKnown: helpers.length };
    } finally {
      unlisten();
    }
  }

  /** In an order that nobody can foresee: who wants to vouch for somebody can't place himself in front. */
  #oneOfEachNetwork(heard: readonly HostPort[]): readonly HostPort[] {
    const { networks, random } = this.#parts;
    const byNetwork = new Map<string, { readonly node: HostPort; readonly rank: number }>();
    for (const node of heard) {
      const network = networks.network(node);
      const rank = random.fraction();
      const before = byNetwork.get(network);
      if (before === undefined || rank < before.rank) byNetwork.set(network, { node, rank });
    }
    return [...byNetwork.values()].toSorted((left, right) => left.rank - right.rank).map(({ node }) => node);
  }

  async #ask(dht: Pick<DhtNode, 'request' | 'port'>, helper: HostPort): Promise<ProbeOutcome> {
    const nonce = this.#parts.random.bytes(16);
    const key = toHex(nonce);
    const heard = this.#listenFor(key, helper);
    try {
      const greeting = await dht.request({ command: probeCommand, target: probeTarget, value: null }, helper);
      if (greeting.error !== 0 || greeting.token === null) return 'refused';
      const value = encodeProbeQuestion({ port: dht.port(), nonce });
      const reply = await dht.request({ command: probeCommand, target: probeTarget, value, token: greeting.token }, helper);
      if (!isDialing(reply)) return 'refused';
      return (await heard.within(knockMs)) ? 'reached' : 'silent';
    } catch {
      // Silence for a second, or our own node is gone.
      return 'refused';
    } finally {
      this.#waiting.delete(key);
    }
  }

  #listenFor(key: string, helper: HostPort): { within(limitMs: number): Promise<boolean> } {
    let isHeard = false;
    let resolve: ((value: boolean) => void) | null = null;
    this.#waiting.set(key, {
      helper,
      heard() {
        isHeard = true;
        resolve?.(true);
      },
    });
    return {
      within: (limitMs) =>
        new Promise((done) => {
          resolve = done;
          if (isHeard) done(true);
          this.#parts.clock.setTimer(limitMs, () => done(isHeard));
        }),
    };
  }

  /** From the helper's own address, but not from the socket that we asked: through that one a router lets answers in. */
  #hear(bytes: Uint8Array, from: HostPort): void {
    const nonce = decodeKnock(bytes);
    const waiting = nonce === null ? undefined : this.#waiting.get(toHex(nonce));
    if (waiting === undefined || waiting.helper.host !== from.host) return;
    if (hostPortText(waiting.helper) !== hostPortText(from)) waiting.heard();
  }
}

const isDialing = ({ error, value }: DhtReply): boolean =>
  error === 0 && value !== null && value.byteLength === 1 && value[0] === probeAnswers.dialing;
