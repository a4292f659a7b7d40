/** The part of sodium-native 5 that the façade beside this file uses; the package ships no types. */
declare module 'sodium-native' {
  interface SodiumNative {
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
    crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
    crypto_scalarmult_base(publicKey: Uint8Array, secretKey: Uint8Array): void;
    /** Throws where the result would be zero. */
    crypto_scalarmult(shared: Uint8Array, secretKey: Uint8Array, publicKey: Uint8Array): void;
    crypto_generichash_batch(output: Uint8Array, parts: readonly Uint8Array[], key?: Uint8Array): void;
    /** Runs on libuv's thread pool. */
    crypto_pwhash_async(
      output: Uint8Array,
      password: Uint8Array,
      salt: Uint8Array,
      passes: number,
      memoryBytes: number,
      algorithm: number,
    ): Promise<void>;
    readonly crypto_pwhash_ALG_ARGON2ID13: number;
    crypto_secretstream_xchacha20poly1305_init_push(state: Uint8Array, header: Uint8Array, key: Uint8Array): void;
    crypto_secretstream_xchacha20poly1305_push(
      state: Uint8Array,
      cipher: Uint8Array,
      message: Uint8Array,
      additional: Uint8Array | null,
      tag: number,
    ): number;
    crypto_secretstream_xchacha20poly1305_init_pull(state: Uint8Array, header: Uint8Array, key: Uint8Array): void;
    /** Throws where the bytes were not sealed at this place of this stream. */
    crypto_secretstream_xchacha20poly1305_pull(
      state: Uint8Array,
      message: Uint8Array,
      tag: Uint8Array,
      cipher: Uint8Array,
      additional: Uint8Array | null,
    ): number;
    readonly crypto_secretstream_xchacha20poly1305_STATEBYTES: number;
    readonly crypto_secretstream_xchacha20poly1305_TAG_MESSAGE: number;
    readonly crypto_secretstream_xchacha20poly1305_TAG_FINAL: number;
    sodium_memcmp(left: Uint8Array, right: Uint8Array): boolean;
  }
  const sodium: SodiumNative;
  export default sodium;
}
