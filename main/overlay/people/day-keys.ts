import { tweakedPair, tweakPublicKey, type DhtKeyPair } from '../../../native-shims/hyperdht/index.ts';
import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import type { ContactAddress, ListeningSecret } from '../people.ts';

const dayMs = 24 * 3_600_000;
/** Two clocks may differ by so much and still meet around midnight (UTC). */
const clockToleranceMs = 2 * 3_600_000;

/** The days (since the Unix epoch) whose keys are in use now: one, or two around midnight. */
export function daysAround(nowMs: number): readonly number[] {
  const first = Math.floor((nowMs - clockToleranceMs) / dayMs);
  const last = Math.floor((nowMs + clockToleranceMs) / dayMs);
  return first === last ? [first] : [first, last];
}

function tweakOf(secret: Uint8Array, day: number): Uint8Array {
  const dayBytes = Buffer.alloc(8);
  dayBytes.writeBigUInt64BE(BigInt(day));
  return blake2b256(Buffer.from('lilliput/listen/1'), secret, dayBytes);
}

/** The key to dial on that day. */
export const dayKey = (address: ContactAddress, day: number): Buffer =>
  tweakPublicKey(address.base, tweakOf(address.secret, day));

/** The pair to listen with on that day. */
export const dayPair = (listening: ListeningSecret, day: number): DhtKeyPair =>
  tweakedPair(listening.seed, tweakOf(listening.secret, day));
