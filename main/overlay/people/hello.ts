import { z } from 'zod';
import { boundedBytesField, decodeCbor, encodeCbor, fixedBytesField } from '../../ports/cbor.ts';
import { toHex } from '../../ports/hex.ts';
import type { AccountKey, PeerAddress } from '../../ports/peer-wire.ts';
import type { CertificateCheck, LinkIdentity, SignatureCheck, SuccessorCheck } from '../people.ts';

/** The first message in each direction. */
export const helloMaxBytes = 4_096;
const bodyMaxBytes = 3_072;
export const helloDomain = 'lilliput/hello/1';
const maxProtocols = 32;
const maxProtocolName = 64;

export type LinkRole = 'dialer' | 'answerer';

/** What is said besides who we are; covered by the signature. */
export interface HelloBody {
  /** 16 bytes, hex: drawn once per start of the program. */
  readonly instance: string;
  /** 16 bytes, hex. Dialer: the session it still has with us, or null. Answerer: the one that this link belongs to. */
  readonly session: string | null;
  /** Our protocols, and how many messages of each we have received in that session. */
  readonly received: ReadonlyMap<string, number>;
}

export interface VerifiedHello extends HelloBody {
  readonly peer: PeerAddress;
}

const idField = fixedBytesField(16).transform(toHex);

const envelopeSchema = z.object({
  certificate: boundedBytesField(2_048),
  body: boundedBytesField(bodyMaxBytes),
  signature: boundedBytesField(64),
});
const bodySchema = z.object({
  instance: idField,
  session: idField.nullable(),
  received: z.array(z.tuple([z.string().max(maxProtocolName), z.int().nonnegative()])).max(maxProtocols),
});

/** Bound to this very connection and direction: it can't be replayed on another, nor sent back to its maker. */
const signedPart = (handshakeHash: Uint8Array, role: LinkRole, body: Uint8Array): Uint8Array =>
  Buffer.concat([handshakeHash, Buffer.from(`${role}\0`), body]);

export function encodeHello(identity: LinkIdentity, handshakeHash: Uint8Array, role: LinkRole, body: HelloBody): Uint8Array {
  const bytes = encodeCbor({
    instance: Buffer.from(body.instance, 'hex'),
    session: body.session === null ? null : Buffer.from(body.session, 'hex'),
    received: [...body.received],
  });
  const signature = identity.sign(helloDomain, signedPart(handshakeHash, role, bytes));
  return encodeCbor({ certificate: identity.certificate, body: bytes, signature });
}

export interface HelloChecks {
  readonly certificate: CertificateCheck;
  readonly successor: SuccessorCheck;
  readonly signature: SignatureCheck;
}

/** In place of an answer, to a device that was replaced: what proves that to it. */
const replacedSchema = z.object({ successor: boundedBytesField(2_048) });

export const encodeReplaced = (successor: Uint8Array): Uint8Array => encodeCbor({ successor });

/** The certificate that took the place of ours; null: the message is something else. Nothing about it is checked yet. */
export const openReplaced = (message: Uint8Array): Uint8Array | null =>
  decodeCbor(message, replacedSchema, helloMaxBytes)?.successor ?? null;

/** Whose hello this is, if it is right but for its certificate, which another one took the place of; and that one. Null: anything else. */
export function openReplacedHello(
  message: Uint8Array,
  handshakeHash: Uint8Array,
  checks: HelloChecks,
  nowMs: number,
): { readonly account: AccountKey; readonly successor: Uint8Array } | null {
  const envelope = decodeCbor(message, envelopeSchema, helloMaxBytes);
  const replaced = envelope === null ? null : checks.successor(envelope.certificate, nowMs);
  if (envelope === null || replaced === null) return null;
  const signed = signedPart(handshakeHash, 'dialer', envelope.body);
  if (!checks.signature(replaced.device, helloDomain, signed, envelope.signature)) return null;
  return { account: replaced.account, successor: replaced.successor };
}

/** Null if anything about it is wrong. @param role the sender's */
export function openHello(
  message: Uint8Array,
  handshakeHash: Uint8Array,
  role: LinkRole,
  checks: HelloChecks,
  nowMs: number,
): VerifiedHello | null {
  const envelope = decodeCbor(message, envelopeSchema, helloMaxBytes);
  if (envelope === null) return null;
  const peer = checks.certificate(envelope.certificate, nowMs);
  if (peer === null) return null;
  const signed = signedPart(handshakeHash, role, envelope.body);
  if (!checks.signature(peer.device, helloDomain, signed, envelope.signature)) return null;
  const body = decodeCbor(envelope.body, bodySchema, bodyMaxBytes);
  if (body === null) return null;
  return {
    peer: { account: peer.account, device: peer.device },
    instance: body.instance,
    session: body.session,
    received: new Map(body.received),
  };
}
