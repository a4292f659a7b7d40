import { createHash } from 'node:crypto';
import { CipherContext, HashAlgorithm, NamedCurveAlgorithm, SignatureAlgorithm, type SignatureHash } from 'werift';

/** The certificate of this process, self-signed (RFC 8827 §6.5): it is trusted by its fingerprint, not by its issuer. */
export interface DtlsIdentity {
  readonly certPem: string;
  readonly keyPem: string;
  readonly signatureHash: SignatureHash;
  /** `sha-256 AB:CD:…` */
  readonly fingerprint: string;
}

/** ECDSA on P-256. Made when the process starts, so that a call does not wait for it. */
export async function createDtlsIdentity(): Promise<DtlsIdentity> {
  const { certPem, keyPem, signatureHash } = await CipherContext.createSelfSignedCertificateWithKey(
    { signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 },
    NamedCurveAlgorithm.secp256r1_23,
  );
  const der = Buffer.from(certPem.replace(/-----[A-Z ]+-----/gu, '').replace(/\s/gu, ''), 'base64');
  return { certPem, keyPem, signatureHash, fingerprint: fingerprintOf(der) };
}

/** RFC 8122 §5, SHA-256, upper case. */
export function fingerprintOf(certificateDer: Uint8Array): string {
  const hex = createHash('sha256').update(certificateDer).digest('hex').toUpperCase();
  return `sha-256 ${(hex.match(/../gu) ?? []).join(':')}`;
}
