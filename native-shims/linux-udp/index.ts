export { loadSyscalls, type Syscalls } from './syscalls.ts';
export { MessageBatch } from './message-batch.ts';
export { IcmpQueue, type IcmpError } from './icmp-queue.ts';
export { Readiness } from './readiness.ts';
export { SystemError, UdpSocket } from './udp-socket.ts';
export { addressWords, familyInet, hostIn, portIn, socketAddressBytes, writeSocketAddress } from './socket-address.ts';
