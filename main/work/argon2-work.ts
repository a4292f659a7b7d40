import { argon2id, type Argon2Cost } from '../../native-shims/sodium/index.ts';

/** The hash that is judged, 32 bytes. @param challenge at least 16 bytes */
export const workHash = (challenge: Uint8Array, nonce: Uint8Array, cost: Argon2Cost): Promise<Uint8Array> =>
  argon2id(Buffer.concat([challenge, nonce]), challenge.subarray(0, 16), cost);

/** Zero bits that the hash of this nonce begins with. Costs one hash. @param challenge at least 16 bytes */
export const workBits = async (challenge: Uint8Array, nonce: Uint8Array, cost: Argon2Cost): Promise<number> =>
  leadingZeroBits(await workHash(challenge, nonce, cost));

/** Whether this nonce solves the challenge. */
export const isSolved = async (challenge: Uint8Array, nonce: Uint8Array, bits: number, cost: Argon2Cost): Promise<boolean> =>
  (await workBits(challenge, nonce, cost)) >= bits;

function leadingZeroBits(bytes: Uint8Array): number {
  const firstSet = bytes.findIndex((byte) => byte !== 0);
  const byte = bytes[firstSet];
  return byte === undefined ? bytes.byteLength * 8 : firstSet * 8 + Math.clz32(byte) - 24;
}
