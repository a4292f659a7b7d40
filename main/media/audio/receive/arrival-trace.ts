/**
 * What arrived when, and when the player asked: all that the playout delay depends on, and no sound. A call that sounded bad
 * on some network is recorded so, and played again as a test.
 *
 * Text, one event a line, times in ms with two decimals from the first event:
 *
 *   lilliput-arrivals 1
 *   p TIME                                      the player asked for 10 ms
 *   a TIME SEQUENCE TIMESTAMP BLOCK[ BLOCK…]    a packet; a block is `offset:samples[f]`, the newest last:
 *                                               its distance in timestamp units, how much sound, f: with in-band FEC
 */
export interface ArrivalTrace {
  asked(nowMs: number): void;
  begin(sequence: number, timestamp: number, arrivalMs: number): void;
  block(offsetUnits: number, samples: number, hasFec: boolean): void;
  end(): void;
  /** All that was recorded. */
  text(): string;
}

export interface ArrivedBlock {
  readonly offsetUnits: number;
  readonly samples: number;
  readonly hasFec: boolean;
}

export type TraceEvent =
  | { readonly type: 'asked'; readonly atMs: number }
  | {
      readonly type: 'arrived';
      readonly atMs: number;
      readonly sequence: number;
      readonly timestamp: number;
      readonly blocks: readonly ArrivedBlock[];
    };

export const traceHeading = 'lilliput-arrivals 1';
/** Half an hour of a call: 150 events a second. */
const maxEvents = 270_000;

export function createArrivalTrace(): ArrivalTrace {
  const lines: string[] = [traceHeading];
  let firstMs: number | null = null;
  let line = '';
  const time = (ms: number): string => {
    firstMs ??= ms;
    return (ms - firstMs).toFixed(2);
  };
  const add = (event: string): void => {
    if (lines.length <= maxEvents) lines.push(event);
  };
  return {
    asked: (nowMs) => add(`p ${time(nowMs)}`),
    begin(sequence, timestamp, arrivalMs) {
      line = `a ${time(arrivalMs)} ${sequence} ${timestamp}`;
    },
    block(offsetUnits, samples, hasFec) {
      line += ` ${offsetUnits}:${samples}${hasFec ? 'f' : ''}`;
    },
    end: () => add(line),
    text: () => `${lines.join('\n')}\n`,
  };
}

/** @returns null if the text is not a whole trace of this version */
export function parseTrace(text: string): readonly TraceEvent[] | null {
  const [heading, ...lines] = text.trimEnd().split('\n');
  if (heading !== traceHeading || lines.length > maxEvents) return null;
  const events: TraceEvent[] = [];
  for (const line of lines) {
    const event = parseEvent(line);
    if (event === null) return null;
    events.push(event);
  }
  return events;
}

function parseEvent(line: string): TraceEvent | null {
  const [kind, time, sequence, timestamp, ...blocks] = line.split(' ');
  const atMs = Number(time);
  if (time === undefined || !Number.isFinite(atMs)) return null;
  if (kind === 'p') return { type: 'asked', atMs };
  const [sequenceNumber, units] = [Number(sequence), Number(timestamp)];
  const isPacket = kind === 'a' && isBelow(sequenceNumber, 0x1_00_00) && isBelow(units, 2 ** 32);
  if (!isPacket || blocks.length === 0 || blocks.length > 16) return null;
  const parsed = blocks.map(parseBlock).filter((block) => block !== null);
  if (parsed.length !== blocks.length) return null;
  return { type: 'arrived', atMs, sequence: sequenceNumber, timestamp: units, blocks: parsed };
}

const isBelow = (value: number, limit: number): boolean => Number.isInteger(value) && value >= 0 && value < limit;

function parseBlock(text: string): ArrivedBlock | null {
  const match = /^(\d{1,5}):(\d{1,4})(f?)$/u.exec(text);
  if (match === null) return null;
  return { offsetUnits: Number(match[1]), samples: Number(match[2]), hasFec: match[3] === 'f' };
}
