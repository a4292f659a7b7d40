import type { PairMessage, RelayStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';

/** A client's connection to us, as the pairings see it. */
export interface RelayClient {
  /** Its /24: quotas go by it, because keys are free. */
  readonly network: string;
  /** Where its connection comes from; its relayed packets come from there too, and from nowhere else. */
  readonly host: string;
  readonly port: number;
  send(message: PairMessage): void;
}

export interface PairingLimits {
  /** Pairs open or waiting, in all, of one network, and of one connection. */
  readonly total: number;
  readonly perNetwork: number;
  readonly perClient: number;
  /** One side waits so long for the other. */
  readonly waitMs: number;
  /** Of one pair, both ways together, in the long run and at once. */
  readonly bytesPerSecond: number;
  readonly burstBytes: number;
  /** Of all pairs, in the long run and at once. */
  readonly totalBytesPerSecond: number;
  readonly totalBurstBytes: number;
}

export const defaultPairingLimits: PairingLimits = {
  total: 128,
  // As many as TURN allocations of a network.
  perNetwork: 8,
  perClient: 2,
  // HyperDHT's own clients give up after 15 s.
  waitMs: 15_000,
  // Messages and, as a last resort, one call's media: 64 kbit/s each way, in packets that are sealed twice more, are 25 kB/s.
  bytesPerSecond: 32_000,
  burstBytes: 1_000_000,
  // 4 Mbit/s, as the relay's: 16 such calls.
  totalBytesPerSecond: 500_000,
  totalBurstBytes: 8_000_000,
};

const accountEveryMs = 1_000;
/** The poorest voice, in packets of 60 ms, both ways; messages and heartbeats stay below. */
const voiceBytesPerSecond = 2_000;

interface End {
  readonly client: RelayClient;
  /** Of the client's own stream. */
  readonly id: number;
  stream: RelayStream | null;
}

interface Pairing {
  readonly key: string;
  readonly token: Buffer;
  /** The initiator's last, as in the protocol. */
  readonly ends: [End | null, End | null];
  timer: Timer | null;
  countedBytes: number;
  /** In the last second. */
  lately: number;
  budgetBytes: number;
}

export interface PairingCounters {
  readonly open: number;
  /** Those that carry as much as a voice now. */
  readonly busy: number;
  readonly waiting: number;
  readonly refused: number;
  readonly carriedBytes: number;
}

/** Brings those together who name the same token, within limits, and counts what they send each other. */
export class Pairings {
  readonly #clock: Clock;
  readonly #limits: PairingLimits;
  readonly #createStream: (firewall: Parameters<CreateStream>[0]) => RelayStream;
  readonly #all = new Map<string, Pairing>();
  #account: Timer | null = null;
  #refused = 0;
  #carriedBytes = 0;
  #isClosed = false;
  #totalBudgetBytes: number;

  constructor(clock: Clock, limits: PairingLimits, createStream: CreateStream) {
    this.#clock = clock;
    this.#limits = limits;
    this.#totalBudgetBytes = limits.totalBurstBytes;
    this.#createStream = createStream;
  }

  counters(): PairingCounters {
    const pairs = [...this.#all.values()];
    const open = pairs.filter(({ timer }) => timer === null).length;
    const busy = pairs.filter(({ lately }) => lately >= voiceBytesPerSecond).length;
    return { open, busy, waiting: this.#all.size - open, refused: this.#refused, carriedBytes: this.#carriedBytes };
  }

  /** False: refused, and the client's connection should end. */
  pair(client: RelayClient, { isInitiator, token, id }: PairMessage): boolean {
    const key = toHex(token);
    const side = isInitiator ? 1 : 0;
    const before = this.#all.get(key);
    if (before !== undefined && (before.timer === null || before.ends[side] !== null)) return true;
    if (this.#isClosed || this.#isTooMuch(client, before !== undefined)) {
      this.#refused += 1;
      return false;
    }
    const pairing = before ?? this.#wait(key, token);
    pairing.ends[side] = { client, id, stream: null };
    const [first, second] = pairing.ends;
    if (first !== null && second !== null) this.#open(pairing, first, second);
    return true;
  }

  /** Begins no more; what is open goes on. */
  refuseNew(): void {
    this.#isClosed = true;
  }

  /** One side has changed its mind. Only who is part of it can. */
  unpair(client: RelayClient, token: Buffer): void {
    const pairing = this.#all.get(toHex(token));
    if (pairing?.ends.some((end) => end?.client === client) === true) this.#close(pairing);
  }

  /** Its connection is gone. */
  leave(client: RelayClient): void {
    for (const pairing of this.#all.values()) {
      if (pairing.ends.some((end) => end?.client === client)) this.#close(pairing);
    }
  }

  stop(): void {
    for (const pairing of this.#all.values()) this.#close(pairing);
    this.#account?.cancel();
  }

  #isTooMuch(client: RelayClient, isKnown: boolean): boolean {
    const ends = [...this.#all.values()].flatMap((pairing) => pairing.ends.filter((end) => end !== null));
    const ofClient = ends.filter((end) => end.client === client).length;
    const ofNetwork = ends.filter((end) => end.client.network === client.network).length;
    return (
      (!isKnown && this.#all.size >= this.#limits.total) ||
      ofClient >= this.#limits.perClient ||
      ofNetwork >= this.#limits.perNetwork
    );
  }

  #wait(key: string, token: Buffer): Pairing {
    const { waitMs, burstBytes } = this.#limits;
    const pairing: Pairing = {
      key,
      token: Buffer.from(token),
      ends: [null, null],
      timer: null,
      countedBytes: 0,
      lately: 0,
      budgetBytes: burstBytes,
    };
    pairing.timer = this.#clock.setTimer(waitMs, () => this.#close(pairing));
    this.#all.set(key, pairing);
    return pairing;
  }

  #open(pairing: Pairing, first: End, second: End): void {
    pairing.timer?.cancel();
    pairing.timer = null;
    const streams = [first, second].map((end) => {
      const stream: RelayStream = this.#createStream((socket, port, host) => {
        if (port !== end.client.port || host !== end.client.host) return true;
        stream.connect(socket, end.id, port, host);
        return false;
      });
      stream.on('error', () => undefined);
      stream.on('close', () => this.#close(pairing));
      end.stream = stream;
      return stream;
    });
    const [one, other] = streams;
    if (one === undefined || other === undefined) return;
    one.relayTo(other);
    other.relayTo(one);
    const { token } = pairing;
    first.client.send({ isInitiator: false, token, id: one.id });
    second.client.send({ isInitiator: true, token, id: other.id });
    this.#account ??= this.#clock.setTimer(accountEveryMs, () => this.#countAll());
  }

  #close(pairing: Pairing): void {
    if (!this.#all.delete(pairing.key)) return;
    pairing.timer?.cancel();
    this.#count(pairing);
    for (const end of pairing.ends) end?.stream?.destroy();
  }

  #countAll(): void {
    this.#account = null;
    const { bytesPerSecond, burstBytes, totalBytesPerSecond, totalBurstBytes } = this.#limits;
    const before = this.#carriedBytes;
    for (const pairing of this.#all.values()) {
      pairing.budgetBytes = Math.min(burstBytes, pairing.budgetBytes + (bytesPerSecond * accountEveryMs) / 1000);
      if (this.#count(pairing) < 0) this.#close(pairing);
    }
    const earned = this.#totalBudgetBytes + (totalBytesPerSecond * accountEveryMs) / 1000;
    this.#totalBudgetBytes = Math.min(totalBurstBytes, earned) - (this.#carriedBytes - before);
    if (this.#totalBudgetBytes < 0) {
      this.#endBusiest();
      // The debt was that one's.
      this.#totalBudgetBytes = 0;
    }
    if (this.#all.size > 0) this.#account = this.#clock.setTimer(accountEveryMs, () => this.#countAll());
  }

  /** UDX passes packets on by itself: it can't be slowed, only ended. One at a time, so that most go on. */
  #endBusiest(): void {
    let busiest: Pairing | null = null;
    for (const pairing of this.#all.values()) if (busiest === null || pairing.lately > busiest.lately) busiest = pairing;
    if (busiest !== null) this.#close(busiest);
  }

  /** Returns what is left of its budget. */
  #count(pairing: Pairing): number {
    const bytes = pairing.ends.reduce((sum, end) => sum + (end?.stream?.bytesReceived ?? 0), 0);
    const fresh = Math.max(0, bytes - pairing.countedBytes);
    pairing.countedBytes = bytes;
    pairing.lately = fresh;
    pairing.budgetBytes -= fresh;
    this.#carriedBytes += fresh;
    return pairing.budgetBytes;
  }
}

type CreateStream = (
  firewall: (socket: Parameters<RelayStream['connect']>[0], port: number, host: string) => boolean,
) => RelayStream;
