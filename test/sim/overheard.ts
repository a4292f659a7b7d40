import socketModule from 'udx-native/lib/socket.js';
import { vi } from 'vitest';
import type { HostPort } from '../../main/ports/host-port.ts';

interface RawSocket {
  trySend(datagram: Uint8Array, port: number, host: string, ttl?: number): void;
}

// The package ships no types: this is how dht-rpc sends each of its datagrams, handshakes too.
const Socket = socketModule as { readonly prototype: RawSocket };

/** A datagram as somebody on the line has it. */
export interface Overheard {
  readonly bytes: Buffer;
  readonly to: HostPort;
}

/** Keeps every datagram that DHT nodes of this process send from now on, until it is asked for them. */
export function listenIn(): () => readonly Overheard[] {
  const kept: Overheard[] = [];
  const send = Socket.prototype.trySend;
  const spy = vi.spyOn(Socket.prototype, 'trySend').mockImplementation(function trySend(this: RawSocket, bytes, port, host, ttl) {
    kept.push({ bytes: Buffer.from(bytes), to: { host, port } });
    send.call(this, bytes, port, host, ttl);
  });
  return () => {
    spy.mockRestore();
    return kept;
  };
}
