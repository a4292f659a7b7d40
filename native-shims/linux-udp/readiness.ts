import { SystemError } from './udp-socket.ts';
import type { Syscalls } from './syscalls.ts';

const closeOnExec = 0o2000000;
const nonBlocking = 0o4000;
const operation = { add: 1, remove: 2 } as const;
const readable = 1;
/** Always told. */
const failed = 8;

/** Packed on x64 only (epoll_ctl(2)): events, then 64 bits of the caller's own. */
const eventWords = process.arch === 'x64' ? 3 : 4;
const dataWord = process.arch === 'x64' ? 1 : 2;

/** How many sockets one look can find. */
const maxEvents = 256;

/** Of the caller's own number: nobody else uses it, so it is the alarm's. */
const alarmKey = 0xffff_ffff;

/** Which of many sockets have something to read (epoll(7)). Each is known by a number of the caller's. */
export class Readiness {
  readonly #system: Syscalls;
  readonly #epoll: number;
  /** Readable when the wait aside is to end. */
  readonly #alarm: number;
  readonly #events = new Uint32Array(new ArrayBuffer(eventWords * maxEvents * 4));
  readonly #eventsAddress: number;
  readonly #asideEvents = new ArrayBuffer(eventWords * 4);
  readonly #one = new Uint32Array(new ArrayBuffer(16));
  readonly #oneAddress: number;

  /** @throws SystemError */
  constructor(system: Syscalls) {
    this.#system = system;
    this.#eventsAddress = system.addressOf(this.#events.buffer);
    this.#oneAddress = system.addressOf(this.#one.buffer);
    this.#epoll = system.epoll_create1(closeOnExec);
    if (this.#epoll < 0) throw new SystemError('epoll_create1', system.errno());
    this.#alarm = system.eventfd(0, closeOnExec | nonBlocking);
    if (this.#alarm < 0) throw new SystemError('eventfd', system.errno());
    this.add(this.#alarm, alarmKey);
  }

  /** @param key below 2³² - 1 */
  add(fd: number, key: number): void {
    this.#one.fill(0);
    this.#one[0] = readable;
    this.#one[dataWord] = key;
    if (this.#system.epoll_ctl(this.#epoll, operation.add, fd, this.#oneAddress) < 0)
      throw new SystemError('epoll_ctl', this.#system.errno());
  }

  remove(fd: number): void {
    this.#system.epoll_ctl(this.#epoll, operation.remove, fd, this.#oneAddress);
  }

  /** Looks, without waiting. @returns how many are readable: `keyOf` says which */
  look(): number {
    return Math.max(0, this.#system.epoll_wait(this.#epoll, this.#eventsAddress, maxEvents, 0));
  }

  /** @param index below what the last `look` returned */
  keyOf(index: number): number {
    return this.#events[index * eventWords + dataWord] ?? alarmKey;
  }

  /** Something is to be heard of packets that were sent. @param index as in `keyOf` */
  hasFailed(index: number): boolean {
    return ((this.#events[index * eventWords] ?? 0) & failed) !== 0;
  }

  /** Waits on another thread until one is readable, or `timeoutMs` have passed; one wait at a time. */
  waitAside(timeoutMs: number, done: () => void): void {
    this.#system.epollWaitAside(this.#epoll, this.#system.addressOf(this.#asideEvents), 1, timeoutMs, () => done());
  }

  /** Ends the wait that is on, and any later one. */
  sound(): void {
    // Any number but 0, of 64 bits (eventfd(2)).
    this.#one.fill(1);
    this.#system.write(this.#alarm, this.#oneAddress, 8);
  }

  /** Not while a wait is on. */
  close(): void {
    this.#system.close(this.#alarm);
    this.#system.close(this.#epoll);
  }
}
