/** Calls of the operating system as this shim uses them. Addresses of memory are numbers; every call returns -1 where it fails. */
export interface Syscalls {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, name: number, length: number): number;
  getsockname(fd: number, name: number, length: number): number;
  setsockopt(fd: number, level: number, option: number, value: number, length: number): number;
  close(fd: number): number;
  /** @param nameLength where a length is, in and out */
  recvfrom(fd: number, bytes: number, length: number, flags: number, name: number, nameLength: number): number;
  sendto(fd: number, bytes: number, length: number, flags: number, name: number, nameLength: number): number;
  recvmsg(fd: number, message: number, flags: number): number;
  recvmmsg(fd: number, messages: number, count: number, flags: number, timeout: number): number;
  sendmmsg(fd: number, messages: number, count: number, flags: number): number;
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: number): number;
  epoll_wait(epoll: number, events: number, count: number, timeoutMs: number): number;
  eventfd(initial: number, flags: number): number;
  /** On a thread of libuv's pool, so that nothing here waits. */
  epollWaitAside(
    epoll: number,
    events: number,
    count: number,
    timeoutMs: number,
    done: (error: unknown, count: number) => void,
  ): void;
  write(fd: number, bytes: number, length: number): number;
  /** Of the last call that failed. */
  errno(): number;
  /** Where memory begins that is not moved: that of an ArrayBuffer. Valid while it is referenced. */
  addressOf(memory: ArrayBuffer): number;
}

/** Structures are written byte by byte, as 64-bit little-endian Linux lays them out: elsewhere there is nothing. */
const architectures = ['x64', 'arm64'];

/** @returns null where the system, or koffi's binary for it, is not there */
export async function loadSyscalls(): Promise<Syscalls | null> {
  if (process.platform !== 'linux' || !architectures.includes(process.arch)) return null;
  try {
    const { default: koffi } = await import('koffi');
    const library = koffi.load(null);
    const wait = library.func('int epoll_wait(int, uintptr_t, int, int)');
    return {
      socket: library.func('int socket(int, int, int)'),
      bind: library.func('int bind(int, uintptr_t, uint32_t)'),
      getsockname: library.func('int getsockname(int, uintptr_t, uintptr_t)'),
      setsockopt: library.func('int setsockopt(int, int, int, uintptr_t, uint32_t)'),
      close: library.func('int close(int)'),
      recvfrom: library.func('intptr_t recvfrom(int, uintptr_t, size_t, int, uintptr_t, uintptr_t)'),
      sendto: library.func('intptr_t sendto(int, uintptr_t, size_t, int, uintptr_t, uint32_t)'),
      recvmsg: library.func('intptr_t recvmsg(int, uintptr_t, int)'),
      recvmmsg: library.func('int recvmmsg(int, uintptr_t, uint32_t, int, uintptr_t)'),
      sendmmsg: library.func('int sendmmsg(int, uintptr_t, uint32_t, int)'),
      epoll_create1: library.func('int epoll_create1(int)'),
      epoll_ctl: library.func('int epoll_ctl(int, int, int, uintptr_t)'),
      epoll_wait: wait,
      epollWaitAside: wait.async,
      eventfd: library.func('int eventfd(uint32_t, int)'),
      write: library.func('intptr_t write(int, uintptr_t, size_t)'),
      errno: () => koffi.errno(),
      addressOf: (memory) => Number(koffi.address(new Uint8Array(memory))),
    };
  } catch {
    // Whatever is missing (the binary, a symbol), the caller has another way.
    return null;
  }
}
