import { createHash, webcrypto } from 'node:crypto';
import { cryptoProvider, PemConverter, X509CertificateGenerator } from '@peculiar/x509';
import type { Random } from '../ports/random.ts';

/** What a TLS server shows and proves. */
export interface TlsIdentity {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM, an X.509 certificate that its own key signed: worth what its pin is worth. */
  readonly cert: string;
  /** SHA-256 of the certificate's SubjectPublicKeyInfo, 32 bytes (as RFC 7469 §2.4 pins keys). */
  readonly pin: Uint8Array;
}

const dayMs = 86_400_000;
/** A clock that is behind must not make a fresh certificate one of the future. */
const backdatedMs = 2 * dayMs;
/** Nothing depends on its end: who asks compares the pin. */
const validMs = 10 * 365 * dayMs;
/** P-256 with SHA-256: what every TLS stack takes. */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** RFC 5280 §4.1.2.2 allows 20; these are enough to be one of a kind. */
const serialBytes = 16;

/** A new key and its self-signed certificate, which names nobody. */
export async function createTlsIdentity(random: Random, nowMs: number): Promise<TlsIdentity> {
  // Nobody else in the process decides for us which implementation signs.
  cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const serial = Buffer.from(random.bytes(serialBytes));
  // Positive, and without a leading zero byte (DER).
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial.toString('hex'),
    name: 'CN=localhost',
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + validMs),
    signingAlgorithm: algorithm,
    keys,
  });
  const exported = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const spki = await webcrypto.subtle.exportKey('spki', keys.publicKey);
  return {
    key: PemConverter.encode(exported, 'PRIVATE KEY'),
    cert: certificate.toString('pem'),
    pin: new Uint8Array(createHash('sha256').update(Buffer.from(spki)).digest()),
  };
}
