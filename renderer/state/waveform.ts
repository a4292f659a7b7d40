import { voiceMaxPeaks } from '../../preload/contract/index.ts';

/** What is quieter than this is a flat line; a quiet room through a good microphone is near −55 dBFS. */
const floorDb = -52;
/** Speech close to a microphone: RMS over 40 ms. */
const fullDb = -8;

/** How high a level stands, 0…255: by the ear's measure, decibels. */
export function peakOf(rms: number): number {
  if (rms <= 0) return 0;
  const db = 20 * Math.log10(rms);
  return Math.round(255 * Math.max(0, Math.min(1, (db - floorDb) / (fullDb - floorDb))));
}

/** How loud each stretch of time is on the whole, in `count` stretches or as many as there are levels. */
export function waveformOf(levels: readonly number[], count: number = voiceMaxPeaks): number[] {
  const bars = Math.max(1, Math.min(count, levels.length));
  return Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * levels.length) / bars);
    const to = Math.floor(((bar + 1) * levels.length) / bars);
    const stretch = levels.slice(from, Math.max(to, from + 1)).map(peakOf);
    return Math.round(stretch.reduce((sum, peak) => sum + peak, 0) / stretch.length);
  });
}

/** A waveform drawn with another number of bars. */
export const resampled = (waveform: readonly number[], bars: number): readonly number[] =>
  Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * waveform.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * waveform.length) / bars));
    return Math.max(0, ...waveform.slice(from, to));
  });
