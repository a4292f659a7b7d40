import { extendSequence, rolloverOf } from './sequence.ts';

/** RFC 3711 §3.3.2 asks for at least 64; a late burst over Wi-Fi is longer. 1024 packets are 20 s. */
const windowPackets = 1024;

export type ReplayVerdict = 'fresh' | 'replayed' | 'too-old';

export interface ReplayWindow {
  /** Judges without remembering: for before the packet's authentication. */
  judge(sequence: number): ReplayVerdict;
  /** How often the sequence number has wrapped before this packet, by nearness: SRTP's rollover counter (RFC 3711 §3.3.1). */
  rollover(sequence: number): number;
  /** Remembers an authenticated packet. */
  accept(sequence: number): void;
}

const bit = (extended: number): number => 1 << (extended % 32);
const word = (extended: number): number => Math.floor((extended % windowPackets) / 32);

/**
 * What werift's SRTP lacks: every packet of a source is accepted once. Sequence numbers are extended to 48 bits by
 * nearness to the highest seen, as SRTP does with its rollover counter. Nothing is allocated per packet.
 */
export function createReplayWindow(): ReplayWindow {
  const seen = new Int32Array(windowPackets / 32);
  let highest = -1;

  const extend = (sequence: number): number => extendSequence(sequence, highest);
  const judge = (sequence: number): ReplayVerdict => {
    const extended = extend(sequence);
    if (extended > highest) return 'fresh';
    if (highest - extended >= windowPackets) return 'too-old';
    return ((seen[word(extended)] ?? 0) & bit(extended)) === 0 ? 'fresh' : 'replayed';
  };

  return {
    judge,
    rollover: (sequence) => rolloverOf(extend(sequence)),
    accept(sequence) {
      const extended = extend(sequence);
      if (extended > highest) {
        if (highest === -1 || extended - highest >= windowPackets) seen.fill(0);
        else for (let skipped = highest + 1; skipped < extended; skipped += 1) clear(skipped);
        highest = extended;
      } else if (highest - extended >= windowPackets) return;
      seen[word(extended)] = (seen[word(extended)] ?? 0) | bit(extended);
    },
  };

  function clear(extended: number): void {
    seen[word(extended)] = (seen[word(extended)] ?? 0) & ~bit(extended);
  }
}
