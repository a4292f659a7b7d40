/** What a cable does to packets; every part that is absent is harmless. */
export interface Impairment {
  /** Fixed part of the way, ms. */
  readonly delayMs?: number;
  /** Uniformly ± this around the delay, ms. Packets keep their order, as in a queue. */
  readonly jitterMs?: number;
  /** Each packet for itself, per cent. */
  readonly lossPercent?: number;
  /** Gilbert-Elliott, per cent: good to bad, bad to good, loss while bad. */
  readonly burst?: readonly [enter: number, leave: number, loss: number];
  /** A bottleneck before the delay, kbit/s of IP packets; 0: none. */
  readonly rateKbps?: number;
  /** What the bottleneck holds before it drops, ms. */
  readonly queueMs?: number;
}

/** From so many seconds after measuring began, this holds as well. */
export interface Change {
  readonly atSeconds: number;
  readonly impairment: Impairment;
}

const keyOf: Readonly<Record<keyof Impairment, string>> = {
  delayMs: 'delay_ms',
  jitterMs: 'jitter_ms',
  lossPercent: 'loss',
  burst: 'burst',
  rateKbps: 'rate_kbit',
  queueMs: 'queue_ms',
};

/** The wire's own words for it (wire.c). */
export const confOf = (impairment: Impairment): string =>
  // Object.entries forgets that the keys are Impairment's.
  (Object.entries(impairment) as [keyof Impairment, number | readonly number[]][])
    .map(([key, value]) => `${keyOf[key]}=${String(value)}\n`)
    .join('');

const keyOfWord = new Map(Object.entries(keyOf).map(([key, word]) => [word, key]));

/** The same, read again. @throws Error at a word that is none of the wire's */
export function parseConf(conf: string): Impairment {
  const parts = conf
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [word = '', value = ''] = line.split('=');
      const key = keyOfWord.get(word);
      const numbers = value.split(',').map(Number);
      if (key === undefined || value === '' || numbers.some(Number.isNaN)) throw new Error(`the cable knows no ${line}`);
      return [key, key === 'burst' ? numbers : numbers[0]];
    });
  // What `confOf` was given, key by key.
  return Object.fromEntries(parts) as Impairment;
}
