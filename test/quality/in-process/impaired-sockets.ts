import { Buffer } from 'node:buffer';
import type { Socket } from 'node:dgram';
import type { Outgoing } from './outgoing.ts';

const udpBytes = 8;
const ipv4Bytes = 20;
const ipv6Bytes = 40;

/** The part of `node:dgram`'s Socket that is changed. */
export interface SocketClass {
  readonly prototype: Pick<Socket, 'send'>;
}

/**
 * From now on, what any UDP socket of this thread sends goes through `outgoing`. A datagram is copied: its bytes may be used
 * again once `send` returns.
 * @returns takes it back
 */
export function impairSockets(socketClass: SocketClass, outgoing: Outgoing): () => void {
  const { prototype } = socketClass;
  const original = sendOf(prototype);
  const closed = new WeakSet<object>();
  const known = new WeakSet<object>();
  const putBack = (): void => void Reflect.set(prototype, 'send', original);
  function sendOff(socket: Socket, ...given: readonly unknown[]): void {
    // A socket that has no port yet asks for one, and remembers to call its own `send` again then: that one.
    putBack();
    try {
      Reflect.apply(original, socket, given);
    } finally {
      Reflect.set(prototype, 'send', send);
    }
  }
  function send(this: Socket, ...given: unknown[]): void {
    if (!known.has(this)) {
      known.add(this);
      this.once('close', () => closed.add(this));
    }
    const { message, port, address, sent } = datagramOf(given);
    const headers = udpBytes + (address.includes(':') ? ipv6Bytes : ipv4Bytes);
    outgoing.take(message.length + headers, () => {
      // A cable would still deliver it, but a closed socket can't.
      if (!closed.has(this)) sendOff(this, message, port, address);
    });
    // As far as the sender can know: the system took it.
    if (sent !== null) process.nextTick(sent, null, message.length);
  }
  Reflect.set(prototype, 'send', send);
  return putBack;
}

/** Always called with its own `this`, by Reflect.apply. */
function sendOf(prototype: SocketClass['prototype']): (...given: never[]) => unknown {
  const send: unknown = Reflect.get(prototype, 'send');
  if (!isCallable(send)) throw new Error('there is no send');
  return send;
}

const isCallable = (value: unknown): value is (...given: never[]) => unknown => typeof value === 'function';

interface SentDatagram {
  readonly message: Buffer;
  readonly port: number;
  readonly address: string;
  readonly sent: ((error: Error | null, bytes: number) => void) | null;
}

/**
 * `send(bytes, port, address, callback?)` or `send(bytes, offset, length, port, address, callback?)`.
 * @throws Error if it is neither: what the cable doesn't know must not slip by
 */
export function datagramOf(given: readonly unknown[]): SentDatagram {
  const [bytes, ...rest] = given;
  const isPart = typeof rest[2] === 'number';
  const [port, address, sent] = isPart ? rest.slice(2) : rest;
  if (!(bytes instanceof Uint8Array) || typeof port !== 'number' || typeof address !== 'string') {
    throw new Error('the laboratory’s cable knows datagrams of bytes, to a port and an address, and no others');
  }
  const from = isPart ? Number(rest[0]) : 0;
  const until = isPart ? from + Number(rest[1]) : bytes.length;
  return {
    message: Buffer.from(bytes.subarray(from, until)),
    port,
    address,
    // By dgram's own contract.
    sent: typeof sent === 'function' ? (sent as SentDatagram['sent']) : null,
  };
}
