import {
  addressWords,
  IcmpQueue,
  MessageBatch,
  Readiness,
  socketAddressBytes,
  type IcmpError,
  type Syscalls,
  type UdpSocket,
} from '../../../native-shims/linux-udp/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { frameBytes, headroomBytes, type Frame, type FramePool } from '../turn/frame-pool.ts';
import { Outgoing } from './outgoing.ts';

/** Messages of one call; more in one gains nothing. */
const receiveBatch = 64;

/** How many packets can wait to be sent: those of some rounds. */
const sendBatch = 256;

/** Between two looks while packets come: half of it is added to a packet on average. */
const tickMs = 1;

/**
 * From so many packets in so long, looking every millisecond costs less than to be woken for each; below, or as soon as none
 * came in that time, the sockets are waited on.
 */
const busy = { packets: 40, windowMs: 100 } as const;

/** A look that finds so many is followed by the next at once, before the kernel's buffers are full. */
const crowd = 192;

/** Rounds of one socket in one look, before the others have their turn. */
const maxRounds = 4;

/** Words of ICMP on packets of one socket in one look. */
const maxErrors = 16;

/** A wait aside holds a thread of libuv's pool; a process that is ended without a word is kept by it no longer than this. */
const longestWaitMs = 500;

/** One socket of the loop. */
export interface LoopSocket {
  readonly socket: UdpSocket;
  /** It has packets of many all the time; else those of one call. */
  readonly isShared: boolean;
  /** The loop's own: the look that found something last. */
  lastLook: number;
  /** A packet of it could not be taken. Only of sockets that tell errors. */
  hearError(error: IcmpError, nowMs: number): void;
  /** One packet that came: its sender is in `names`, from word `at`. Takes the frame over. */
  take(frame: Frame, names: Uint32Array, at: number, nowMs: number): void;
}

/**
 * Carries packets of many UDP sockets in batches. While many come it looks at all sockets every millisecond; while few do, it
 * waits on another thread, so that this one is free for connections and timers all the time.
 */
export class BatchedLoop {
  readonly outgoing: Outgoing;
  readonly #clock: Clock;
  readonly #pool: FramePool;
  readonly #readiness: Readiness;
  readonly #errors: IcmpQueue;
  readonly #sockets = new Map<number, LoopSocket>();
  readonly #incoming: MessageBatch;
  readonly #frames: (Frame | null)[] = Array.from({ length: receiveBatch }, () => null);
  #nextKey = 0;
  #looks = 0;
  /** Slots of `#incoming` that were received into since they were made ready. */
  #used = receiveBatch;
  #windowMs = 0;
  #inWindow = 0;
  #isBusy = false;
  #isStarted = false;
  #isWaiting = false;
  #isClosed = false;
  #timer: Timer | null = null;
  #whenAwake: (() => void) | null = null;
  readonly #tick = (): void => this.#look();

  /** @throws SystemError */
  constructor(system: Syscalls, pool: FramePool, clock: Clock) {
    this.#clock = clock;
    this.#pool = pool;
    this.#readiness = new Readiness(system);
    this.#errors = new IcmpQueue(system);
    this.#incoming = new MessageBatch(system, receiveBatch, pool.memory);
    this.outgoing = new Outgoing(new MessageBatch(system, sendBatch, pool.memory));
  }

