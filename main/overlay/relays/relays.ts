import type { RelayAnswer, RelayDescriptor } from '../../tickets/index.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Unsubscribe } from '../../ports/peer-wire.ts';

/** Our own, as others are told of it. */
export type OwnRelay = Omit<RelayAnswer, 'nowS'>;

/** A relay that answered us. */
export interface KnownRelay {
  readonly relay: RelayDescriptor;
  /** Of a STUN Binding over UDP to the relay itself; null: it has no UDP, or none got through. */
  readonly rttMs: number | null;
  /** Its wall clock minus ours. */
  readonly clockOffsetMs: number;
}

/** The relays of a call: who relays, how far they are, and that we do. */
export interface OverlayRelays {
  /** Nearest first, of distinct networks. */
  known(): readonly KnownRelay[];
  onChange(listener: () => void): Unsubscribe;
  /**
   * Told to whoever asks; null: we relay for nobody.
   * @param inside where its TCP is reached from this computer; null: nobody is handed on to it
   */
  setOwn(relay: OwnRelay | null, inside: HostPort | null): void;
}
