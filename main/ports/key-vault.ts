/** Where private keys sleep: the operating system's keychain, or a file only its owner can read, said plainly. */
export interface KeyVault {
  readonly kind: 'keychain' | 'file';
  /** Encrypts (or, for `file`, passes through) a secret for storage on disk. */
  seal(secret: Uint8Array): Promise<Uint8Array>;
  /** @throws AppError VAULT_LOCKED if the keychain refuses or the bytes are not its own */
  open(sealed: Uint8Array): Promise<Uint8Array>;
}