  /** @returns what to call before the socket is closed */
  add(entry: LoopSocket): () => void {
    const key = this.#nextKey;
    this.#nextKey += 1;
    this.#sockets.set(key, entry);
    this.#readiness.add(entry.socket.fd, key);
    if (!this.#isStarted) this.#wait();
    this.#isStarted = true;
    return () => {
      // Its number may be another's as soon as it is closed.
      this.outgoing.send();
      this.#sockets.delete(key);
      this.#readiness.remove(entry.socket.fd);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    if (this.#isWaiting) {
      await new Promise<void>((resolve) => {
        this.#whenAwake = resolve;
        this.#readiness.sound();
      });
    }
    for (const frame of this.#frames) frame?.release();
    this.#frames.fill(null);
    this.#readiness.close();
  }

  #look(): void {
    if (this.#isClosed) return;
    this.outgoing.hold();
    this.#looks += 1;
    const nowMs = this.#clock.monotonicMs();
    const ready = this.#readiness.look();
    let found = 0;
    for (let index = 0; index < ready; index += 1) {
      const entry = this.#sockets.get(this.#readiness.keyOf(index));
      if (entry === undefined) continue;
      // First: until they are read, reading packets fails.
      if (this.#readiness.hasFailed(index)) this.#hearErrors(entry, nowMs);
      found += this.#read(entry, nowMs);
    }
    this.outgoing.flush();
    this.#count(found, nowMs);
    if (!this.#isBusy) this.#wait();
    else if (found >= crowd) setImmediate(this.#tick);
    else this.#timer = this.#clock.setTimer(tickMs, this.#tick);
  }

  #hearErrors(entry: LoopSocket, nowMs: number): void {
    for (let heard = 0; heard < maxErrors; heard += 1) {
      const error = this.#errors.next(entry.socket.fd);
      if (error === 'none') return;
      if (error !== null) entry.hearError(error, nowMs);
    }
  }

  #count(found: number, nowMs: number): void {
    this.#inWindow += found;
    if (nowMs - this.#windowMs < busy.windowMs) return;
    this.#isBusy = this.#inWindow >= busy.packets;
    this.#inWindow = 0;
    this.#windowMs = nowMs;
  }

  #wait(): void {
    this.#timer = null;
    this.#isWaiting = true;
    this.#readiness.waitAside(longestWaitMs, () => {
      this.#isWaiting = false;
      this.#whenAwake?.();
      this.#look();
    });
  }

  /** One packet where no more is to be expected; if there are others, the next look knows. @returns how many there were */
  #read(entry: LoopSocket, nowMs: number): number {
    const isOne = this.#isBusy && !entry.isShared && entry.lastLook !== this.#looks - 1;
    entry.lastLook = this.#looks;
    if (!isOne) return this.#drain(entry, nowMs);
    if (this.#fill(1) === 0) return 0;
    const count = this.#incoming.receiveOne(entry.socket.fd);
    this.#take(entry, count, nowMs);
    return count;
  }

  /** @returns how many packets there were */
  #drain(entry: LoopSocket, nowMs: number): number {
    let found = 0;
    for (let round = 0; round < maxRounds; round += 1) {
      const count = this.#incoming.receive(entry.socket.fd, this.#fill(receiveBatch));
      this.#take(entry, count, nowMs);
      found += count;
      if (count < receiveBatch) break;
    }
    return found;
  }

  /** Hands the first `count` messages on. */
  #take(entry: LoopSocket, count: number, nowMs: number): void {
    const { names } = this.#incoming;
    this.#used = Math.max(this.#used, count);
    for (let index = 0; index < count; index += 1) {
      const frame = this.#frames[index] ?? null;
      this.#frames[index] = null;
      if (frame === null) continue;
      frame.end = frame.start + this.#incoming.lengthOf(index);
      if (this.#incoming.wasCut(index)) frame.release();
      else entry.take(frame, names, index * addressWords, nowMs);
    }
  }

  /** Gives each of the first messages a frame to come into. @returns how many have one, `count` at most */
  #fill(count: number): number {
    const used = Math.min(this.#used, count);
    for (let index = 0; index < used; index += 1) {
      this.#incoming.setNameLength(index, socketAddressBytes(6));
      const frame = this.#frames[index] ?? this.#pool.take();
      if (frame === null) return index;
      this.#frames[index] = frame;
      this.#incoming.place(index, frame.offset + headroomBytes, frameBytes - headroomBytes);
    }
    if (used === this.#used) this.#used = 0;
    return count;
  }
}
