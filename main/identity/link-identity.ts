import { toHex } from '../ports/hex.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import { accountKeyOf, deviceKeysOf, type AccountSecrets } from './account-secrets.ts';
import { signBytes } from './signed.ts';

/** Matches `LinkIdentity` of the overlay. */
export interface OwnLinkIdentity {
  readonly account: AccountKey;
  readonly device: string;
  readonly certificate: Uint8Array;
  sign(domain: string, message: Uint8Array): Uint8Array;
}

/** Who we are on a link. Make a new one when the certificate was renewed. */
export function linkIdentityOf(secrets: AccountSecrets): OwnLinkIdentity {
  const device = deviceKeysOf(secrets);
  return {
    account: accountKeyOf(secrets),
    device: toHex(device.publicKey),
    certificate: secrets.certificate,
    sign: (domain, message) => signBytes(domain, message, device.secretKey),
  };
}
