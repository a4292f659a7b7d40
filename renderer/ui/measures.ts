import type { CallSummary } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';

/** Numbers with their units, as figures of a call show them. Null is said to be not known, never shown as zero. */
export const msText = (words: Words, ms: number | null): string =>
  ms === null ? words('measure.unknown') : words('measure.ms', { n: Math.round(ms).toLocaleString('en-GB') });

export const percentText = (words: Words, fraction: number | null): string =>
  fraction === null
    ? words('measure.unknown')
    : words('measure.percent', {
        n: (fraction * 100).toLocaleString('en-GB', { maximumFractionDigits: fraction < 0.1 ? 1 : 0 }),
      });

export const rateText = (words: Words, bps: number | null): string =>
  bps === null ? words('measure.unknown') : words('measure.kbps', { n: Math.round(bps / 1000).toLocaleString('en-GB') });

/** A length of sound: 280 ms, 4.2 s, 75 s. */
export function soundText(words: Words, ms: number): string {
  if (ms < 1_000) return msText(words, ms);
  return words('measure.seconds', { n: (ms / 1000).toLocaleString('en-GB', { maximumFractionDigits: ms < 10_000 ? 1 : 0 }) });
}

/** An amount of data: 480 kB, 86.4 MB, 1.2 GB. */
export function sizeText(words: Words, bytes: number): string {
  const kilo = bytes / 1_000;
  const unit = kilo < 1_000 ? 'kB' : kilo < 1_000_000 ? 'MB' : 'GB';
  const n = unit === 'kB' ? kilo : unit === 'MB' ? kilo / 1_000 : kilo / 1_000_000;
  return words(`measure.${unit}`, { n: n.toLocaleString('en-GB', { maximumFractionDigits: n < 100 ? 1 : 0 }) });
}

/** How sound is coded, and how high it may go; null: nothing was sent yet. */
export const codecText = (words: Words, codec: CallSummary['codec']): string =>
  codec === null
    ? words('measure.unknown')
    : words('call.stats.codecUpTo', {
        mode: words(`call.stats.codecModes.${codec.mode}`),
        band: words('measure.kHz', { n: codec.bandwidthHz / 1_000 }),
      });

export const countText = (count: number): string => count.toLocaleString('en-GB');
