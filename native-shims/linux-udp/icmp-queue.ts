import { addressWords, hostIn, portIn, socketAddressBytes } from './socket-address.ts';
import type { Syscalls } from './syscalls.ts';

/** A router or a host could not take a packet that a socket had sent. */
export interface IcmpError {
  /** As they stand in the message of ICMP, or of ICMPv6. */
  readonly type: number;
  readonly code: number;
  /** The longest packet that would have passed, where one was too long; else 0. */
  readonly mtu: number;
  /** Where the packet went: 4 or 16 bytes. */
  readonly host: Uint8Array;
  readonly port: number;
}

/** MSG_ERRQUEUE, MSG_DONTWAIT. */
const flags = 0x2000 | 0x40;

/** `struct msghdr` (recvmsg(2)), in words of 32 bits; what the packet held is not read. */
const header = { words: 14, name: 0, nameLength: 2, control: 8, controlLength: 10 } as const;

/** A `cmsghdr` of 16 bytes, `struct sock_extended_err` of 16 (ip(7)), and who says it. */
const control = { words: 16, kinds: 5, info: 6, shortest: 32 } as const;

/** SO_EE_ORIGIN_ICMP and _ICMP6: others are of this computer itself. */
const origins: readonly number[] = [2, 3];

const emessageSize = 90;
const word = 2 ** 32;

/** Reads what came back for packets of sockets that tell errors (IP_RECVERR, ip(7)). */
export class IcmpQueue {
  readonly #system: Syscalls;
  readonly #words = new Uint32Array(new ArrayBuffer((header.words + addressWords + control.words) * 4));
  readonly #names: Uint32Array;
  readonly #control: Uint32Array;
  readonly #address: number;

  constructor(system: Syscalls) {
    this.#system = system;
    this.#address = system.addressOf(this.#words.buffer);
    this.#names = this.#words.subarray(header.words, header.words + addressWords);
    this.#control = this.#words.subarray(header.words + addressWords);
  }

  /** Takes the next. @returns `none` where there is no more, null for one that is no word of ICMP */
  next(fd: number): IcmpError | null | 'none' {
    this.#words.fill(0);
    this.#point(header.name, this.#address + header.words * 4);
    this.#words[header.nameLength] = socketAddressBytes(6);
    this.#point(header.control, this.#address + (header.words + addressWords) * 4);
    this.#words[header.controlLength] = control.words * 4;
    if (this.#system.recvmsg(fd, this.#address, flags) < 0) return 'none';
    const kinds = this.#control[control.kinds] ?? 0;
    if ((this.#words[header.controlLength] ?? 0) < control.shortest || !origins.includes(kinds & 0xff)) return null;
    const isTooLong = this.#control[control.kinds - 1] === emessageSize;
    return {
      type: (kinds >>> 8) & 0xff,
      code: (kinds >>> 16) & 0xff,
      mtu: isTooLong ? (this.#control[control.info] ?? 0) : 0,
      host: hostIn(this.#names, 0),
      port: portIn(this.#names, 0),
    };
  }

  #point(at: number, address: number): void {
    this.#words[at] = address % word;
    this.#words[at + 1] = Math.floor(address / word);
  }
}
