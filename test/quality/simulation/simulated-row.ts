import { conditionsOf } from '../in-process/outgoing.ts';
import { measureRecovery, measureVoice, type Disturbance } from '../meter/index.ts';
import { baseDelayMs, type Network } from '../networks.ts';
import { callOver, type Moment } from './voice-call.ts';

export interface SimulationOptions {
  readonly network: Network;
  /** Of both ends, said over and over, 48 kHz. */
  readonly voices: readonly [Int16Array, Int16Array];
  readonly seed: number;
  /** So long is measured. */
  readonly seconds: number;
  /** See `punctuality`. */
  readonly load: number;
  /** In front of a narrow uplink nothing but the voice is sent, and it comes late. */
  readonly alone: boolean;
}

/** One direction of one call, as a row of the laboratory's: the same moments, the same words. Null: the voice was not found. */
export interface SimulatedWay {
  readonly network: string;
  readonly seed: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly estoi: number | null;
  readonly gaps: number | null;
  readonly gapMs: number | null;
  /** Made up or missing, by the meter. */
  readonly damagedMs: number | null;
  /** By the receiver's own account. */
  readonly concealedMs: number;
  readonly recoveredMs: number;
  readonly stretchedMs: number;
  readonly skippedMs: number;
  readonly pageGaps: number;
  readonly soundBackMs: number | null;
  readonly delayBackMs: number | null;
  /** How long after a narrow uplink was wide again the voice had all its bits, for good. */
  readonly qualityBackMs: number | null;
  readonly wireKbps: number;
}

const samplesPerMs = 48;
/** As in the laboratory: the network becomes what it is after a calm, and has 4 s until it counts. */
const calmMs = 3_000;
/** With an application beside the voice: while it is still busy with the call, as it is there. */
const busyCalmMs = 1_000;
const settleMs = 4_000;
/** After a lossy or narrow network the cable is mended, to see how long it is remembered. */
const memoryMs = 11_500;
const delayRangeMs = { fromMs: 0, toMs: 1500 };
const fullBitrateBps = 38_000;

/** Loops `speech`, beginning somewhere else for each seed. */
function looped(speech: Int16Array, ms: number, seed: number): Int16Array {
  const out = new Int16Array(Math.ceil(ms / 10) * 10 * samplesPerMs);
  const offset = Math.floor(speech.length * ((seed * 0.381_966) % 1));
  for (let i = 0; i < out.length; i += 1) out[i] = speech[(offset + i) % speech.length] ?? 0;
  return out;
}

export function simulateCall({ network, voices, seed, seconds, load, alone }: SimulationOptions): SimulatedWay[] {
  const { impairment, changes, greedy, lossy } = network;
  const isNarrow = impairment.rateKbps !== undefined && !greedy;
  const beside = isNarrow && !alone;
  const impairedAtMs = beside ? busyCalmMs : calmMs;
  const measuredFromMs = impairedAtMs + settleMs;
  const toMs = measuredFromMs + seconds * 1000;
  const wholeMs = toMs + (lossy || isNarrow ? memoryMs : 0);
  const ways = callOver({
    speech: [looped(voices[0], wholeMs, seed), looped(voices[1], wholeMs, seed + 1)],
    seed,
    load,
    countFromMs: measuredFromMs,
    beside,
    greedyFromMs: greedy ? impairedAtMs : null,
    conditions: [
      { fromMs: 0, link: conditionsOf({ delayMs: baseDelayMs }) },
      { fromMs: impairedAtMs, link: conditionsOf(impairment) },
      ...changes.map((change) => ({
        fromMs: measuredFromMs + change.atSeconds * 1000,
        link: conditionsOf({ ...impairment, ...change.impairment }),
      })),
      { fromMs: toMs, link: conditionsOf({ delayMs: baseDelayMs }) },
    ],
  });
  return ways.map(({ spoken, heard, receiver, pageGaps, moments, bytes }) => {
    const [from, to] = [measuredFromMs * samplesPerMs, toMs * samplesPerMs];
    const common = {
      network: network.name,
      seed,
      concealedMs: receiver.concealedMs,
      recoveredMs: receiver.recoveredMs,
      stretchedMs: receiver.stretchedMs,
      skippedMs: receiver.skippedMs,
      pageGaps,
      qualityBackMs: isNarrow ? qualityBack(moments, toMs) : null,
      wireKbps: (bytes * 8) / wholeMs,
      soundBackMs: null,
      delayBackMs: null,
    };
    const judge = (reference: Int16Array, recorded: Int16Array) =>
      measureVoice({ reference, recorded, sampleRate: samplesPerMs * 1000, delayRangeMs });
    const measured = judge(spoken.subarray(from, to), heard.subarray(from, to));
    if (!measured.valid) return { ...common, p50: null, p95: null, estoi: null, gaps: null, gapMs: null, damagedMs: null };
    const disturbance = disturbanceOf(network, toMs);
    const whole = disturbance === null ? null : judge(spoken, heard);
    return {
      ...common,
      ...(disturbance !== null && whole?.valid === true ? measureRecovery(whole, disturbance) : null),
      p50: measured.delayMs.p50,
      p95: measured.delayMs.p95,
      estoi: measured.estoi,
      gaps: measured.gaps,
      gapMs: measured.gapMs,
      damagedMs: measured.concealedMs,
    };
  });
}

