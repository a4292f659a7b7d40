import sodium from 'sodium-native';

export * from './argon2id.ts';
export * from './blake2b.ts';
export * from './ed25519.ts';
export * from './sealed-stream.ts';
export * from './x25519.ts';

/** Equality in time that doesn't depend on the content. Different lengths are different. */
export const equalBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  left.byteLength === right.byteLength && sodium.sodium_memcmp(left, right);
