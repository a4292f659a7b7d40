/**
 * `npm run -s lab:soak -- --minutes N [--every SECONDS]`: a long call between two headless accounts in separate processes on
 * this machine, both talking. One JSON line per end and moment with its memory, CPU time and delays, then one per end with
 * what grew. Exit code 1 if memory or delay grew by more than wobbling explains.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { encodeWav } from '../../main/media/index.ts';
import type { CallView } from '../../preload/contract/index.ts';
import { startPair, type Friend } from '../bench/rig/headless-pair.ts';
import { usageOf } from '../bench/rig/process-usage.ts';
import { itemsOf, watch } from '../bench/rig/watched.ts';
import { slopeOf } from './slope.ts';
import { speechLike } from './speech-like.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string' }, every: { type: 'string', default: '10' } } });
const [minutes, everySeconds] = [Number(values.minutes), Number(values.every)];
if (!(minutes > 0 && minutes <= 600 && everySeconds >= 1 && everySeconds <= 600)) {
  process.stderr.write('usage: lab:soak -- --minutes N [--every SECONDS]\n');
  process.exit(2);
}

/** What is spoken, again and again: long enough for the start of a file to be rare, short enough to weigh little. */
const speechSeconds = 120;
/** Code is compiled, heaps have found their size: growth is judged after this share of the time, at least a minute if there is. */
const warmUpShare = 0.2;
/** 30 MB in half an hour, but in a short call no less than a heap wobbles. */
const allowedMegabytes = (span: number): number => Math.max(15, span);
/** 20 ms in half an hour, but no less than the playout delay wobbles. */
const allowedDelayMs = (span: number): number => Math.max(10, (20 / 30) * span);

interface Reading {
  readonly minute: number;
  readonly rssMb: number;
  readonly cpuPercent: number;
  readonly playoutDelayMs: number;
}

interface End {
  readonly name: string;
  readonly friend: Friend;
  readonly readings: Reading[];
  view: CallView | null;
  cpuMsBefore: number;
  atMsBefore: number;
}

const say = (line: Readonly<Record<string, unknown>>): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

async function readEnd(end: End, minute: number): Promise<void> {
  const usage = await usageOf(end.friend.pid);
  if (usage === null) throw new Error('memory is read from /proc, which is not here');
  const { view, cpuMsBefore, atMsBefore } = end;
  if (view === null || view.phase !== 'active') throw new Error(`the call is over at ${end.name}: ${view?.reason ?? 'unknown'}`);
  const cpuPercent = rounded(((usage.cpuMs - cpuMsBefore) / (usage.atMs - atMsBefore)) * 100);
  end.cpuMsBefore = usage.cpuMs;
  end.atMsBefore = usage.atMs;
  const { stats } = view;
  // The first reading has nothing to compare CPU time with, and a call of no second has no figures yet.
  if (atMsBefore === 0 || stats === null) return;
  const { playoutDelayMs, targetDelayMs, roundTripMs, lostPackets, concealedMs, lateMs } = stats;
  end.readings.push({ minute, rssMb: usage.rssMb, cpuPercent, playoutDelayMs });
  say({
    end: end.name,
    minute: rounded(minute),
    rssMb: rounded(usage.rssMb),
    cpuPercent,
    playoutDelayMs,
    targetDelayMs,
    roundTripMs,
    lostPackets,
    concealedMs,
    lateMs,
  });
}

/** True if nothing grew. */
function conclude({ name, readings }: End): boolean {
  const judged = readings.filter(({ minute }) => minute >= Math.min(1, minutes / 2) && minute >= minutes * warmUpShare);
  const memory = slopeOf(judged.map(({ minute, rssMb }) => ({ x: minute, y: rssMb })));
  const delay = slopeOf(judged.map(({ minute, playoutDelayMs }) => ({ x: minute, y: playoutDelayMs })));
  const span = (judged.at(-1)?.minute ?? 0) - (judged[0]?.minute ?? 0);
  const holds =
    memory !== null && delay !== null && memory * span <= allowedMegabytes(span) && delay * span <= allowedDelayMs(span);
  say({
    conclusion: name,
    readings: judged.length,
    minutes: rounded(span),
    rssMbPerMinute: memory === null ? null : rounded(memory),
    playoutDelayMsPerMinute: delay === null ? null : rounded(delay),
    holds,
  });
  return holds;
}

const dir = mkdtempSync(join(tmpdir(), 'lilliput-soak-'));
const speech = join(dir, 'speech.wav');
writeFileSync(speech, encodeWav(speechLike(speechSeconds, 11)));
const pair = await startPair(dir);
try {
  const { caller, callee } = pair.people();
  const ends: readonly End[] = Object.entries({ caller, callee }).map(([name, friend]) => ({
    name,
    friend,
    readings: [],
    view: null,
    cpuMsBefore: 0,
    atMsBefore: 0,
  }));
  const talk = (): Promise<unknown> =>
    Promise.all(ends.map(({ friend }) => friend.client.audio.useFiles({ playPath: speech, recordPath: null, echo: false })));
  await talk();
  const watched = await Promise.all(
    ends.map(async (end) => {
      const calls = await watch(
        (signal) => end.friend.client.calls.watch(undefined, { signal }),
        (change) => {
          for (const view of itemsOf(change)) end.view = view;
          return [];
        },
      );
      return calls;
    }),
  );
  const { id } = await caller.client.calls.start({ accountKey: caller.contact.accountKey });
  const waitFor = async (phase: CallView['phase'], end: End | undefined): Promise<void> => {
    const until = performance.now() + 60_000;
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    while (end?.view?.phase !== phase && performance.now() < until) await sleep(50);
    if (end?.view?.phase !== phase) throw new Error(`not ${phase} within a minute`);
  };
  await waitFor('ringing', ends[1]);
  await callee.client.calls.accept({ id });
  await Promise.all(ends.map((end) => waitFor('active', end)));
  const beganAt = performance.now();
  let spokenUntil = beganAt + speechSeconds * 1000;
  for (let minute = 0; minute < minutes; minute = (performance.now() - beganAt) / 60_000) {
    // oxlint-disable no-await-in-loop -- one moment after the other
    for (const end of ends) await readEnd(end, minute);
    await sleep(everySeconds * 1000);
    if (performance.now() >= spokenUntil) {
      await talk();
      spokenUntil = performance.now() + speechSeconds * 1000;
    }
    // oxlint-enable no-await-in-loop
  }
  await caller.client.calls.hangUp({ id });
  for (const calls of watched) calls.stop();
  // Both are said, whatever the first one is.
  process.exitCode = ends.map(conclude).every(Boolean) ? 0 : 1;
} finally {
  await pair.stop();
  rmSync(dir, { recursive: true, force: true });
}