function disturbanceOf({ lossy, disturbance }: Network, toMs: number): Disturbance | null {
  if (lossy) return { fromMs: calmMs, soundPossibleAtMs: toMs + baseDelayMs, delayPossibleAtMs: toMs + baseDelayMs };
  if (disturbance === null) return null;
  const at = (atSeconds: number): number => calmMs + settleMs + atSeconds * 1000;
  return {
    fromMs: at(disturbance.from),
    soundPossibleAtMs: at(disturbance.soundPossibleAt),
    delayPossibleAtMs: at(disturbance.delayPossibleAt),
  };
}

function qualityBack(moments: readonly Moment[], sinceMs: number): number {
  const poor = moments.findLast(({ sender }) => sender.bitrateBps < fullBitrateBps || sender.frameMs > 20);
  return poor === undefined ? 0 : Math.max(0, poor.atMs - sinceMs);
}

type Figure = Exclude<keyof SimulatedWay, 'network' | 'seed'>;

/** Heading, figure, decimals. */
export const simulationColumns: readonly (readonly [heading: string, figure: Figure, decimals: number])[] = [
  ['mouth-to-ear p50, ms', 'p50', 0],
  ['p95, ms', 'p95', 0],
  ['ESTOI', 'estoi', 4],
  ['gaps', 'gaps', 1],
  ['gaps, ms', 'gapMs', 0],
  ['made up or missing, ms', 'damagedMs', 0],
  ['concealed, ms', 'concealedMs', 0],
  ['by FEC, ms', 'recoveredMs', 0],
  ['stretched, ms', 'stretchedMs', 0],
  ['left out, ms', 'skippedMs', 0],
  ['page ran dry', 'pageGaps', 1],
  ['sound back, ms', 'soundBackMs', 0],
  ['delay back, ms', 'delayBackMs', 0],
  ['quality back, ms', 'qualityBackMs', 0],
  ['kbit/s', 'wireKbps', 0],
];

/** Means of each network's ways, as Markdown; what a way does not tell is left out. */
export function tableOf(ways: readonly SimulatedWay[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const names = [...new Set(ways.map(({ network }) => network))];
  const rows = names.map((name) => {
    const own = ways.filter(({ network }) => network === name);
    const cells = simulationColumns.map(([, figure, decimals]) => {
      const values = own.map((way) => way[figure]).filter((value) => value !== null);
      return values.length === 0 ? '–' : mean(values).toFixed(decimals);
    });
    return line([name, String(own.length), ...cells]);
  });
  const head = ['network', 'ways', ...simulationColumns.map(([heading]) => heading)];
  return line(head) + line(head.map(() => '---')) + rows.join('');
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
