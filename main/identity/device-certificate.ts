import { z } from 'zod';
import type { KeyPair } from '../../native-shims/sodium/index.ts';
import { counterField, fixedBytesField } from '../ports/cbor.ts';
import { openSealed, seal } from './signed.ts';

const domain = 'lilliput/device/1';

/** Payload about 130 bytes; the rest is room for fields to come. */
const maxPayloadBytes = 200;

const dayMs = 86_400_000;
/** DESIGN: certificates live 90 days. */
export const certificateLifetimeMs = 90 * dayMs;
/** Valid a day before it was made: a friend's clock may be behind ours. */
const backdateMs = dayMs;
/** Renewed with a month left, so a computer that slept for weeks still wakes up with a valid one. */
const renewWhenLeftMs = 30 * dayMs;

const certificateSchema = z
  .object({
    /** The account's root key, which signs. */
    root: fixedBytesField(32),
    device: fixedBytesField(32),
    sequence: counterField,
    /** All certificates of this root with a lower sequence are revoked. */
    floor: counterField,
    from: counterField,
    until: counterField,
  })
  .refine(({ sequence, floor }) => floor <= sequence)
  .refine(({ from, until }) => from < until && until - from <= certificateLifetimeMs + backdateMs);

/** The root key's word that a device speaks for the account, for a while. Times in milliseconds since 1970. */
export type DeviceCertificate = z.infer<typeof certificateSchema>;

/** Today an account has one device, so each certificate revokes all before it (`floor` is its own sequence). */
export function issueCertificate(root: KeyPair, device: Uint8Array, sequence: number, nowMs: number): Uint8Array {
  const certificate: DeviceCertificate = {
    root: root.publicKey,
    device,
    sequence,
    floor: sequence,
    from: Math.max(0, nowMs - backdateMs),
    until: nowMs + certificateLifetimeMs,
  };
  return seal(domain, certificate, root.secretKey);
}

/** Shape and signature only; when it is valid and whether it was revoked is for the caller. Null if forged or malformed. */
export const openCertificate = (bytes: Uint8Array): DeviceCertificate | null =>
  openSealed(domain, bytes, certificateSchema, ({ root }) => root, maxPayloadBytes);

export const isCertificateTimely = (certificate: DeviceCertificate, atMs: number): boolean =>
  certificate.from <= atMs && atMs < certificate.until;

/** Also when it begins in the future: the clock was set back since. */
export const needsRenewal = (certificate: DeviceCertificate, nowMs: number): boolean =>
  nowMs < certificate.from || certificate.until - nowMs < renewWhenLeftMs;
