import { opusMaxPacketBytes } from '../../../../native-shims/opus/index.ts';

/** 10 ms at 48 kHz: the shortest frame, so no two frames share a slot. */
export const slotUnits = 480;
/** 2.56 s: the depth beyond which nothing is kept. */
export const storeSlots = 256;

/** Opus frames that wait to be played, by media time: a ring of preallocated slots of 10 ms. */
export interface FrameStore {
  /**
   * Keeps a copy of `bytes[start…start+length)`.
   * @param timestamp unwrapped, 48 kHz @param samples how much sound it holds
   * @returns false if that frame is there already
   */
  put(timestamp: number, samples: number, redundant: boolean, bytes: Uint8Array, start: number, length: number): boolean;
  /** The first frame that ends after `timestamp` and begins before `limit`; −1 if there is none. */
  firstAfter(timestamp: number, limit: number): number;
  timestamp(slot: number): number;
  samples(slot: number): number;
  isRedundant(slot: number): boolean;
  /** Where in `bytes` it lies. */
  start(slot: number): number;
  length(slot: number): number;
  readonly bytes: Uint8Array;
  remove(slot: number): void;
  /** Drops all that ends at or before `timestamp`. */
  dropBefore(timestamp: number): void;
  clear(): void;
}

/** 120 ms: the longest frame that may begin before a moment and end after it. */
const longestSlots = 12;

export function createFrameStore(): FrameStore {
  const bytes = new Uint8Array(storeSlots * opusMaxPacketBytes);
  const timestamps = new Float64Array(storeSlots).fill(Number.NaN);
  const samples = new Uint16Array(storeSlots);
  const lengths = new Uint16Array(storeSlots);
  const redundant = new Uint8Array(storeSlots);
  const slotOf = (timestamp: number): number => {
    const slot = Math.floor(timestamp / slotUnits) % storeSlots;
    return slot < 0 ? slot + storeSlots : slot;
  };
  const timestampAt = (slot: number): number => timestamps[slot] ?? Number.NaN;
  const samplesAt = (slot: number): number => samples[slot] ?? 0;

  return {
    bytes,
    put(timestamp, count, isCopy, from, start, length) {
      const slot = slotOf(timestamp);
      if (timestampAt(slot) === timestamp) return false;
      timestamps[slot] = timestamp;
      samples[slot] = count;
      lengths[slot] = length;
      redundant[slot] = isCopy ? 1 : 0;
      const at = slot * opusMaxPacketBytes;
      for (let i = 0; i < length; i += 1) bytes[at + i] = from[start + i] ?? 0;
      return true;
    },
    firstAfter(timestamp, limit) {
      let at = Math.floor(timestamp / slotUnits) - longestSlots;
      const last = Math.min(at + storeSlots - 1, Math.floor((limit - 1) / slotUnits));
      for (; at <= last; at += 1) {
        const slot = slotOf(at * slotUnits);
        const begins = timestampAt(slot);
        // A slot may still hold a frame of another round of the ring.
        if (begins + samplesAt(slot) > timestamp && begins < limit) return slot;
      }
      return -1;
    },
    timestamp: timestampAt,
    samples: samplesAt,
    isRedundant: (slot) => redundant[slot] === 1,
    start: (slot) => slot * opusMaxPacketBytes,
    length: (slot) => lengths[slot] ?? 0,
    remove(slot) {
      timestamps[slot] = Number.NaN;
    },
    dropBefore(timestamp) {
      for (let slot = 0; slot < storeSlots; slot += 1) {
        if (timestampAt(slot) + samplesAt(slot) <= timestamp) timestamps[slot] = Number.NaN;
      }
    },
    clear: () => void timestamps.fill(Number.NaN),
  };
}
