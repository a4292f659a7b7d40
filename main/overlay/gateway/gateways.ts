import type { HostPort } from '../../ports/host-port.ts';
import type { ProxyChoice } from '../../ports/proxy-connect.ts';

/** Where somebody's gateway is. */
export interface GatewayAddress extends HostPort {
  /** Its Noise key (32 bytes), by which it is known again; null: whoever answers there (an address that a person named). */
  readonly key: Uint8Array | null;
}

/** Gateways that worked or were heard of, kept on disk: where UDP is blocked nothing else is found. */
export interface KnownGateways {
  load(): readonly GatewayAddress[];
  save(gateways: readonly GatewayAddress[]): void;
}

/** PEM texts, and the SHA-256 of the public key, by which clients know it. */
export interface TlsPair {
  readonly key: string;
  readonly cert: string;
  readonly pin: Uint8Array;
}

export interface GatewayOptions {
  readonly known: KnownGateways;
  /** Named by the person. */
  readonly named: readonly GatewayAddress[];
  /** The way out of a network that has no other, until another is chosen. */
  readonly proxy: ProxyChoice | null;
  /** Being one, while we are a supernode; null: never. */
  readonly own: OwnGateway | null;
}

export interface OwnGateway {
  /** 32 bytes, the same as long as the profile lives: clients have pinned the key that it makes. */
  readonly seed: Uint8Array;
  /** Made when it is first needed. */
  readonly tls: () => Promise<TlsPair>;
  /** Ports to try, in this order; 0 is any. */
  readonly ports: readonly number[];
  /** What all who are carried may pass together, both ways; nothing: what any computer gives. */
  readonly bytesPerSecond?: number;
}
