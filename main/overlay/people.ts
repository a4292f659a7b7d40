import type { AccountKey, PeerAddress, PeerWire, Unsubscribe, WireLimits } from '../ports/peer-wire.ts';
import type { MediaPath } from './media-path.ts';

/**
 * How contacts find a device: a base key and a shared secret. The key listened on changes daily and is derived by both
 * sides (`base` tweaked by H(secret, day)), so two friends who were both away for weeks still meet, and somebody who has
 * only seen one day's key learns nothing of the next. Blocking somebody replaces both values (higher `sequence`).
 */
export interface ContactAddress {
  /** Ed25519 public key, 32 bytes. */
  readonly base: Uint8Array;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly sequence: number;
}

/** Our side of a `ContactAddress`: `seed` (32 bytes) makes the base key pair. */
export interface ListeningSecret {
  readonly seed: Uint8Array;
  readonly secret: Uint8Array;
  readonly sequence: number;
}

/** Who we are on a link. Verified by the other side in the hello, bound to the Noise handshake hash. */
export interface LinkIdentity {
  readonly account: AccountKey;
  readonly device: string;
  /** Root-signed device certificate, as bytes (`main/identity`). */
  readonly certificate: Uint8Array;
  /** Signs with the device key under a domain prefix. */
  sign(domain: string, message: Uint8Array): Uint8Array;
}

/** Checks a presented certificate: returns whose it is, or null. Implemented by `main/identity`, with sequence memory. */
export type CertificateCheck = (
  certificate: Uint8Array,
  nowMs: number,
) => { readonly account: AccountKey; readonly device: string } | null;

/**
 * For the certificate of a device that was replaced: whose it is, and the certificate that took its place, if that is at hand. Implemented by
 * `main/identity`.
 */
export type SuccessorCheck = (
  certificate: Uint8Array,
  nowMs: number,
) => { readonly account: AccountKey; readonly device: string; readonly successor: Uint8Array } | null;

export type SignatureCheck = (device: string, domain: string, message: Uint8Array, signature: Uint8Array) => boolean;

export interface WantedPerson {
  readonly account: AccountKey;
  /** Null: we don't know how to reach them yet; they may dial us. */
  readonly address: ContactAddress | null;
  /** They are not to learn our address: what is between us goes through gateways, or not at all while there is none. */
  readonly isHidden?: boolean;
}

/** Encrypted, authenticated sessions to people. At most one session to an account's device; survives redials and address changes. */
export interface People {
  /**
   * Start answering as this identity; null stops listening and closes all sessions.
   * @param hiddenListening how we are reached by those from whom we hide our address, and by nobody else
   */
  setIdentity(
    identity: LinkIdentity | null,
    listening: ListeningSecret | null,
    hiddenListening?: ListeningSecret | null,
  ): Promise<void>;
  /** Asked after the hello: only admitted accounts get a session. */
  setAdmission(admit: (account: AccountKey) => boolean): void;
  /** Keeps trying to hold a session to each of these (lower account key dials first, the other follows); drops those no longer wanted or admitted. */
  setWanted(people: readonly WantedPerson[]): void;
  /** One protocol over all sessions. Call once per protocol. */
  wire(protocol: string, limits: WireLimits): PeerWire;
  /** Announce a public service (the echo) under a topic: whoever finds it gets a session without admission. */
  offerService(topic: string): Promise<Unsubscribe>;
  /** Find and connect to a node that offers `topic`; the session lives until `leave`. @throws AppError NOT_REACHABLE, CANCELLED */
  visitService(topic: string, signal: AbortSignal): Promise<PeerAddress>;
  leave(account: AccountKey): void;
  /** They broke a protocol: ends the session; who is wanted is called again after the usual pause. */
  disconnect(account: AccountKey, reason: string): void;
  /**
   * A way for the datagrams of one call with somebody, over whatever connection the session with them has; ready when both sides
   * know each other's tag. It ends with `close`.
   */
  openMediaPath(account: AccountKey): MediaPath;
  /** Our network changed or woke from sleep: check every session now, redial what is dead. */
  refresh(): void;
}
