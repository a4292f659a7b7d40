import type { IceServer } from '../../calls/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { channelHeaderBytes, type TransportAddress } from '../../stun/index.ts';
import type { Base, Route } from './base.ts';
import type { IceNet, TurnLink } from './ice-net.ts';
import { TurnSession } from './turn-client/turn-session.ts';

/** Each begins so much later than the one before (as RFC 8305 §5 does it). */
const headStartMs = 250;
/** A relay that was lost is asked again after this, then more and more seldom. */
const firstRetryMs = 500;
const slowestRetryMs = 30_000;
/** Refusals that more of the same would not change: the credentials (400, 401, 441), or that we are there already (403). */
const finalCodes: ReadonlySet<number> = new Set([400, 401, 403, 441]);
/** Among relays: UDP before TCP before TLS, then by round trip. */
const preference: Readonly<Record<IceServer['transport'], number>> = { udp: 60_000, tcp: 40_000, tls: 20_000 };
const maxCountedMs = 10_000;

export interface RelayRaceParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly net: IceNet;
  readonly onBase: (base: Base) => void;
  readonly onBaseGone: (base: Base) => void;
  readonly onPacket: (base: Base, bytes: Buffer, from: TransportAddress) => void;
  /** The system says that the relay is not there. */
  readonly onTrouble: (base: Base) => void;
}

interface Runner {
  readonly server: IceServer;
  link: TurnLink | null;
  session: TurnSession | null;
  bases: readonly Base[];
  isOver: boolean;
}

/** The transports of one relay, raced in the order they are given: whichever gives an allocation first ends the race, and when it is lost, it is run again. */
export class RelayRace {
  readonly #parts: RelayRaceParts;
  #servers: readonly IceServer[];
  #runners: Runner[] = [];
  #starts: Timer[] = [];
  #retry: Timer | null = null;
  #retryMs = firstRetryMs;
  #isStopped = false;

  constructor(servers: readonly IceServer[], parts: RelayRaceParts) {
    this.#servers = servers;
    this.#parts = parts;
    this.#run();
  }

  get bases(): readonly Base[] {
    return this.#runners.flatMap(({ bases }) => bases);
  }

  /** Fresh credentials; an allocation that is there goes on with its own. */
  renew(servers: readonly IceServer[]): void {
    this.#servers = servers;
    this.#retryMs = firstRetryMs;
    if (this.#runners.every(({ isOver }) => isOver) && this.#starts.length === 0) this.#run();
  }

  /** What left from an address that this computer has not any more is lost; and whether the others live is asked. */
  probe(): void {
    for (const runner of this.#runners) {
      const isStranded = runner.link !== null && !this.#parts.net.hasAddress(runner.link.localHost);
      if (isStranded) this.#lost(runner, null);
      else runner.session?.probe();
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#retry?.cancel();
    this.#clearStarts();
    for (const runner of this.#runners) this.#close(runner);
    this.#runners = [];
  }

  #run(): void {
    this.#retry?.cancel();
    for (const [index, server] of this.#servers.entries()) {
      const runner: Runner = { server, link: null, session: null, bases: [], isOver: false };
      this.#runners.push(runner);
      if (index === 0) this.#start(runner);
      else this.#starts.push(this.#parts.clock.setTimer(index * headStartMs, () => this.#start(runner)));
    }
  }

  #start(runner: Runner): void {
    const { net, clock, random } = this.#parts;
    const { server } = runner;
    if (runner.isOver || this.#isStopped) return;
    const handlers = {
      frame: (bytes: Buffer) => runner.session?.receive(bytes),
      trouble: () => {
        for (const base of runner.bases) this.#parts.onTrouble(base);
        if (runner.bases.length > 0) runner.session?.probe();
      },
      closed: () => this.#lost(runner, null),
    };
    net.openLink(server, handlers, (link) => {
      if (link === null) return this.#lost(runner, null);
      if (runner.isOver || this.#isStopped) return link.close();
      runner.link = link;
      runner.session = new TurnSession({
        clock,
        random,
        username: server.username ?? '',
        password: server.credential ?? '',
        isReliable: link.isReliable,
        send: (bytes, length) => link.send(bytes, length),
        onAllocated: (relayed) => this.#won(runner, link, relayed),
        onPacket: (bytes, from) => {
          const base = runner.bases.find(({ address }) => address.family === from.family);
          if (base !== undefined) this.#parts.onPacket(base, bytes, from);
        },
        onGone: (code) => this.#lost(runner, code),
      });
      runner.session.start();
    });
  }

  #won(winner: Runner, link: TurnLink, relayed: readonly TransportAddress[]): void {
    const { session } = winner;
    if (session === null) return;
    this.#retryMs = firstRetryMs;
    this.#clearStarts();
    for (const other of this.#runners.filter((runner) => runner !== winner && runner.bases.length === 0)) this.#close(other);
    this.#runners = this.#runners.filter(({ isOver }) => !isOver);
    const rttMs = Math.min(winner.server.rttMs ?? 0, maxCountedMs);
    winner.bases = relayed.map((address) => ({
      kind: 'relay',
      address,
      localPreference: preference[winner.server.transport] - Math.round(rttMs),
      overheadBytes: link.overheadBytes + channelHeaderBytes,
      only: null,
      route: (to) => session.peer(to) ?? nowhere,
    }));
    for (const base of winner.bases) this.#parts.onBase(base);
  }

  #lost(runner: Runner, code: number | null): void {
    if (runner.isOver) return;
    const { bases } = runner;
    this.#close(runner);
    this.#runners = this.#runners.filter((other) => other !== runner);
    for (const base of bases) this.#parts.onBaseGone(base);
    const isFinal = code !== null && finalCodes.has(code);
    const isLast = this.#runners.every(({ isOver }) => isOver);
    if (this.#isStopped || !isLast || isFinal) return;
    this.#clearStarts();
    // What was there a moment ago is asked for again at once.
    this.#retry = this.#parts.clock.setTimer(bases.length > 0 ? 0 : this.#retryMs, () => this.#run());
    this.#retryMs = Math.min(this.#retryMs * 2, slowestRetryMs);
  }

  #close(runner: Runner): void {
    runner.isOver = true;
    runner.bases = [];
    runner.session?.close();
    runner.link?.close();
  }

  #clearStarts(): void {
    for (const start of this.#starts.splice(0)) start.cancel();
  }
}

/** More peers than a relay is asked for: a peer that tells so many addresses is not asked there at all. */
const nowhere: Route = { isRefused: true, send: () => undefined };
