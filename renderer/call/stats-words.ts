import type { CallStats } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';

export interface Figure {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** The figures of a call in words and units a person knows. What is not known is said to be so. */
export function statsFigures(words: Words, stats: CallStats): readonly Figure[] {
  const ms = (value: number) => words('call.stats.ms', { n: Math.round(value) });
  const percent = (stats.lossFraction * 100).toLocaleString('en-GB', { maximumFractionDigits: 1 });
  const figures: Record<string, [string, string]> = {
    delay: [words('call.stats.delay'), stats.roundTripMs === null ? words('call.stats.unknown') : ms(stats.roundTripMs)],
    smoothing: [words('call.stats.smoothing'), ms(stats.playoutDelayMs)],
    jitter: [words('call.stats.jitter'), ms(stats.jitterMs)],
    loss: [words('call.stats.loss'), words('call.stats.percent', { n: percent })],
    repaired: [words('call.stats.repaired'), ms(stats.concealedMs)],
    path: [words('call.stats.path'), stats.path === null ? words('call.stats.unknown') : words(`call.stats.paths.${stats.path}`)],
    bitrate: [words('call.stats.bitrate'), words('call.stats.kbps', { n: Math.round(stats.bitrateBps / 1000) })],
    sent: [words('call.stats.sent'), stats.sentPackets.toLocaleString('en-GB')],
    received: [words('call.stats.received'), stats.receivedPackets.toLocaleString('en-GB')],
    encryption: [words('call.stats.encryption'), words('call.stats.endToEnd')],
  };
  return Object.entries(figures).map(([id, [label, value]]) => ({ id, label, value }));
}
