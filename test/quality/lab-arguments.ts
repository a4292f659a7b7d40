import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { baseDelayMs, networkNamed, networks, type Network } from './networks.ts';
import type { PeerName } from './peers/peers.ts';
import type { Change, Impairment } from './wire/impairment.ts';

export interface LabArguments {
  /** One voice, or one for each end. */
  readonly speech: readonly string[];
  readonly out: string;
  readonly network: Network;
  readonly seconds: number;
  readonly repeat: number;
  readonly peers: readonly PeerName[];
  /** Even where namespaces can be made. */
  readonly inProcess: boolean;
}

export const usage = `usage: lab:voice -- --speech WAV [--speech WAV] --out DIR
  --network NAME | [--delay-ms N] [--jitter-ms N] [--loss PERCENT] [--burst ENTER,LEAVE,LOSS] [--rate-kbps N] [--queue-ms N]
  [--seconds N] [--repeat N] [--with-chromium] [--headless] [--in-process] [--change-at SECONDS=KEY:VALUE]…
NAME: ${networks.map(({ name }) => name).join(', ')}
KEY: the options above without dashes before them (loss, jitter-ms, …)`;

const keys = {
  'delay-ms': 'delayMs',
  'jitter-ms': 'jitterMs',
  loss: 'lossPercent',
  burst: 'burst',
  'rate-kbps': 'rateKbps',
  'queue-ms': 'queueMs',
} as const satisfies Readonly<Record<string, keyof Impairment>>;
type Key = keyof typeof keys;

const milliseconds = z.coerce.number().min(0).max(10_000);
const percent = z.coerce.number().min(0).max(100);
const burstSchema = z.tuple([percent, percent, percent]);
const impairmentSchema = z.object({
  delayMs: milliseconds.optional(),
  jitterMs: milliseconds.optional(),
  lossPercent: percent.optional(),
  burst: z
    .string()
    .transform((words) => burstSchema.parse(words.split(',')))
    .optional(),
  rateKbps: z.coerce.number().min(0).max(1e6).optional(),
  queueMs: milliseconds.optional(),
});

const changePattern = /^(?<at>[\d.]+)=(?<key>[a-z-]+):(?<value>.+)$/u;
/** A loop of speech is 7 to 13 s; less than this holds none of it whole. */
const leastSeconds = 5;
const countsSchema = z.object({
  seconds: z.coerce.number().min(leastSeconds).max(600).default(30),
  repeat: z.coerce.number().int().min(1).max(100).default(1),
});

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const options = {
  speech: texts,
  out: text,
  network: text,
  'delay-ms': text,
  'jitter-ms': text,
  loss: text,
  burst: text,
  'rate-kbps': text,
  'queue-ms': text,
  seconds: text,
  repeat: text,
  'with-chromium': { type: 'boolean', default: false },
  headless: { type: 'boolean', default: false },
  'in-process': { type: 'boolean', default: false },
  'change-at': texts,
} as const;

const isKey = (name: string | undefined): name is Key => name !== undefined && name in keys;

/** @returns what is wrong, if anything is */
export function parseLabArguments(args: readonly string[]): LabArguments | string {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const { speech = [], 'change-at': told = [], out } = values;
    if (speech.length < 1 || speech.length > 2 || out === undefined) {
      return '--speech (once or twice) and --out are needed';
    }
    const own = impairmentFrom((key) => values[key]);
    const named = values.network === undefined ? null : networkNamed(values.network);
    if (named === undefined) return `there is no network ${values.network}`;
    if (named !== null && Object.keys(own).length > 0) return 'a network by name, or by its parts: not both';
    const changes = told.map(changeFrom);
    const network: Network = named ?? {
      name: 'custom',
      what: Object.entries(own)
        .map(([key, value]) => `${key} ${String(value)}`)
        .join(', '),
      impairment: { delayMs: baseDelayMs, ...own },
      changes: [],
      skewPpm: 0,
      disturbance: null,
      lossy: own.lossPercent !== undefined || own.burst !== undefined,
      greedy: false,
    };
    const { seconds, repeat } = countsSchema.parse(values);
    return {
      speech: speech.map((path) => resolve(path)),
      out: resolve(out),
      network: { ...network, changes: [...network.changes, ...changes].toSorted((a, b) => a.atSeconds - b.atSeconds) },
      seconds,
      repeat,
      peers: peersFor(network, values['with-chromium'], values.headless),
      inProcess: values['in-process'],
    };
  } catch (error) {
    if (error instanceof z.ZodError) return z.prettifyError(error);
    return error instanceof Error ? error.message : String(error);
  }
}

/** Only our own sound cards can be told to run wrong. */
function peersFor({ skewPpm }: Network, chromium: boolean, headless: boolean): readonly PeerName[] {
  if (skewPpm !== 0) return ['lilliput-headless'];
  return ['lilliput', ...(chromium ? (['chromium'] as const) : []), ...(headless ? (['lilliput-headless'] as const) : [])];
}

/** @throws ZodError */
function impairmentFrom(valueOf: (key: Key) => string | undefined): Impairment {
  const given: Partial<Record<keyof Impairment, string>> = {};
  for (const key of Object.keys(keys)) {
    const value = isKey(key) ? valueOf(key) : undefined;
    if (isKey(key) && value !== undefined) given[keys[key]] = value;
  }
  return impairmentSchema.parse(given);
}

function changeFrom(words: string): Change {
  const found = changePattern.exec(words)?.groups;
  const key = found?.['key'];
  if (!isKey(key)) throw new Error(`${words} is no SECONDS=KEY:VALUE`);
  const impairment = impairmentFrom((candidate) => (candidate === key ? found?.['value'] : undefined));
  return { atSeconds: z.coerce.number().min(0).max(600).parse(found?.['at']), impairment };
}
