import type { Clock } from '../ports/clock.ts';
import type { HostPort } from '../ports/host-port.ts';
import type { LineGate } from '../ports/line-gate.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import type { CardOptions } from './cards/card-part.ts';
import type { ShelfLimits } from './directory/shelf.ts';
import type { RecordShelf, RecordValidator } from './directory-store.ts';
import type { LocalRendezvous } from './joining/local-rendezvous.ts';
import type { BitTorrentOptions } from './joining/bittorrent/meeting-place.ts';
import type { GatewayOptions } from './gateway/gateways.ts';
import type { DiversityOptions } from './networks.ts';
import type { MailboxOptions } from './mailbox/mailbox-part.ts';
import type { KnownNodes, OwnPort } from './overlay.ts';
import type { CertificateCheck, SignatureCheck, SuccessorCheck } from './people.ts';
import type { LinkTiming } from './people/timing.ts';
import type { ProvenRole } from './role/role-keeper.ts';
import type { RoleTiming } from './role/role-machine.ts';

export type SupernodeMode = 'auto' | 'on' | 'off';

export interface OverlayOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** What is kept for others is handed on slowly while it is shut; without it nothing waits. */
  readonly gate?: LineGate;
  /** Where to listen. Port 0: that of last time if it is free, else any. Host `0.0.0.0`: all addresses. A port that is taken makes `start` fail. */
  readonly bind: HostPort;
  /** Nodes to begin with, besides the known ones. None is fine. */
  readonly bootstrap: readonly HostPort[];
  readonly supernodeMode: SupernodeMode;
  /** The public address of a supernode whose socket doesn't show it (a forwarded port, a cloud's 1:1 NAT). */
  readonly publicAddress?: HostPort;
  readonly knownNodes: KnownNodes;
  readonly ownPort: OwnPort;
  /** Nothing: forgotten with the process. */
  readonly provenRole?: ProvenRole;
  readonly shelf: RecordShelf;
  readonly validator: RecordValidator;
  readonly mailboxes: MailboxOptions;
  readonly cards: CardOptions;
  readonly certificateCheck: CertificateCheck;
  /** Without it replaced devices are turned away without a word. */
  readonly certificateSuccessor?: SuccessorCheck;
  readonly signatureCheck: SignatureCheck;
  /** Look for neighbours by multicast DNS. */
  readonly mdns: boolean;
  /** Look for other nodes of the same person on this machine; null: don't. */
  readonly localRendezvous: LocalRendezvous | null;
  /** A meeting place in BitTorrent's mainline DHT; null: never go there. */
  readonly bitTorrent: BitTorrentOptions | null;
  /** Nodes that an invitation names, for this start. */
  readonly invited: readonly HostPort[];
  readonly diversity: DiversityOptions;
  /** The way around a network that lets no UDP out, and being that for others. */
  readonly gateway: GatewayOptions;
  /** Only for tests and simulations. */
  readonly shelfLimits?: Partial<ShelfLimits>;
  readonly linkTiming?: Partial<LinkTiming>;
  /** `privateIsHome` false: 127.0.0.0/8 is the internet. */
  readonly role?: { readonly timing?: Partial<RoleTiming>; readonly privateIsHome?: boolean };
}
