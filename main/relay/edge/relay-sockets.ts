import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Family, TransportAddress } from '../../stun/index.ts';
import type { Allocation, RelayPort } from '../turn/allocation.ts';
import type { PortWish, RelayPorts } from '../turn/relay-ports.ts';
import type { TurnServer } from '../turn/turn-server.ts';
import { bindSocket, literalLookup } from './udp-socket.ts';

/** The operating system's own choice is even every second time; as often without success, and its ports are used up. */
const tries = 24;

export interface RelaySocketsParts {
  /** One literal address of this computer for each family that is relayed in. */
  readonly hosts: Readonly<Partial<Record<Family, string>>>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly server: () => TurnServer;
}

/** Relayed addresses as UDP sockets, one each, on ports that the operating system picks at random (RFC 8656 §7.2). */
export class RelaySockets implements RelayPorts {
  readonly families: readonly Family[];
  readonly #parts: RelaySocketsParts;

  constructor(parts: RelaySocketsParts) {
    this.#parts = parts;
    this.families = ([4, 6] as const).filter((family) => parts.hosts[family] !== undefined);
  }

  open(family: Family, wish: PortWish, done: (ports: readonly RelayPort[] | null) => void): void {
    this.#search(family, wish).then(done, (error: unknown) => {
      this.#parts.logger.warn('no relay port', { message: error instanceof Error ? error.message : String(error) });
      done(null);
    });
  }

  async #search(family: Family, wish: PortWish): Promise<readonly RelayPort[] | null> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      // One after the other: the next try depends on how this one went.
      // oxlint-disable-next-line no-await-in-loop
      const found = await this.#attempt(family, wish);
      if (found !== null) return found;
    }
    return null;
  }

  async #attempt(family: Family, wish: PortWish): Promise<readonly RelayPort[] | null> {
    const first = await this.#bind(family, 0);
    if (wish === 'any') return [first];
    if (first.address.port % 2 !== 0) {
      first.close();
      return null;
    }
    if (wish === 'even') return [first];
    try {
      return [first, await this.#bind(family, first.address.port + 1)];
    } catch (error) {
      this.#parts.logger.debug('no pair of ports', { message: error instanceof Error ? error.message : String(error) });
      first.close();
      return null;
    }
  }

  async #bind(family: Family, port: number): Promise<RelaySocket> {
    const host = this.#parts.hosts[family];
    if (host === undefined) throw new Error('this family is not relayed');
    const { server, clock, logger } = this.#parts;
    const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6', ipv6Only: family === 6, lookup: literalLookup });
    await bindSocket(socket, { host, port });
    const relay = new RelaySocket(socket, { family, host, port: socket.address().port });
    socket.on('error', (error) => logger.debug('relay socket', { message: error.message }));
    socket.on('message', (bytes, from) => server().fromPeer(relay, bytes, from.address, from.port, clock.monotonicMs()));
    return relay;
  }
}

class RelaySocket implements RelayPort {
  readonly address: TransportAddress;
  allocation: Allocation | null = null;
  readonly #socket: Socket;
  #isClosed = false;

  constructor(socket: Socket, address: TransportAddress) {
    this.#socket = socket;
    this.address = address;
  }

  send(bytes: Buffer, offset: number, length: number, peer: TransportAddress): void {
    if (!this.#isClosed) this.#socket.send(bytes, offset, length, peer.port, peer.host, ignoreLoss);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }
}

/** A packet that the operating system would not take is a lost packet. */
function ignoreLoss(): void {
  return undefined;
}
