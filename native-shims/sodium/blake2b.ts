import sodium from 'sodium-native';

export const blake2bBytes = 32;

/** BLAKE2b-256 (RFC 7693) over the concatenation of `parts`. */
export function blake2b256(...parts: readonly Uint8Array[]): Uint8Array {
  const output = new Uint8Array(blake2bBytes);
  sodium.crypto_generichash_batch(output, parts);
  return output;
}

/** Keyed BLAKE2b-256, for deriving keys. @param key 16–64 bytes */
export function keyedBlake2b256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const output = new Uint8Array(blake2bBytes);
  sodium.crypto_generichash_batch(output, parts, key);
  return output;
}
