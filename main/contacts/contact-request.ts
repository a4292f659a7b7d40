import { z } from 'zod';
import { noteMaxChars, usernameSchema } from '../../preload/contract/index.ts';
import { boundedBytesField, counterField, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import { fromHex, toHex } from '../ports/hex.ts';
import {
  contactAddressMaxBytes,
  decodeContactAddress,
  encodeContactAddress,
  openCertificate,
  openSealed,
  type SignatureDomain,
} from '../identity/index.ts';
import type { CertificateCheck, ContactAddress, LinkIdentity } from '../overlay/index.ts';
import type { AccountKey } from '../ports/peer-wire.ts';

const domain = 'lilliput/contact-request/1' satisfies SignatureDomain;

/**
 * What fits into a sealed item of 2 KiB; most fit into one of 1 KiB. A note of 300 characters is at most 1,200 bytes, and the rest
 * about 600.
 */
export const requestMaxBytes = 1_980;
const payloadMaxBytes = requestMaxBytes - 80;

const dayMs = 86_400_000;
/** A mailbox keeps a request for 30 days; what is older is a replay. */
const maxAgeMs = 31 * dayMs;
/** Clocks of two homes may differ by a day. */
const maxAheadMs = 25 * 3_600_000;

const requestSchema = z.object({
  name: usernameSchema,
  certificate: boundedBytesField(512),
  /** Root key of whom this is for: worthless to anybody else. */
  to: fixedBytesField(32),
  /** They wait for our address; otherwise this only brings theirs. */
  asks: z.boolean(),
  note: z.string().max(noteMaxChars),
  address: boundedBytesField(contactAddressMaxBytes),
  atMs: counterField,
});

/** A request that was verified: the account's device signed it, for us, lately. That the name is theirs is not yet known. */
export interface ContactRequest {
  readonly account: AccountKey;
  readonly name: string;
  readonly asks: boolean;
  readonly note: string;
  /** Encoded `ContactAddress`, known to decode. */
  readonly address: Uint8Array;
  readonly sequence: number;
  /** By the sender's clock. */
  readonly atMs: number;
}

export interface RequestToSend {
  readonly name: string;
  readonly to: AccountKey;
  readonly asks: boolean;
  readonly note: string;
  readonly address: ContactAddress;
  readonly nowMs: number;
}

/** The envelope `[payload, signature]`, signed with the device key. */
export function encodeRequest(identity: LinkIdentity, { name, to, asks, note, address, nowMs }: RequestToSend): Uint8Array {
  const payload = encodeCbor({
    name,
    certificate: identity.certificate,
    to: fromHex(to, 32),
    asks,
    note,
    address: encodeContactAddress(address),
    atMs: nowMs,
  });
  return encodeCbor([payload, identity.sign(domain, payload)]);
}

const nobody = new Uint8Array(32);

/** Null for whatever is malformed, forged, stale, or meant for somebody else. */
export function readRequest(
  bytes: Uint8Array,
  ownAccount: AccountKey,
  checkCertificate: CertificateCheck,
  nowMs: number,
): ContactRequest | null {
  const signer = ({ certificate }: z.output<typeof requestSchema>): Uint8Array => openCertificate(certificate)?.device ?? nobody;
  const request = openSealed(domain, bytes, requestSchema, signer, payloadMaxBytes);
  if (request === null) return null;
  const ageMs = nowMs - request.atMs;
  if (toHex(request.to) !== ownAccount || ageMs > maxAgeMs || ageMs < -maxAheadMs) return null;
  const sender = checkCertificate(request.certificate, nowMs);
  const address = decodeContactAddress(request.address);
  if (sender === null || address === null || sender.account === ownAccount) return null;
  const { name, asks, note, atMs } = request;
  return { account: sender.account, name, asks, note, address: request.address, sequence: address.sequence, atMs };
}
