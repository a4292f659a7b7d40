import { addressWords } from './socket-address.ts';
import type { Syscalls } from './syscalls.ts';

/** `struct mmsghdr` and `struct iovec` (recvmmsg(2)), in words of 32 bits. */
const header = { words: 16, name: 0, nameLength: 2, vector: 4, vectors: 6, flags: 12, length: 14 } as const;
const vector = { words: 4, base: 0, length: 2 } as const;

const dontWait = 0x40;
const wasCut = 0x20;
const eintr = 4;

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
    for (let index = 0; index < size; index += 1) {
      const at = index * header.words;
      this.#point(at + header.name, this.#address + (nameStart + index * addressWords) * 4);
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

  /** Sends messages `from` to before `to`. @returns how many of them the system took */
  send(fd: number, from: number, to: number): number {
    let sent = 0;
    let at = from;
    while (at < to) {
      const taken = this.#system.sendmmsg(fd, this.#address + at * header.words * 4, to - at, dontWait);
      if (taken > 0) {
        sent += taken;
        at += taken;
      }
      // The one that it stopped at is lost: refused by a firewall, too long, or the line is full.
      else if (this.#system.errno() !== eintr) at += 1;
    }
    return sent;
  }

  /** Bytes that a received message has. */
  lengthOf(index: number): number {
    return this.#words[index * header.words + header.length] ?? 0;
  }

  /** It was longer than its place. */
  wasCut(index: number): boolean {
    return ((this.#words[index * header.words + header.flags] ?? 0) & wasCut) !== 0;
  }

  #point(at: number, address: number): void {
    this.#words[at] = address % word;
    this.#words[at + 1] = address / word;
  }
}
