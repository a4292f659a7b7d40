import { blake2b256, equalBytes } from '../../native-shims/sodium/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { KeyVault } from '../ports/key-vault.ts';

const header = Buffer.from('lilliput file vault 1\n');
const checksumBytes = 32;

/**
 * The vault of machines without a keychain: it does not encrypt. What protects the secret is that its file (`SecretsFile`)
 * can be read by its owner only; on Windows, where the mode means nothing, only the permissions of the user's folder.
 * Header and checksum tell its own bytes from a keychain's and from a damaged file.
 */
export const fileKeyVault: KeyVault = {
  kind: 'file',
  seal: async (secret) => Buffer.concat([header, blake2b256(secret), secret]),
  open: async (sealed) => {
    const secret = sealed.slice(header.byteLength + checksumBytes);
    const checksum = sealed.slice(header.byteLength, header.byteLength + checksumBytes);
    const isOurs = equalBytes(sealed.slice(0, header.byteLength), header) && equalBytes(checksum, blake2b256(secret));
    if (!isOurs) throw new AppError('VAULT_LOCKED', 'these bytes were not sealed by the file vault');
    return secret;
  },
};
