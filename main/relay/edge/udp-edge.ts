import type { Clock } from '../../ports/clock.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Family } from '../../stun/index.ts';
import type { Arrival } from '../turn/client-path.ts';
import type { FramePool } from '../turn/frame-pool.ts';
import type { RelayPort } from '../turn/relay-ports.ts';
import type { TurnServer } from '../turn/turn-server.ts';

export interface EdgeParts {
  readonly server: () => TurnServer;
  readonly frames: FramePool;
  readonly clock: Clock;
  readonly logger: Logger;
  /** 32 random bits. */
  readonly seed: number;
}

/** One UDP port on which clients ask. */
export interface UdpListener extends Arrival {
  /** Ours to wire: the others are there when all are open. */
  otherPort: UdpListener | null;
  otherHost: { readonly samePort: UdpListener; readonly otherPort: UdpListener } | null;
  readonly port: number;
  /** Forgets the clients whose allocations ended. */
  sweep(): void;
  close(): Promise<void>;
}

/** A way to speak UDP. Packets come to the server that it was made for. */
export interface UdpEdge {
  /** For people who look at figures. */
  readonly name: 'batched' | 'portable';
  readonly canSendWhole: boolean;
  /** @param knownAs the host as clients see it. @throws Error of the operating system, with `code` */
  listen(at: HostPort, family: Family, knownAs: string): Promise<UdpListener>;
  /** A relayed address. @param at port 0 is any. @throws Error of the operating system, with `code` */
  openRelay(at: HostPort, family: Family, knownAs: string): Promise<RelayPort>;
  /** After all that it opened is closed. */
  close(): Promise<void>;
}

/** The kernel's buffers: 0.1 s of 200 calls at the port that clients ask at; the default loses packets in bursts. */
export const listenerBufferBytes = 2 * 1024 * 1024;

/** Of one relayed address, that carries one call: half a second of it at the rate that it may have. */
export const relayBufferBytes = 128 * 1024;
