import { extendSequence, rolloverOf } from './sequence.ts';

/** RFC 3711 §3.3.2 asks for at least 64; a late burst over Wi-Fi is longer. 1024 packets are 20 s. */
const windowPackets = 1024;

export type ReplayVerdict = 'fresh' | 'replayed' | 'too-old';

/** Which of the newest `size` indices (a multiple of 32) have been taken. Nothing is allocated per packet. */
export interface IndexWindow {
  /** Judges without remembering: for before the packet's authentication. */
  judge(index: number): ReplayVerdict;
  /** Remembers an authenticated packet. */
  accept(index: number): void;
  /** -1: none yet. */
  readonly highest: number;
}

export function createIndexWindow(size: number): IndexWindow {
  const seen = new Int32Array(size / 32);
  let highest = -1;
  const bit = (index: number): number => 1 << (index % 32);
  const word = (index: number): number => Math.floor((index % size) / 32);
  const clear = (index: number): void => {
    seen[word(index)] = (seen[word(index)] ?? 0) & ~bit(index);
  };

  return {
    get highest() {
      return highest;
    },
    judge(index) {
      if (index > highest) return 'fresh';
      if (highest - index >= size) return 'too-old';
      return ((seen[word(index)] ?? 0) & bit(index)) === 0 ? 'fresh' : 'replayed';
    },
    accept(index) {
      if (index > highest) {
        if (highest === -1 || index - highest >= size) seen.fill(0);
        else for (let skipped = highest + 1; skipped < index; skipped += 1) clear(skipped);
        highest = index;
      } else if (highest - index >= size) return;
      seen[word(index)] = (seen[word(index)] ?? 0) | bit(index);
    },
  };
}

/** Every packet of an RTP source is taken once. Sequence numbers are extended by nearness to the highest one seen. */
export interface ReplayWindow {
  judge(sequence: number): ReplayVerdict;
  /** The packet's index for SRTP: how often the number had wrapped before it (RFC 3711 §3.3.1), and the number. */
  indexOf(sequence: number): number;
  accept(sequence: number): void;
}

export function createReplayWindow(): ReplayWindow {
  const window = createIndexWindow(windowPackets);
  const extend = (sequence: number): number => extendSequence(sequence, window.highest);
  return {
    judge: (sequence) => window.judge(extend(sequence)),
    indexOf: (sequence) => rolloverOf(extend(sequence)) * 0x1_00_00 + sequence,
    accept: (sequence) => window.accept(extend(sequence)),
  };
}
