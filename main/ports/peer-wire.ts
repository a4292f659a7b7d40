/** Ed25519 public key of an account's root, lower-case hex (64 digits). */
export type AccountKey = string;

export interface PeerAddress {
  readonly account: AccountKey;
  /** Ed25519 public key of the sending device, lower-case hex. */
  readonly device: string;
}

/**
 * connected: a fresh session, nothing said before counts; interrupted: the link is gone, what is sent is kept for a redial;
 * resumed: the same session goes on, nothing was lost; closed: the session ended, unacknowledged messages may be lost.
 */
export type PeerState = 'connected' | 'interrupted' | 'resumed' | 'closed';

export type SendResult = 'queued' | 'not-connected' | 'too-large' | 'too-much';

export interface WireLimits {
  readonly maxMessageBytes: number;
  /** Sustained rate. A sender keeps to it with a burst of four seconds' worth; a receiver allows eight, and more ends the session. */
  readonly maxMessagesPerSecond: number;
}

/**
 * One protocol (for example `lilliput/chat/1`) spoken with all people we are connected to. Encrypted, authenticated to the
 * account, ordered and exactly-once for the life of a session, which survives redials.
 */
export interface PeerWire {
  send(to: AccountKey, message: Uint8Array): SendResult;
  onMessage(listener: (from: PeerAddress, message: Uint8Array) => void): Unsubscribe;
  /** Replays `connected` for everyone who is connected now, then reports changes. */
  onState(listener: (peer: PeerAddress, state: PeerState) => void): Unsubscribe;
}

export type Unsubscribe = () => void;
