import socketModule from 'udx-native/lib/socket.js';

interface RawSocket {
  address(): { readonly host: string; readonly port: number } | null;
  trySend(datagram: Uint8Array, port: number, host: string, ttl?: number): void;
}

// The package ships no types: this is how dht-rpc sends each of its datagrams. Streams between people are sent by native code,
// which passes nothing of this.
const Socket = socketModule as { readonly prototype: RawSocket };

/** Datagrams of one host. */
export interface Traffic {
  readonly sent: number;
  readonly sentBytes: number;
  readonly received: number;
  readonly receivedBytes: number;
}

/** What happens to a datagram between two hosts: null loses it, else it takes so many milliseconds (0: as fast as loopback). */
export type Wire = (from: string, to: string) => number | null;

type Counts = { -readonly [Key in keyof Traffic]: Traffic[Key] };

const none = (): Counts => ({ sent: 0, sentBytes: 0, received: 0, receivedBytes: 0 });

/** UDP and IPv4 headers. */
const overheadBytes = 28;

/**
 * Every datagram of the DHT nodes in this process, counted by host (each node of a laboratory has one of its own), delayed or lost
 * as the scenario says. One for the whole process, as the socket class is.
 */
class Wires {
  readonly #counts = new Map<string, Counts>();
  #wire: Wire | null = null;
  #isInstalled = false;

  install(): void {
    if (this.#isInstalled) return;
    this.#isInstalled = true;
    const send = Socket.prototype.trySend;
    const pass = (socket: RawSocket, datagram: Uint8Array, port: number, host: string, ttl?: number): void => {
      const from = socket.address()?.host ?? '';
      const bytes = datagram.byteLength + overheadBytes;
      const sender = this.#of(from);
      sender.sent += 1;
      sender.sentBytes += bytes;
      const delayMs = this.#wire === null ? 0 : this.#wire(from, host);
      if (delayMs === null) return;
      const receiver = this.#of(host);
      receiver.received += 1;
      receiver.receivedBytes += bytes;
      if (delayMs === 0) send.call(socket, datagram, port, host, ttl);
      else setTimeout(() => send.call(socket, datagram, port, host, ttl), delayMs);
    };
    Socket.prototype.trySend = function trySend(datagram, port, host, ttl) {
      pass(this, datagram, port, host, ttl);
    };
  }

  /** Null: every datagram arrives at once. */
  lay(wire: Wire | null): void {
    this.#wire = wire;
  }

  traffic(host: string): Traffic {
    return { ...this.#of(host) };
  }

  /** Of all hosts together. */
  total(): Traffic {
    const sum = none();
    for (const counts of this.#counts.values()) {
      sum.sent += counts.sent;
      sum.sentBytes += counts.sentBytes;
      sum.received += counts.received;
      sum.receivedBytes += counts.receivedBytes;
    }
    return sum;
  }

  /** Forgets counts, and the wire. */
  reset(): void {
    this.#counts.clear();
    this.#wire = null;
  }

  #of(host: string): Counts {
    const known = this.#counts.get(host) ?? none();
    this.#counts.set(host, known);
    return known;
  }
}

export const wires = new Wires();
