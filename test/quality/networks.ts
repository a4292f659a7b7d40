import type { Change, Impairment } from './wire/impairment.ts';

/** A named row: what the cable does in both directions once media is up. */
export interface Network {
  readonly name: string;
  readonly what: string;
  readonly impairment: Impairment;
  readonly changes: readonly Change[];
  /** By so many millionths home a's sound card runs fast (headless client only): what one direction gains, the other lacks. */
  readonly skewPpm: number;
  /** What measuring may ask afterwards: when speech and its old delay were back. Seconds since measuring began. */
  readonly disturbance: DisturbedSeconds | null;
  /** Loss can be taken away afterwards, to see how long the call remembers it. */
  readonly lossy: boolean;
  /** Beside each voice, its home sends as much by TCP as the cable takes. */
  readonly greedy: boolean;
}

/** As the meter's `Disturbance`. */
export interface DisturbedSeconds {
  readonly from: number;
  readonly soundPossibleAt: number;
  readonly delayPossibleAt: number;
}

/** Each way, unless a row says otherwise: a call across a continent. Also there before media is up. */
export const baseDelayMs = 50;

const row = (name: string, what: string, impairment: Impairment, rest: Partial<Network> = {}): Network => ({
  name,
  what,
  impairment: { delayMs: baseDelayMs, ...impairment },
  changes: [],
  skewPpm: 0,
  disturbance: null,
  lossy: impairment.lossPercent !== undefined || impairment.burst !== undefined,
  greedy: false,
  ...rest,
});

/** The 300 ms that a home router of the plainer sort lets wait. */
const deepQueueMs = 300;

export const networks: readonly Network[] = [
  row('clean', '50 ms', {}),
  row('loss5', '5 % lost', { lossPercent: 5 }),
  row('loss10', '10 % lost', { lossPercent: 10 }),
  row('loss20', '20 % lost', { lossPercent: 20 }),
  row('loss40', '40 % lost', { lossPercent: 40 }),
  row('burst-2-25-80', 'bursts: 2 % begin, 25 % end, 80 % lost within', { burst: [2, 25, 80] }),
  row('burst-5-15-100', 'bursts: 5 % begin, 15 % end, all lost within', { burst: [5, 15, 100] }),
  row('jitter30', '± 30 ms', { jitterMs: 30 }),
  row('jitter80', '± 80 ms, never below 0', { jitterMs: 80 }),
  row('loss10-jitter30', '10 % lost, ± 30 ms', { lossPercent: 10, jitterMs: 30 }),
  row('loss20-jitter80', '20 % lost, ± 80 ms, never below 0', { lossPercent: 20, jitterMs: 80 }),
  row('up64', '64 kbit/s uplinks, 300 ms queue', { rateKbps: 64, queueMs: deepQueueMs }),
  row('up32', '32 kbit/s uplinks, 300 ms queue', { rateKbps: 32, queueMs: deepQueueMs }),
  row(
    'greedy',
    'a greedy TCP flow on each 1 Mbit/s uplink, 300 ms queue',
    { rateKbps: 1000, queueMs: deepQueueMs },
    { greedy: true },
  ),
  row(
    'outage',
    'nothing for 1.5 s, after 10 s',
    {},
    {
      changes: [
        { atSeconds: 10, impairment: { lossPercent: 100 } },
        { atSeconds: 11.5, impairment: { lossPercent: 0 } },
      ],
      // What is sent again takes its time through the cable.
      disturbance: { from: 10, soundPossibleAt: 11.55, delayPossibleAt: 11.55 },
    },
  ),
  row(
    'step',
    '150 ms more after 8 s, for 10 s',
    {},
    {
      changes: [
        { atSeconds: 8, impairment: { delayMs: baseDelayMs + 150 } },
        { atSeconds: 18, impairment: { delayMs: baseDelayMs } },
      ],
      // Up, nothing can come for 150 ms; down, what is still under way comes first.
      disturbance: { from: 8, soundPossibleAt: 8.2, delayPossibleAt: 18.2 },
    },
  ),
  row('skew200', 'sound cards 200 ppm apart: + one way, − the other', {}, { skewPpm: 200 }),
];

export const networkNamed = (name: string): Network | undefined => networks.find((network) => network.name === name);
