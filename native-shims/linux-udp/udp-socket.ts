import { addressWords, portIn, familyInet, familyInet6, socketAddressBytes, writeSocketAddress } from './socket-address.ts';
import type { Syscalls } from './syscalls.ts';

/** Numbers of Linux (asm-generic, as x64 and arm64 have them). */
const datagram = 2;
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;
const level = { socket: 1, ip: 0, ipv6: 41 } as const;
const option = {
  sendBuffer: 7,
  receiveBuffer: 8,
  ipMtuDiscover: 10,
  ipReceiveErrors: 11,
  ipv6MtuDiscover: 23,
  ipv6ReceiveErrors: 25,
  ipv6Only: 26,
} as const;

/** ip(7): the system's own choice, or never in pieces. */
const fragments = { system: 1, never: 2 } as const;

const errorNames: Readonly<Record<number, string>> = {
  13: 'EACCES',
  24: 'EMFILE',
  97: 'EAFNOSUPPORT',
  98: 'EADDRINUSE',
  99: 'EADDRNOTAVAIL',
};

/** A failed call, with the name of its error as `code`, as Node's own errors have it. */
export class SystemError extends Error {
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = errorNames[errno] ?? `errno ${errno}`;
    super(`${call}: ${code}`);
    this.code = code;
  }
}

/** An unconnected UDP socket that nobody waits on. */
export class UdpSocket {
  readonly fd: number;
  readonly family: 4 | 6;
  readonly #system: Syscalls;
  /** What calls are told by address: a socket address, a length, a number. */
  readonly #scratch = new Uint32Array(new ArrayBuffer((addressWords + 2) * 4));
  readonly #scratchAddress: number;

  private constructor(system: Syscalls, fd: number, family: 4 | 6) {
    this.#system = system;
    this.fd = fd;
    this.family = family;
    this.#scratchAddress = system.addressOf(this.#scratch.buffer);
  }

  /**
   * @param host 4 or 16 bytes
   * @param bufferBytes of the kernel, each way; the system may give less
   * @throws SystemError
   */
  static bind(system: Syscalls, host: Uint8Array, port: number, bufferBytes: number): UdpSocket {
    const family = host.byteLength === 4 ? 4 : 6;
    const fd = system.socket(family === 4 ? familyInet : familyInet6, datagram | nonBlocking | closeOnExec, 0);
    if (fd < 0) throw new SystemError('socket', system.errno());
    const socket = new UdpSocket(system, fd, family);
    if (family === 6) socket.#set(level.ipv6, option.ipv6Only, 1);
    socket.#set(level.socket, option.receiveBuffer, bufferBytes);
    socket.#set(level.socket, option.sendBuffer, bufferBytes);
    writeSocketAddress(socket.#scratch, host, port);
    if (system.bind(fd, socket.#scratchAddress, socketAddressBytes(family)) < 0) {
      const errno = system.errno();
      system.close(fd);
      throw new SystemError('bind', errno);
    }
    return socket;
  }

  /** The port that it has. */
  get port(): number {
    this.#scratch[addressWords] = socketAddressBytes(6);
    const length = this.#scratchAddress + addressWords * 4;
    if (this.#system.getsockname(this.fd, this.#scratchAddress, length) < 0)
      throw new SystemError('getsockname', this.#system.errno());
    return portIn(this.#scratch, 0);
  }

  /** While set, what is too long for the path is not sent in pieces: it is lost. */
  set neverFragments(isSet: boolean) {
    const value = isSet ? fragments.never : fragments.system;
    if (this.family === 4) this.#set(level.ip, option.ipMtuDiscover, value);
    else this.#set(level.ipv6, option.ipv6MtuDiscover, value);
  }

  /** From here on what routers and hosts could not take is kept for an `IcmpQueue`. The next call fails once for each. */
  tellErrors(): void {
    if (this.family === 4) this.#set(level.ip, option.ipReceiveErrors, 1);
    else this.#set(level.ipv6, option.ipv6ReceiveErrors, 1);
  }

  close(): void {
    this.#system.close(this.fd);
  }

  /** Options here are wishes: a system that refuses one still has a socket that works. */
  #set(at: number, name: number, value: number): void {
    this.#scratch[addressWords] = value;
    this.#system.setsockopt(this.fd, at, name, this.#scratchAddress + addressWords * 4, 4);
  }
}
