import type { DhtReply } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import { sameAddress } from '../address.ts';
import { Candidates, type CandidatesParts } from './candidates.ts';
import type { Discovery } from './introductions.ts';
import { joinWays, type JoinWay, type WayReport } from './join-ways.ts';

/** Questions in flight: small packets, and a poisoned list of a hundred dead nodes is through in 4 s. */
const inFlightLimit = 32;
/** Given by a person or known to have worked: worth a second packet, should the first be lost. */
const tries: Readonly<Record<JoinWay, 1 | 2>> = {
  cached: 2,
  link: 2,
  listed: 2,
  mdns: 1,
  'same-computer': 1,
  bittorrent: 1,
  introduced: 1,
};
/** A dozen answers at once are one reason to look around. */
const gatherMs = 100;

export interface JoinerParts extends CandidatesParts {
  /** A question that only nodes of ours know how to answer; rejects after 1 s of silence. */
  readonly ask: (node: HostPort) => Promise<Pick<DhtReply, 'from' | 'error' | 'token' | 'closerNodes'>>;
  /** Nodes that are in our table and answered. */
  readonly heard: () => readonly HostPort[];
  readonly onDiscovery: (discovery: Discovery) => void;
  /** Somebody new of ours answered: look for those around us. */
  readonly onFound: () => void;
  readonly onReport: () => void;
  /** Ways that are not to be had here. */
  readonly off: readonly JoinWay[];
  readonly clock: Clock;
  readonly log: Logger;
}

interface Tally {
  asked: number;
  answered: number;
  foreign: number;
  startedMs: number | null;
  firstMs: number | null;
}

/**
 * Asks every address that any way names, all ways at once, and tells nodes of ours from whoever else answers there: the node id
 * in the answer must follow our own rule for the address it came from (checked where it is decoded), and the question is one
 * that only our nodes know. Who passes is in the routing table by that very answer; nobody else is kept. What is named costs
 * at most a packet or two each, in a bounded queue.
 */
export class Joiner {
  readonly #parts: JoinerParts;
  readonly #candidates: Candidates;
  readonly #tallies = new Map<JoinWay, Tally>();
  readonly #off: Set<JoinWay>;
  readonly #idle = new Set<() => void>();
  #inFlight = 0;
  #gathering: { cancel(): void } | null = null;
  #isStopped = false;

  constructor(parts: JoinerParts) {
    this.#parts = parts;
    this.#off = new Set(parts.off);
    this.#candidates = new Candidates(parts);
  }

  /** From now on its time counts. */
  begin(way: JoinWay): void {
    this.#off.delete(way);
    this.#tally(way).startedMs ??= this.#parts.clock.monotonicMs();
  }

  /** What waits is forgotten. */
  end(way: JoinWay): void {
    this.#off.add(way);
    this.#candidates.drop(way);
    this.#parts.onReport();
  }

  /** These were named: to be asked, unless they are known, are us, or are too many. */
  offer(way: JoinWay, nodes: Iterable<HostPort>): void {
    if (this.#isStopped || this.#off.has(way)) return;
    this.begin(way);
    const nowMs = this.#parts.clock.monotonicMs();
    const heard = new Set(this.#parts.heard().map(hostPortText));
    for (const node of nodes) {
      // Somebody whom another way found a moment before this one: it leads to the network all the same.
      if (heard.has(hostPortText(node))) this.#found(way, false);
      else this.#candidates.offer(way, node, nowMs);
    }
    this.#advance();
  }

  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idle.add(resolve));
  }

  reports(): readonly WayReport[] {
    return joinWays.map((way) => {
      const tally = this.#tallies.get(way);
      return {
        way,
        off: this.#off.has(way),
        asked: tally?.asked ?? 0,
        answered: tally?.answered ?? 0,
        foreign: tally?.foreign ?? 0,
        firstMs: tally?.firstMs ?? null,
      };
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#gathering?.cancel();
    for (const way of joinWays) this.#candidates.drop(way);
    this.#settle();
  }

  #advance(): void {
    while (this.#inFlight < inFlightLimit && !this.#isStopped) {
      const candidate = this.#candidates.next(this.#parts.clock.monotonicMs());
      if (candidate === null) break;
      this.#inFlight += 1;
      void this.#visit(candidate.way, candidate.node).finally(() => {
        this.#inFlight -= 1;
        this.#advance();
        this.#settle();
      });
    }
  }

  async #visit(way: JoinWay, node: HostPort): Promise<void> {
    this.#tally(way).asked += 1;
    for (let attempt = 0; attempt < tries[way]; attempt++) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- the second try is for a lost packet of the first
        const reply = await this.#parts.ask(node);
        if (this.#isStopped) return;
        const isOurs = reply.from.id !== null && reply.error === 0 && reply.token !== null;
        if (isOurs) {
          // Those who answered since it was asked count, too: two that a cache names answer at the same time.
          const before = this.#parts.heard().filter((other) => !sameAddress(other, node));
          this.#parts.onDiscovery({ found: node, theirs: reply.closerNodes ?? [], before, wasIntroduced: way === 'introduced' });
          return this.#found(way, true);
        }
        this.#tally(way).foreign += 1;
        this.#parts.log.debug('not-ours', { way, node: hostPortText(node), error: reply.error });
        return;
      } catch {
        // Silence, or our own node is gone.
        if (this.#isStopped) return;
      }
    }
  }

  #found(way: JoinWay, isNew: boolean): void {
    const tally = this.#tally(way);
    if (isNew) tally.answered += 1;
    if (tally.firstMs === null) {
      const { clock, log, onReport } = this.#parts;
      tally.firstMs = Math.round(clock.monotonicMs() - (tally.startedMs ?? clock.monotonicMs()));
      log.info('joined', { way, ms: tally.firstMs });
      onReport();
    }
    if (!isNew) return;
    this.#gathering ??= this.#parts.clock.setTimer(gatherMs, () => {
      this.#gathering = null;
      this.#parts.onFound();
    });
  }

  #isIdle(): boolean {
    return this.#isStopped || (this.#inFlight === 0 && this.#candidates.waiting === 0);
  }

  #settle(): void {
    if (!this.#isIdle()) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }

  #tally(way: JoinWay): Tally {
    const before = this.#tallies.get(way);
    if (before !== undefined) return before;
    const tally: Tally = { asked: 0, answered: 0, foreign: 0, startedMs: null, firstMs: null };
    this.#tallies.set(way, tally);
    return tally;
  }
}
