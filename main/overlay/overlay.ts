import type { Power, RoleView } from '../../preload/contract/index.ts';
import type { CardStore } from './card-store.ts';
import type { DirectoryStore } from './directory-store.ts';
import type { MailboxCounts, MailboxStore } from './mailbox-store.ts';
import type { People } from './people.ts';
import type { WayReport } from './joining/join-ways.ts';
import type { OverlayRelays } from './relays/relays.ts';
import type { HostPort } from '../ports/host-port.ts';
import type { Unsubscribe } from '../ports/peer-wire.ts';
import type { ProxyChoice } from '../ports/proxy-connect.ts';

export interface OverlayHealth {
  readonly status: 'starting' | 'connected' | 'alone' | 'limited' | 'reconnecting';
  readonly nodesHeard: number;
  readonly supernode: boolean;
  /** Why it is one, or is not. */
  readonly role: RoleView;
  readonly publicAddress: HostPort | null;
  readonly recordsHeld: number;
  /** This network lets no UDP out: the gateway (of several, the first) that carries us. */
  readonly gateway: HostPort | null;
}

/** Cache of nodes that worked, kept on disk. */
export interface KnownNodes {
  load(): readonly HostPort[];
  save(nodes: readonly HostPort[]): void;
}

/** Where we listened last time, kept on disk: who knew us finds us there again, and nobody asks a port that is gone. */
export interface OwnPort {
  load(): number | null;
  save(port: number): void;
}

/** What we pass on for others. */
export interface Carried {
  /** Connections between two others at our blind relay, now. */
  readonly pairs: number;
  /** Those of them that carry as much as a voice now. */
  readonly busyPairs: number;
  /** Whose network lets no UDP out, at our gateway, now. */
  readonly gatewayClients: number;
  /** Of all of them since this overlay was made. */
  readonly bytes: number;
}

export interface Overlay {
  readonly directory: DirectoryStore;
  readonly mailboxes: MailboxStore;
  readonly cards: CardStore;
  readonly people: People;
  readonly relays: OverlayRelays;
  start(): Promise<void>;
  stop(): Promise<void>;
  health(): OverlayHealth;
  onHealth(listener: (health: OverlayHealth) => void): Unsubscribe;
  /** What each way of finding the network has brought since the start. */
  joinReports(): readonly WayReport[];
  onJoin(listener: (reports: readonly WayReport[]) => void): Unsubscribe;
  /** Nodes that an invitation names. Resolves, within 3 s, to whether one of them is in the network, and so are we. */
  join(nodes: readonly HostPort[]): Promise<boolean>;
  /** For an invitation: up to four supernodes of distinct networks that answered a socket of ours that they had not heard of; within 2 s. */
  entrancesForOthers(): Promise<readonly HostPort[]>;
  /** Whether BitTorrent's DHT may be asked, and told of us. Until it is told: yes, where there is one. */
  setBitTorrent(isWanted: boolean): void;
  setSupernodeMode(mode: 'auto' | 'on' | 'off'): Promise<void>;
  /** What this computer runs on; as long as nobody says, nothing is to be spared. */
  setPower(power: Power): Promise<void>;
  /** Carries nothing new for others, and goes on with what it does. Before `leave`, which would else end it. */
  refuseNew(): void;
  /**
   * Gets ready to go: stores and answers for others no more, tells its neighbours so, and hands on what it holds. People are
   * still connected, and what is carried for others still is.
   * @returns how many records were handed on, of how many
   */
  leave(signal: AbortSignal): Promise<{ readonly handedOn: number; readonly held: number }>;
  /** Whether, as a supernode, we pass other people's connections on (blind relay and gateway), in which their calls may be. Until it is told: yes. */
  setCarries(isCarrying: boolean): void;
  carried(): Carried;
  /** The way out of a network that has no other, from now on. */
  setProxy(proxy: ProxyChoice | null): void;
  /** What waits here for others, as a supernode. */
  kept(): MailboxCounts;
  /**
   * Hide our address from people: sessions, doors and knocks go through gateways only, or not at all while there is none. Before
   * the account signs in it costs nothing; later what there is begins anew. The DHT's nodes still see us.
   */
  setHidden(isHidden: boolean): Promise<void>;
}
