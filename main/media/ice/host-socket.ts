import type { TransportAddress } from '../../stun/index.ts';
import { ipBytes, udpBytes, type Base, type Route } from './base.ts';
import type { UdpSocket } from './ice-net.ts';

/** A UDP socket as a base: on an address of this computer, or on loopback towards the overlay's forwarder. */
export class HostBase implements Base {
  readonly kind: Base['kind'];
  readonly address: TransportAddress;
  readonly localPreference: number;
  readonly overheadBytes: number;
  readonly only: TransportAddress | null;
  readonly #socket: UdpSocket;

  constructor(
    socket: UdpSocket,
    made: {
      readonly kind: Base['kind'];
      readonly localPreference: number;
      readonly only: TransportAddress | null;
      readonly extraBytes: number;
    },
  ) {
    this.kind = made.kind;
    this.address = socket.address;
    this.localPreference = made.localPreference;
    this.only = made.only;
    this.overheadBytes = ipBytes[socket.address.family] + udpBytes + made.extraBytes;
    this.#socket = socket;
  }

  route(to: TransportAddress): Route {
    const socket = this.#socket;
    return { isRefused: false, send: (bytes, length) => socket.send(bytes, length, to) };
  }
}
