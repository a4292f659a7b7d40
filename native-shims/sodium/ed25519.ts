import sodium from 'sodium-native';

export const ed25519PublicKeyBytes = 32;
export const ed25519SignatureBytes = 64;
const secretKeyBytes = 64;

/** Ed25519 (RFC 8032). `secretKey` is libsodium's form: the seed followed by the public key, 64 bytes. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** @param seed 32 bytes; the same seed always gives the same pair. @throws if it has another length */
export function keyPairFromSeed(seed: Uint8Array): KeyPair {
  const publicKey = new Uint8Array(ed25519PublicKeyBytes);
  const secretKey = new Uint8Array(secretKeyBytes);
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
  return { publicKey, secretKey };
}

/** Detached signature, 64 bytes, deterministic. */
export function signDetached(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const signature = new Uint8Array(ed25519SignatureBytes);
  sodium.crypto_sign_detached(signature, message, secretKey);
  return signature;
}

/** False for a wrong signature and for wrong lengths; small-order keys and non-canonical signatures are refused by libsodium. */
export function verifyDetached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.byteLength !== ed25519SignatureBytes || publicKey.byteLength !== ed25519PublicKeyBytes) return false;
  return sodium.crypto_sign_verify_detached(signature, message, publicKey);
}
