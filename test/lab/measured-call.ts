import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeWav, encodeWav } from '../../main/media/index.ts';
import { measureVoice, percentile } from '../quality/meter/index.ts';
import { isEvent, isOnNetwork, runCli, startCli, type CliEvent, type CliProcess } from './cli-process.ts';

export interface MeasuredCall {
  readonly setupMs: { readonly dialToRing: number; readonly acceptToAudio: number };
  readonly mouthToEarMs: { readonly p50: number | null; readonly p95: number | null };
  readonly sentPackets: number;
  readonly lostPackets: number;
  readonly concealedMs: number;
  readonly bitrateBps: number;
  readonly cpuPercent: { readonly caller: number; readonly callee: number };
  readonly rssMb: { readonly caller: number; readonly callee: number };
  readonly correlation: number | null;
  readonly recording: string;
}

export interface MeasuredCallOptions {
  /** Folder for the three profiles. */
  readonly home: string;
  readonly speech: string;
  readonly outDir: string;
  /** Length of the call after it was accepted; null: the speech's length and a second. */
  readonly seconds: number | null;
}

const sampleRateHz = 48_000;
/** A mouth-to-ear delay above this is a broken call. */
const maxDelayMs = 1000;

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

const diagnostic = (what: string) => isEvent('diagnostic', { what });

/** The moment a diagnostic happened, on the clock all processes of this machine share. */
const momentOf = (event: CliEvent): number => numberOf(event['atMonotonicMs']);

async function listening(node: CliProcess): Promise<string> {
  const up = await node.waitFor(
    (event) => event.event === 'supernode' && typeof event['publicAddress'] === 'string',
    'the supernode is up',
  );
  return String(up['publicAddress']);
}

/** A supernode, two new accounts that become contacts, one call from `caller` to `callee`, in four processes. */
export async function measureCall({ home, speech, outDir, seconds }: MeasuredCallOptions): Promise<MeasuredCall> {
  const reference = decodeWav(readFileSync(speech));
  const rawRecording = join(outDir, 'heard-raw.wav');
  const node = startCli([
    'supernode',
    '--home',
    home,
    '--profile',
    'node',
    '--listen',
    '127.0.0.1:0',
    '--no-mdns',
    '--no-bittorrent',
  ]);
  const running: CliProcess[] = [node];
  try {
    const bootstrap = await listening(node);
    const base = (profile: string): string[] => [
      '--home',
      home,
      '--profile',
      profile,
      '--bootstrap',
      bootstrap,
      '--no-mdns',
      '--no-bittorrent',
      '--listen',
      '127.0.0.1:0',
    ];
    await Promise.all([runCli(['signup', 'lab-caller', ...base('caller')]), runCli(['signup', 'lab-callee', ...base('callee')])]);
    const callee = startCli(['run', '--auto-answer', '--auto-accept', '--record', rawRecording, ...base('callee')]);
    running.push(callee);
    await callee.waitFor(isOnNetwork, 'the callee is connected');
    await runCli(['contacts', 'add', 'lab-callee', ...base('caller')]);

    const length = seconds ?? reference.length / sampleRateHz + 1;
    const caller = startCli(['call', 'lab-callee', '--play', speech, '--seconds', String(length), ...base('caller')]);
    running.push(caller);
    const callerEnd = await caller.waitFor(isEvent('call-ended'), 'the caller’s end', 60_000 + length * 1000);
    const calleeEnd = await callee.waitFor(isEvent('call-ended'), 'the callee’s end');
    await caller.exited;
    await callee.interrupt();

    const spokenAt = momentOf(await caller.waitFor(diagnostic('capture-started'), 'capture started'));
    const recordedAt = momentOf(await callee.waitFor(diagnostic('record-started'), 'recording started'));
    const dialledAt = momentOf(await caller.waitFor(diagnostic('dial'), 'dialled'));
    const rangAt = momentOf(await callee.waitFor(diagnostic('ringing'), 'rang'));
    const acceptedAt = momentOf(await callee.waitFor(diagnostic('accepted'), 'accepted'));
    const heardAt = momentOf(await callee.waitFor(diagnostic('first-audio'), 'first audio'));

    const lines = (cli: CliProcess): string => cli.events.map((event) => `${JSON.stringify(event)}\n`).join('');
    writeFileSync(join(outDir, 'caller-events.jsonl'), lines(caller));
    writeFileSync(join(outDir, 'callee-events.jsonl'), lines(callee));
    const heard = alignRecording(decodeWav(readFileSync(rawRecording)), recordedAt - spokenAt);
    const recording = join(outDir, 'heard.wav');
    writeFileSync(recording, encodeWav(heard));
    const voice = measureVoice({
      reference,
      recorded: heard,
      sampleRate: sampleRateHz,
      delayRangeMs: { fromMs: 0, toMs: maxDelayMs },
    });
    const sent = statsOf(callerEnd);
    const received = statsOf(calleeEnd);
    const lastStats = callee.events.findLast(diagnostic('stats')) ?? { event: 'none' };
    return {
      setupMs: { dialToRing: rangAt - dialledAt, acceptToAudio: heardAt - acceptedAt },
      mouthToEarMs: voice.valid ? { p50: voice.delayMs.p50, p95: voice.delayMs.p95 } : { p50: null, p95: null },
      sentPackets: numberOf(sent['sentPackets']),
      lostPackets: numberOf(lastStats['lostPackets']),
      concealedMs: numberOf(received['concealedMs']),
      bitrateBps: numberOf(sent['wireBps']),
      cpuPercent: { caller: numberOf(callerEnd['cpuPercent']), callee: numberOf(calleeEnd['cpuPercent']) },
      rssMb: { caller: numberOf(callerEnd['rssMb']), callee: numberOf(calleeEnd['rssMb']) },
      correlation: voice.valid
        ? percentile(
            voice.delayOverTime.map(({ likeness }) => likeness),
            0.5,
          )
        : null,
      recording,
    };
  } finally {
    for (const cli of running) cli.kill();
    await Promise.all(running.map((cli) => cli.exited));
  }
}

function statsOf(event: CliEvent): Readonly<Record<string, unknown>> {
  const { stats } = event as { stats?: Record<string, unknown> | null };
  return stats ?? {};
}

/** Shifts the recording so that its time 0 is the moment the reference began: cut or padded by `lateMs`. */
function alignRecording(recorded: Int16Array, lateMs: number): Int16Array {
  const shift = Math.round((lateMs / 1000) * sampleRateHz);
  if (shift <= 0) return recorded.subarray(-shift);
  const out = new Int16Array(recorded.length + shift);
  out.set(recorded, shift);
  return out;
}
