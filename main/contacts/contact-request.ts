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

/** What a door takes (`People.openDoor`): 2 KiB with the envelope around it. A note of 300 characters is at most 1,200 bytes. */
export const requestMaxBytes = 2048;
const payloadMaxBytes = requestMaxBytes - 96;

/** Clocks of two homes may differ by hours (a wrong time zone); a request older than this is a replay or a leftover. */
const maxAgeMs = 86_400_000;

const requestSchema = z.object({
  name: usernameSchema,
  certificate: boundedBytesField(512),
  /** Root key of whom this is for: worthless at any other door. */
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
  if (toHex(request.to) !== ownAccount || Math.abs(nowMs - request.atMs) > maxAgeMs) return null;
  const sender = checkCertificate(request.certificate, nowMs);
  const address = decodeContactAddress(request.address);
  if (sender === null || address === null || sender.account === ownAccount) return null;
  const { name, asks, note } = request;
  return { account: sender.account, name, asks, note, address: request.address, sequence: address.sequence };
}

const answerSchema = z.object({ result: z.enum(['received', 'later']) });

/** received: nothing more to do (also said to people who are blocked or declined: they learn nothing); later: ask again. */
export type DoorAnswer = z.output<typeof answerSchema>['result'];

export const doorAnswerSchema = answerSchema;
export const doorAnswerMaxBytes = 64;
