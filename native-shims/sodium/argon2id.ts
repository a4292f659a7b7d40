import sodium from 'sodium-native';

export interface Argon2Cost {
  readonly memoryBytes: number;
  /** Passes over the memory (`t` of RFC 9106), at least 1. */
  readonly passes: number;
}

/** Argon2id version 1.3, one lane (RFC 9106), 32 bytes. Computed on a thread of libuv's pool, so the caller's thread stays free. */
export async function argon2id(password: Uint8Array, salt: Uint8Array, cost: Argon2Cost): Promise<Uint8Array> {
  const output = new Uint8Array(32);
  await sodium.crypto_pwhash_async(output, password, salt, cost.passes, cost.memoryBytes, sodium.crypto_pwhash_ALG_ARGON2ID13);
  return output;
}
