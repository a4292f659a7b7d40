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

/** dht-rpc's request, version 3: type, flags, transaction (2), address (6), then an id and a token if flags say so, the command. */
const [requestType, idFlag, tokenFlag, internalFlag] = [3, 1, 2, 4];
const [headBytes, fieldBytes] = [10, 32];

/** Which of our own commands a datagram asks for; null: another datagram. */
function ownCommand(datagram: Uint8Array): number | null {
  const flags = datagram[1] ?? 0;
  if (datagram[0] !== requestType || (flags & internalFlag) !== 0) return null;
  const fields = ((flags & idFlag) === 0 ? 0 : 1) + ((flags & tokenFlag) === 0 ? 0 : 1);
  return datagram[headBytes + fields * fieldBytes] ?? null;
}

/** UDP and IPv4 headers. */
const overheadBytes = 28;

/**
 * Every datagram of the DHT nodes in this process, counted by host (each node of a laboratory has one of its own), delayed or lost
 * as the scenario says. One for the whole process, as the socket class is.
 */
class Wires {
  readonly #counts = new Map<string, Counts>();
  readonly #commands = new Map<number, { readonly messages: number; readonly bytes: number }>();
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
      const command = ownCommand(datagram);
      if (command !== null) {
        const asked = this.#commands.get(command) ?? { messages: 0, bytes: 0 };
        this.#commands.set(command, { messages: asked.messages + 1, bytes: asked.bytes + bytes });
      }
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

  /** Requests of one of our own commands, of all hosts together. */
  asked(command: number): { readonly messages: number; readonly bytes: number } {
    return this.#commands.get(command) ?? { messages: 0, bytes: 0 };
  }

  /** Forgets counts, and the wire. */
  reset(): void {
    this.#counts.clear();
    this.#commands.clear();
    this.#wire = null;
  }

  #of(host: string): Counts {
    const known = this.#counts.get(host) ?? none();
    this.#counts.set(host, known);
    return known;
  }
}

export const wires = new Wires();
