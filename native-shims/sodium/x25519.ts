import sodium from 'sodium-native';

export const x25519KeyBytes = 32;

/** X25519 (RFC 7748). */
export interface DhKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** @param secretKey 32 random bytes @throws if they are more or fewer */
export function dhKeyPair(secretKey: Uint8Array): DhKeyPair {
  const publicKey = new Uint8Array(x25519KeyBytes);
  sodium.crypto_scalarmult_base(publicKey, secretKey);
  return { publicKey, secretKey };
}

/** The secret that both ends of an exchange compute, or null for a public key of low order (RFC 7748 §6.1: all zero) or wrong length. */
export function dhSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | null {
  if (publicKey.byteLength !== x25519KeyBytes) return null;
  const shared = new Uint8Array(x25519KeyBytes);
  try {
    sodium.crypto_scalarmult(shared, secretKey, publicKey);
  } catch {
    // libsodium refuses what would give zero, and nothing else of that length.
    return null;
  }
  return shared;
}
