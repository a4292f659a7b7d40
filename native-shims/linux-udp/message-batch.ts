import { addressWords } from './socket-address.ts';
import type { Syscalls } from './syscalls.ts';

/** `struct mmsghdr` and `struct iovec` (recvmmsg(2)), in words of 32 bits. */
const header = { words: 16, name: 0, nameLength: 2, vector: 4, vectors: 6, flags: 12, length: 14 } as const;
const vector = { words: 4, base: 0, length: 2 } as const;

const dontWait = 0x40;
/** Asked for, it makes the length that of the whole packet; told, the packet was longer than its place. */
const wasCut = 0x20;
const eintr = 4;
/** The word on an earlier packet, told in the place of this one: ENETUNREACH, ECONNREFUSED, EHOSTUNREACH, EMSGSIZE, EACCES, EPROTO. */
const earlier: readonly number[] = [101, 111, 113, 90, 13, 71];
/** Nearly always it was one; what still fails then is refused for itself. */
const sendTries = 3;

/** Addresses are 48 bits long: two words, the lower one first. */
const word = 2 ** 32;

/**
 * Messages that go in or out in one call. Everything that the system reads is laid out once; a packet costs a few stores.
 * The bytes of the messages are elsewhere, in `memory`.
 */
export class MessageBatch {
  readonly size: number;
  /** The other side's socket address of each message, `addressWords` apart. */
  readonly names: Uint32Array;
  readonly #system: Syscalls;
  readonly #words: Uint32Array;
  readonly #vectors: number;
  readonly #address: number;
  readonly #memory: ArrayBuffer;
  readonly #memoryAddress: number;
  readonly #namesAddress: number;

  constructor(system: Syscalls, size: number, memory: ArrayBuffer) {
    this.#system = system;
    this.size = size;
    const nameStart = size * (header.words + vector.words);
    const buffer = new ArrayBuffer((nameStart + size * addressWords) * 4);
    this.#words = new Uint32Array(buffer);
    this.#vectors = size * header.words;
    this.names = new Uint32Array(buffer, nameStart * 4);
    this.#address = system.addressOf(buffer);
    this.#memory = memory;
    this.#memoryAddress = system.addressOf(memory);
    this.#namesAddress = this.#address + nameStart * 4;
    for (let index = 0; index < size; index += 1) {
      const at = index * header.words;
      this.#point(at + header.name, this.#nameAddress(index));
      this.#point(at + header.vector, this.#address + (this.#vectors + index * vector.words) * 4);
      this.#words[at + header.vectors] = 1;
    }
  }

  /** Bytes of memory that the messages lie in. */
  get memoryBytes(): number {
    return this.#memory.byteLength;
  }

  /** Says where a message lies, or may lie. */
  place(index: number, offset: number, length: number): void {
    const at = this.#vectors + index * vector.words;
    this.#point(at + vector.base, this.#memoryAddress + offset);
    this.#words[at + vector.length] = length;
  }

  /** Says how many bytes of the name count: to be called before each receive and send. */
  setNameLength(index: number, length: number): void {
    this.#words[index * header.words + header.nameLength] = length;
  }

  /** @returns how many came; 0 for none, or for an error of the socket */
  receive(fd: number, count: number): number {
    return Math.max(0, this.#system.recvmmsg(fd, this.#address, count, dontWait, 0));
  }

  /** Message 0 alone, for less than `receive(fd, 1)` costs. @returns how many came, as there */
  receiveOne(fd: number): number {
    const length = this.#words[this.#vectors + vector.length] ?? 0;
    const flags = dontWait | wasCut;
    const nameLengthAddress = this.#address + header.nameLength * 4;
    const came = this.#system.recvfrom(fd, this.#placeOf(0), length, flags, this.#nameAddress(0), nameLengthAddress);
    if (came < 0) return 0;
    this.#words[header.length] = Math.min(came, length);
    this.#words[header.flags] = came > length ? wasCut : 0;
    return 1;
  }

  /** Sends messages `from` to before `to`. @returns how many of them the system took */
  send(fd: number, from: number, to: number): number {
    if (to - from === 1) return this.#sendOne(fd, from);
    let sent = 0;
    let at = from;
    let tries = 0;
    while (at < to) {
      const taken = this.#system.sendmmsg(fd, this.#address + at * header.words * 4, to - at, dontWait);
      if (taken > 0) {
        sent += taken;
        at += taken;
        tries = 0;
      } else if (this.#maySucceed(tries)) tries += 1;
      // The one that it stopped at is lost: refused by a firewall, too long, or the line is full.
      else {
        at += 1;
        tries = 0;
      }
    }
    return sent;
  }

  /** For less than a batch of one costs. @returns 1, or 0 if the system did not take it */
  #sendOne(fd: number, index: number): number {
    const length = this.#words[this.#vectors + index * vector.words + vector.length] ?? 0;
    const nameLength = this.#words[index * header.words + header.nameLength] ?? 0;
    const bytes = this.#placeOf(index);
    const name = this.#nameAddress(index);
    for (let tries = 0; ; tries += 1) {
      if (this.#system.sendto(fd, bytes, length, dontWait, name, nameLength) >= 0) return 1;
      if (!this.#maySucceed(tries)) return 0;
    }
  }

  /** What just failed, when tried again. */
  #maySucceed(tries: number): boolean {
    const errno = this.#system.errno();
    return errno === eintr || (tries + 1 < sendTries && earlier.includes(errno));
  }

  /** Bytes that a received message has. */
  lengthOf(index: number): number {
    return this.#words[index * header.words + header.length] ?? 0;
  }

  /** It was longer than its place. */
  wasCut(index: number): boolean {
    return ((this.#words[index * header.words + header.flags] ?? 0) & wasCut) !== 0;
  }

  #nameAddress(index: number): number {
    return this.#namesAddress + index * addressWords * 4;
  }

  /** Where a message lies. */
  #placeOf(index: number): number {
    const at = this.#vectors + index * vector.words + vector.base;
    return (this.#words[at] ?? 0) + (this.#words[at + 1] ?? 0) * word;
  }

  /** Without a remainder, which costs as much as all the rest. */
  #point(at: number, address: number): void {
    const upper = Math.floor(address / word);
    this.#words[at] = address - upper * word;
    this.#words[at + 1] = upper;
  }
}
