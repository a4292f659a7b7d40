import type { DhtNode } from '../../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../../ports/clock.ts';
import type { HostPort } from '../../../ports/host-port.ts';
import type { Logger } from '../../../ports/logger.ts';
import type { Random } from '../../../ports/random.ts';
import { isPrivateHost } from '../../address.ts';
import type { Joiner } from '../joiner.ts';
import { shuffled } from '../known-nodes.ts';
import { announceShare, estimateNodes } from '../network-size.ts';
import type { MeetingPlace } from './meeting-place.ts';

/** Who knows where to ask asks there first, and strangers only if that brings nobody. */
const headStartMs = 1_000;
/** Nodes of BitTorrent's forget an announcement after about 30 minutes. */
const announceEveryMs = 15 * 60_000;
/** Nobody found: looked for again after so long, doubling. */
const lookFirstMs = 60_000;
const lookLastMs = 30 * 60_000;
/** Others that announce themselves, of whom an announcer meets a few: so islands that never met become one. */
const metByAnnouncer = 8;

export interface BitTorrentVisitsParts {
  /** Null: never, whatever is wanted. */
  readonly place: MeetingPlace | null;
  readonly believesPrivate: boolean;
  readonly joiner: Pick<Joiner, 'begin' | 'end' | 'offer'>;
  readonly node: () => Pick<DhtNode, 'id' | 'heard' | 'closest'> | null;
  readonly self: () => HostPort | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/**
 * When we go to the meeting place in BitTorrent's DHT: whoever has found nobody goes there to look, and of the supernodes that
 * strangers can reach some sixty are there to be found. Everybody else stays away.
 */
export class BitTorrentVisits {
  readonly #parts: BitTorrentVisitsParts;
  #isWanted = true;
  #isStarted = false;
  #running: AbortController | null = null;
  #headStart: Timer | null = null;
  #first: Promise<void> = Promise.resolve();
  #endFirst: () => void = () => undefined;
  #nextAnnounceMs = Number.NEGATIVE_INFINITY;
  #nextLookMs = Number.POSITIVE_INFINITY;
  #lookAfterMs = lookFirstMs;

  constructor(parts: BitTorrentVisitsParts) {
    this.#parts = parts;
  }

  /** @param isNewcomer nothing else is known that could be asked */
  start(isNewcomer: boolean): void {
    this.#isStarted = true;
    if (!this.#mayGo()) return;
    this.#first = new Promise((resolve) => (this.#endFirst = resolve));
    const begin = (): void => {
      this.#headStart = null;
      this.#nextLookMs = this.#parts.clock.monotonicMs();
      if (this.#isAlone() && this.#mayGo()) void this.#go(null).finally(() => this.#endFirst());
      else this.#endFirst();
    };
    if (isNewcomer) begin();
    else this.#headStart = this.#parts.clock.setTimer(headStartMs, begin);
  }

  /** Resolves when the first look is over, or is not needed. */
  firstLook(): Promise<void> {
    return this.#first;
  }

  setWanted(isWanted: boolean): void {
    if (this.#isWanted === isWanted) return;
    this.#isWanted = isWanted;
    if (this.#parts.place === null) return;
    if (isWanted) {
      this.#parts.joiner.begin('bittorrent');
      this.refresh();
      return;
    }
    this.#running?.abort();
    this.#parts.joiner.end('bittorrent');
  }

  tick(): void {
    if (!this.#mayGo() || this.#running !== null || this.#headStart !== null) return;
    const { clock, self } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (this.#canBeFound() && nowMs >= this.#nextAnnounceMs) {
      this.#nextAnnounceMs = nowMs + this.#jittered(announceEveryMs);
      if (this.#isAlone() || this.#parts.random.fraction() < this.#share()) void this.#go(self()?.port ?? null);
    } else if (this.#isAlone() && nowMs >= this.#nextLookMs) {
      void this.#go(null);
    }
  }

  refresh(): void {
    this.#lookAfterMs = lookFirstMs;
    this.#nextLookMs = Number.NEGATIVE_INFINITY;
    this.#nextAnnounceMs = Number.NEGATIVE_INFINITY;
  }

  stop(): void {
    this.#isWanted = false;
    this.#headStart?.cancel();
    this.#running?.abort();
    this.#endFirst();
  }

  async #go(announcePort: number | null): Promise<void> {
    const { place, joiner, clock, random, log } = this.#parts;
    if (place === null || this.#running !== null) return;
    const running = new AbortController();
    this.#running = running;
    joiner.begin('bittorrent');
    const named: HostPort[] = [];
    try {
      const report = await place.visit(
        announcePort,
        (node) => {
          // Who has nobody asks each as it comes; the others choose when they have heard all.
          if (this.#isAlone()) joiner.offer('bittorrent', [node]);
          else named.push(node);
        },
        running.signal,
      );
      if (!running.signal.aborted) joiner.offer('bittorrent', shuffled(named, random).slice(0, metByAnnouncer));
      log.info('bittorrent-visited', { nodes: report.nodes, announced: report.announced, named: named.length });
    } finally {
      this.#running = null;
      this.#nextLookMs = clock.monotonicMs() + this.#jittered(this.#lookAfterMs);
      this.#lookAfterMs = Math.min(lookLastMs, this.#lookAfterMs * 2);
    }
  }

  #mayGo(): boolean {
    return this.#isStarted && this.#isWanted && this.#parts.place !== null;
  }

  #isAlone(): boolean {
    return (this.#parts.node()?.heard().length ?? 0) === 0;
  }

  /** A supernode under an address that strangers can reach. */
  #canBeFound(): boolean {
    const { node, self, believesPrivate } = this.#parts;
    const address = self();
    return address !== null && (node()?.id() ?? null) !== null && (believesPrivate || !isPrivateHost(address.host));
  }

  #share(): number {
    const dht = this.#parts.node();
    const id = dht?.id() ?? null;
    if (dht === null || id === null) return 1;
    return announceShare(
      estimateNodes(
        id,
        dht.closest(id, 20).map((node) => node.id),
      ),
    );
  }

  #jittered(delayMs: number): number {
    return delayMs * (0.75 + this.#parts.random.fraction() / 2);
  }
}
