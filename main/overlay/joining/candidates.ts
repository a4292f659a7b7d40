import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import { isPrivateHost, isReachableForm } from '../address.ts';
import type { Networks } from '../networks.ts';
import { joinWays, type JoinWay } from './join-ways.ts';

/** How far a way is believed. */
interface WayRule {
  /** Named addresses that wait to be asked; more are dropped. */
  readonly waiting: number;
  /** Of one /24 among those that wait: who controls a network names thousands of its addresses as easily as one. */
  readonly perNetwork: number;
  /** Strangers there could send us, and everybody else who looks, knocking inside our own house. */
  readonly publicOnly: boolean;
  /** An address is asked again only after so long. */
  readonly againAfterMs: number;
}

/** Nobody there just now; by then it may have started, or the line may be back. */
const againMs = 10_000;
/** Beside us two may start together, and each is nobody's neighbour for a moment. */
const nearbyAgainMs = 400;

const rules: Readonly<Record<JoinWay, WayRule>> = {
  cached: { waiting: 96, perNetwork: 4, publicOnly: false, againAfterMs: againMs },
  link: { waiting: 16, perNetwork: 16, publicOnly: false, againAfterMs: againMs },
  listed: { waiting: 64, perNetwork: 64, publicOnly: false, againAfterMs: againMs },
  mdns: { waiting: 32, perNetwork: 32, publicOnly: false, againAfterMs: nearbyAgainMs },
  'same-computer': { waiting: 64, perNetwork: 64, publicOnly: false, againAfterMs: nearbyAgainMs },
  bittorrent: { waiting: 128, perNetwork: 2, publicOnly: true, againAfterMs: 60_000 },
  introduced: { waiting: 32, perNetwork: 2, publicOnly: false, againAfterMs: 60_000 },
};

/** Addresses asked lately that are remembered. */
const maxRemembered = 1_024;

export interface Candidate {
  readonly way: JoinWay;
  readonly node: HostPort;
}

export interface CandidatesParts {
  readonly networks: Networks;
  /** Places where we are ourselves. */
  readonly isSelf: (node: HostPort) => boolean;
  /** Tests and laboratories: private addresses are as good as public ones, whoever names them. */
  readonly believesPrivate: boolean;
}

/**
 * Addresses that were named and may be asked. Each way has a queue of its own and they take turns, so that thousands of useless
 * addresses that one way brings cost the others nothing.
 */
export class Candidates {
  readonly #parts: CandidatesParts;
  readonly #queues = new Map<JoinWay, HostPort[]>(joinWays.map((way) => [way, []]));
  /** When each was last asked, oldest first. */
  readonly #askedMs = new Map<string, number>();
  #turn = 0;

  constructor(parts: CandidatesParts) {
    this.#parts = parts;
  }

  /** False: not to be asked, or not now. */
  offer(way: JoinWay, node: HostPort, nowMs: number): boolean {
    const { networks, isSelf, believesPrivate } = this.#parts;
    const rule = rules[way];
    const queue = this.#queues.get(way) ?? [];
    if (!isReachableForm(node) || isSelf(node) || queue.length >= rule.waiting) return false;
    if (rule.publicOnly && !believesPrivate && isPrivateHost(node.host)) return false;
    const key = hostPortText(node);
    const askedMs = this.#askedMs.get(key);
    if (askedMs !== undefined && nowMs - askedMs < rule.againAfterMs) return false;
    if (queue.some((other) => hostPortText(other) === key)) return false;
    const network = networks.network(node);
    if (queue.filter((other) => networks.network(other) === network).length >= rule.perNetwork) return false;
    queue.push({ host: node.host, port: node.port });
    return true;
  }

  /** The next to ask, which counts as asked now; null: none waits. */
  next(nowMs: number): Candidate | null {
    for (let step = 0; step < joinWays.length; step++) {
      const way = joinWays[(this.#turn + step) % joinWays.length];
      const node = way === undefined ? undefined : this.#queues.get(way)?.shift();
      if (way === undefined || node === undefined) continue;
      this.#turn = (this.#turn + step + 1) % joinWays.length;
      const key = hostPortText(node);
      this.#askedMs.delete(key);
      this.#askedMs.set(key, nowMs);
      const oldest = this.#askedMs.size > maxRemembered ? this.#askedMs.keys().next() : null;
      if (oldest?.done === false) this.#askedMs.delete(oldest.value);
      return { way, node };
    }
    return null;
  }

  drop(way: JoinWay): void {
    this.#queues.set(way, []);
  }

  get waiting(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }
}
