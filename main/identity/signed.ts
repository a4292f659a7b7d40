import { z } from 'zod';
import { ed25519SignatureBytes, signDetached, verifyDetached } from '../../native-shims/sodium/index.ts';
import { boundedBytesField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import { fromHex } from '../ports/hex.ts';

/** What a signature is for, `lilliput/<what>/<version>`: a signature made for one purpose is worthless for any other. */
export type SignatureDomain = `lilliput/${string}/${number}`;

/** CBOR head of the array, two byte-string heads and the signature; a little more than needed. */
const envelopeOverheadBytes = ed25519SignatureBytes + 16;

/** The domain, a zero byte (no domain contains one, so no domain is a prefix of another's message), then the bytes themselves. */
const signedMessage = (domain: string, message: Uint8Array): Uint8Array => Buffer.concat([Buffer.from(`${domain}\0`), message]);

export const signBytes = (domain: string, message: Uint8Array, secretKey: Uint8Array): Uint8Array =>
  signDetached(signedMessage(domain, message), secretKey);

export const verifyBytes = (domain: string, message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean =>
  verifyDetached(signature, signedMessage(domain, message), publicKey);

/** Signature check of the form the overlay asks for: `device` is a public key in hex; false for anything that isn't one. */
export function checkSignature(device: string, domain: string, message: Uint8Array, signature: Uint8Array): boolean {
  const publicKey = fromHex(device, 32);
  return publicKey !== null && verifyBytes(domain, message, signature, publicKey);
}

/** An envelope: the CBOR array `[payload, signature]`, `payload` being the encoded `value`. */
export function seal(domain: SignatureDomain, value: unknown, secretKey: Uint8Array): Uint8Array {
  const payload = encodeCbor(value);
  return encodeCbor([payload, signBytes(domain, payload, secretKey)]);
}

/**
 * Opens an envelope. The signature is checked over the payload as it arrived, never over a re-encoding.
 * @param signer which key must have signed, given the parsed payload
 * @param maxBytes bound of the payload
 * @returns the payload, or null if anything is wrong with it
 */
export function openSealed<Schema extends z.ZodType>(
  domain: SignatureDomain,
  envelope: Uint8Array,
  schema: Schema,
  signer: (value: z.output<Schema>) => Uint8Array,
  maxBytes: number,
): z.output<Schema> | null {
  const envelopeSchema = z.tuple([boundedBytesField(maxBytes), fixedBytesField(ed25519SignatureBytes)]);
  const parts = decodeCbor(envelope, envelopeSchema, maxBytes + envelopeOverheadBytes);
  if (parts === null) return null;
  const [payload, signature] = parts;
  const value = decodeCbor(payload, schema, maxBytes);
  return value !== null && verifyBytes(domain, payload, signature, signer(value)) ? value : null;
}
