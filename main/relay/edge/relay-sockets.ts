import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import type { Family } from '../../stun/index.ts';
import type { PortWish, RelayPort, RelayPorts } from '../turn/relay-ports.ts';
import type { UdpEdge } from './udp-edge.ts';

/** The operating system's own choice is even every second time; as often without success, and its ports are used up. */
const tries = 24;

export interface RelayHost {
  /** A literal address of this computer. */
  readonly host: string;
  /** What the world calls it, where a router stands between. */
  readonly knownAs: string;
}

/** Both are in it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export interface RelaySocketsParts {
  /** For each family that is relayed in. */
  readonly hosts: Readonly<Partial<Record<Family, RelayHost>>>;
  /** Null: any port. */
  readonly range: PortRange | null;
  readonly edge: UdpEdge;
  readonly random: Random;
  readonly logger: Logger;
}

/** Relayed addresses as UDP sockets, one each, on ports that are picked at random (RFC 8656 §7.2). */
export class RelaySockets implements RelayPorts {
  readonly families: readonly Family[];
  readonly canSendWhole: boolean;
  readonly #parts: RelaySocketsParts;

  constructor(parts: RelaySocketsParts) {
    this.#parts = parts;
    this.canSendWhole = parts.edge.canSendWhole;
    this.families = ([4, 6] as const).filter((family) => parts.hosts[family] !== undefined);
  }

  open(family: Family, wish: PortWish, done: (ports: readonly RelayPort[] | null) => void): void {
    this.#search(family, wish).then(done, (error: unknown) => {
      this.#parts.logger.warn('no relay port', { message: messageOf(error) });
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
    const first = await this.#bind(family, this.#pick());
    if (first === null || wish === 'any') return first === null ? null : [first];
    if (first.address.port % 2 !== 0) {
      first.close();
      return null;
    }
    if (wish === 'even') return [first];
    const second = this.#isInRange(first.address.port + 1) ? await this.#bind(family, first.address.port + 1) : null;
    if (second !== null) return [first, second];
    first.close();
    return null;
  }

  /** A port to try; 0 leaves it to the operating system. */
  #pick(): number {
    const { range, random } = this.#parts;
    if (range === null) return 0;
    return range.first + Math.floor(random.fraction() * (range.last - range.first + 1));
  }

  #isInRange(port: number): boolean {
    const { range } = this.#parts;
    return range === null ? port <= 0xffff : port <= range.last;
  }

  /** Null where somebody else has this port. */
  async #bind(family: Family, port: number): Promise<RelayPort | null> {
    const { edge, hosts, logger } = this.#parts;
    const at = hosts[family];
    if (at === undefined) throw new Error('this family is not relayed');
    try {
      return await edge.openRelay({ host: at.host, port }, family, at.knownAs);
    } catch (error) {
      if (port === 0) throw error;
      logger.debug('a port is taken', { message: messageOf(error) });
      return null;
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
