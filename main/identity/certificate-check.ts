import { toHex } from '../ports/hex.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import { isCertificateTimely, openCertificate } from './device-certificate.ts';
import type { SequenceMemory } from './sequence.ts';

export interface CertifiedDevice {
  readonly account: AccountKey;
  readonly device: string;
}

/** The overlay's `CertificateCheck`: signed by the root, valid now, and not revoked by a later certificate that we have seen. */
export function createCertificateCheck(
  memory: SequenceMemory,
): (certificate: Uint8Array, nowMs: number) => CertifiedDevice | null {
  return (bytes, nowMs) => {
    const certificate = openCertificate(bytes);
    if (certificate === null || !isCertificateTimely(certificate, nowMs)) return null;
    const account = toHex(certificate.root);
    if (certificate.sequence < memory.highest('certificate', account)) return null;
    memory.raise('certificate', account, certificate.floor);
    return { account, device: toHex(certificate.device) };
  };
}
