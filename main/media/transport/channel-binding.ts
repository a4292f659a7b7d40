import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Ties a finished DTLS handshake to the signalling that arranged it. werift compares the certificate's fingerprint but
 * verifies neither the signature of the key exchange, nor CertificateVerify, nor Finished; someone on the path could show a
 * copied certificate with keys of their own. So each side proves that it knows both the keys of *this* handshake (the TLS
 * exporter, RFC 5705) and the secrets that travelled inside the authenticated signalling.
 *
 *   proof(role) = HMAC-SHA-256(key: offer secret ‖ answer secret, "lilliput/media-binding/1" ‖ role ‖ exporter)
 */
export interface BindingSecrets {
  /** From the offer, 32 bytes. */
  readonly offer: Buffer;
  readonly answer: Buffer;
}

export type BindingRole = 'offerer' | 'answerer';

/** RFC 5705 label space is open to private use with this prefix. */
export const bindingExporterLabel = 'EXPERIMENTAL-lilliput-media-binding';
export const bindingExporterBytes = 32;
const domain = 'lilliput/media-binding/1';
const proofBytes = 32;

export const bindingProof = ({ offer, answer }: BindingSecrets, role: BindingRole, exporter: Buffer): Buffer =>
  createHmac('sha256', Buffer.concat([offer, answer]))
    .update(domain)
    .update(role)
    .update(exporter)
    .digest();

/** True if `received` is the other side's proof. Constant in time. */
export function isBindingProof(secrets: BindingSecrets, from: BindingRole, exporter: Buffer, received: Buffer): boolean {
  return received.length === proofBytes && timingSafeEqual(bindingProof(secrets, from, exporter), received);
}
