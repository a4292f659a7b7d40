import { blake2b256 } from '../../../../native-shims/sodium/index.ts';

const domain = Buffer.from('lilliput/bittorrent/1\0');
const dayMs = 86_400_000;
/** Clocks that are off by less meet nevertheless. */
const slackMs = 30 * 60_000;
/** BEP 5: an infohash. */
const infohashBytes = 20;

/** Where everybody meets on a day of UTC: H(domain, days since 1970 as 8 bytes, big-endian), cut to an infohash. */
export function meetingHash(day: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(day));
  return blake2b256(domain, bytes).slice(0, infohashBytes);
}

/** Today's, and while the day is about to change, or just did, the neighbour's too. */
export function meetingHashes(nowMs: number): readonly Uint8Array[] {
  const days = new Set([nowMs, nowMs - slackMs, nowMs + slackMs].map((ms) => Math.max(0, Math.floor(ms / dayMs))));
  return [...days].map(meetingHash);
}
