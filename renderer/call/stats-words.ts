import {
  delayParts,
  delayToThem,
  delayToUs,
  type CallStats,
  type CallSummary,
  type CallTrouble,
  type CallView,
  type DelayBudget,
} from '../../preload/contract/index.ts';
import type { CallTrace } from '../state/index.ts';
import type { Words } from '../strings/index.ts';
import { codecText, countText, msText, percentText, rateText, soundText } from '../ui/index.ts';

export interface Figure {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** What is to blame, in one sentence. */
export const troubleWords = (words: Words, { kind, amount }: CallTrouble, name: string): string =>
  words(`call.trouble.${kind}`, { name, amount });

/** How sound is packed: "Opus, 32 kbit/s, 20 ms in a packet". */
const codecWords = (words: Words, { bitrateBps, frameMs }: CallStats): string =>
  words('call.stats.codecIs', { rate: rateText(words, bitrateBps), frame: msText(words, frameMs) });

function correctionWords(words: Words, { fecPercent, dtx }: CallStats): string {
  const fec =
    fecPercent === 0 ? words('call.stats.off') : words('call.stats.fecFor', { loss: percentText(words, fecPercent / 100) });
  return dtx ? words('call.stats.withDtx', { fec }) : fec;
}

const codecOf = ({ codecMode, bandwidthHz }: CallStats): CallSummary['codec'] =>
  codecMode === null || bandwidthHz === null ? null : { mode: codecMode, bandwidthHz };

const copiesWords = (words: Words, { copies, spreadMs }: CallStats): string =>
  copies === 0 ? words('call.stats.none') : words('call.stats.copiesBack', { count: copies, spread: msText(words, spreadMs) });

/** The figures of a call that are no chart, in words and units a person knows. What is not known is said to be so. */
export function statsFigures(words: Words, stats: CallStats): readonly Figure[] {
  const unknown = words('measure.unknown');
  const figures: Record<string, [string, string]> = {
    path: [words('call.stats.path'), stats.path === null ? unknown : words(`call.stats.paths.${stats.path}`)],
    roundTrip: [words('call.stats.roundTrip'), msText(words, stats.roundTripMs)],
    codec: [words('call.stats.codec'), codecWords(words, stats)],
    codecMode: [words('call.stats.codecMode'), codecText(words, codecOf(stats))],
    correction: [words('call.stats.correction'), correctionWords(words, stats)],
    capacity: [
      words('call.stats.capacity'),
      stats.capacityBps === null ? words('call.stats.noLimit') : rateText(words, stats.capacityBps),
    ],
    queue: [words('call.stats.queue'), msText(words, stats.queueMs)],
    speech: [words('call.stats.speech'), percentText(words, stats.speakingFraction)],
    repaired: [words('call.stats.repaired'), soundText(words, stats.recoveredMs + stats.redundantMs)],
    concealed: [words('call.stats.concealed'), soundText(words, stats.concealedMs)],
    missing: [words('call.stats.missing'), percentText(words, stats.missingFraction)],
    theirConcealed: [words('call.stats.theirConcealed'), percentText(words, stats.theirConcealedFraction)],
    stretched: [words('call.stats.stretched'), soundText(words, stats.stretchedMs)],
    skipped: [words('call.stats.skipped'), soundText(words, stats.skippedMs)],
    late: [words('call.stats.late'), countText(stats.latePackets)],
    drift: [
      words('call.stats.drift'),
      stats.driftPpm === null ? unknown : words('measure.ppm', { n: Math.round(stats.driftPpm) }),
    ],
    missed: [words('call.stats.missed'), stats.playerGaps === null ? unknown : countText(stats.playerGaps)],
    tick: [words('call.stats.tick'), msText(words, stats.lateMs)],
    sent: [words('call.stats.sent'), countText(stats.sentPackets)],
    received: [words('call.stats.received'), countText(stats.receivedPackets)],
    encryption: [words('call.stats.encryption'), words('call.stats.endToEnd')],
  };
  return Object.entries(figures).map(([id, [label, value]]) => ({ id, label, value }));
}

/** The figures that are drawn as charts, now. */
export function chartFigures(words: Words, stats: CallStats, name: string): readonly Figure[] {
  return [
    { id: 'lossToUs', label: words('call.stats.lossToUs'), value: percentText(words, stats.lossFraction) },
    { id: 'lossToThem', label: words('call.stats.lossToThem', { name }), value: percentText(words, stats.sentLossFraction) },
    { id: 'jitter', label: words('call.stats.jitter'), value: msText(words, stats.jitterMs) },
    {
      id: 'delay',
      label: words('call.delay.overTime'),
      value: msText(words, stats.roundTripMs === null ? null : delayToUs(stats).totalMs),
    },
    {
      id: 'rate',
      label: words('call.stats.rate'),
      value: words('call.stats.bothRates', {
        sent: rateText(words, stats.wireBps),
        received: rateText(words, stats.receivedBps),
      }),
    },
    { id: 'copies', label: words('call.stats.copies'), value: copiesWords(words, stats) },
  ];
}

export interface TraceRow {
  readonly id: number;
  readonly cells: readonly string[];
}

/** Every tenth second of the charts as a table, newest first, for who can't see them. */
export function traceRows(words: Words, trace: CallTrace): readonly TraceRow[] {
  const nowMs = trace.at(-1)?.atMs ?? 0;
  return trace
    .toReversed()
    .filter((_point, index) => index % 10 === 0)
    .map((point) => ({
      id: point.atMs,
      cells: [
        words('call.chart.ago', { seconds: Math.round((nowMs - point.atMs) / 1000) }),
        msText(words, point.delayMs),
        percentText(words, point.lossFraction),
        percentText(words, point.sentLossFraction),
        msText(words, point.jitterMs),
        rateText(words, point.wireBps),
        rateText(words, point.receivedBps),
        countText(point.copies),
      ],
    }));
}

/** All of it as text, for a mail to whoever mends networks. Names nobody: that is for the person to add. */
export function reportText(words: Words, call: CallView, stats: CallStats): string {
  const them = words('call.report.them');
  const budget = (way: 'toUs' | 'toThem', { parts, totalMs }: DelayBudget): string[] => [
    `${words(`call.report.${way}`)}: ${msText(words, totalMs)}`,
    ...delayParts.map((part) => `  ${words(`call.delay.parts.${way}.${part}`)}: ${msText(words, parts[part])}`),
  ];
  return [
    words('call.report.title'),
    ...(call.quality === null ? [] : [words(`call.sound.${call.quality}`)]),
    ...(call.trouble === null ? [] : [troubleWords(words, call.trouble, them)]),
    ...budget('toUs', delayToUs(stats)),
    ...budget('toThem', delayToThem(stats)),
    ...[...chartFigures(words, stats, words('call.report.themWithin')), ...statsFigures(words, stats)].map(
      ({ label, value }) => `${label}: ${value}`,
    ),
  ].join('\n');
}
