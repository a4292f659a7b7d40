import { z } from 'zod';
import { counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';

/** Where a relay answers, and how to know that it is the one. At least one host and one port. */
export interface RelayDescriptor {
  /** Literal addresses; null: none of this family. */
  readonly host4: string | null;
  readonly host6: string | null;
  /** 0: not over this transport. */
  readonly udp: number;
  readonly tcp: number;
  readonly tls: number;
  /** X25519: tickets name the relay by it, and passwords are made with it. */
  readonly key: Uint8Array;
  /** SHA-256 of the public key (SPKI) in its TLS certificate. */
  readonly pin: Uint8Array;
}

/** What a relay says of itself. Its IPv4 address is where the answer came from: it can name nobody else's. */
export interface RelayAnswer extends Omit<RelayDescriptor, 'host4'> {
  /** The relay's wall clock in seconds since 1970: tickets are judged by it. */
  readonly nowS: number;
}

const port = z.int().min(0).max(65_535);

const parts = {
  host6: z.ipv6().max(45).nullable(),
  udp: port,
  tcp: port,
  tls: port,
  key: fixedBytesField(32),
  pin: fixedBytesField(32),
};

const isReachable = ({ udp, tcp, tls }: { udp: number; tcp: number; tls: number }): boolean => udp + tcp + tls > 0;

export const relayDescriptorSchema = z
  .object({ host4: z.ipv4().max(15).nullable(), ...parts })
  .refine((relay) => isReachable(relay) && (relay.host4 !== null || relay.host6 !== null));

const answerSchema = z.object({ v: z.literal(1), ...parts, nowS: counterField }).refine(isReachable);

/** Far below what the overlay carries; about 170 bytes. */
export const maxRelayAnswerBytes = 400;

export const encodeRelayAnswer = (answer: RelayAnswer): Uint8Array => encodeCbor({ v: 1, ...answer });

export function decodeRelayAnswer(bytes: Uint8Array): RelayAnswer | null {
  const answer = decodeCbor(bytes, answerSchema, maxRelayAnswerBytes);
  if (answer === null) return null;
  const { host6, udp, tcp, tls, key, pin, nowS } = answer;
  return { host6, udp, tcp, tls, key, pin, nowS };
}
