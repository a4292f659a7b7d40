import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../main/ports/system-clock.ts';
import type { End } from './homes.ts';
import { endsWithin } from './processes.ts';
import { runProgram } from './run-program.ts';

/** What both homes' microphones and loudspeakers heard and said, on one clock, 48 kHz. */
export interface Tape {
  readonly spoken: Readonly<Record<End, Int16Array>>;
  readonly heard: Readonly<Record<End, Int16Array>>;
}

export interface Recording {
  /** When the tape's first sample was in the air, monotonic clock, to some 10 ms. */
  readonly startMs: number;
  stop(): Promise<Tape>;
}

/**
 * The sound cards of both homes. All four are channels of one device, so that one recording of it has everything on one clock,
 * to the sample: what is played to a microphone counts from the moment it is in the air, what a program plays from the moment
 * it leaves the loudspeaker. Whatever a program, its sound card buffers included, adds in between is its own delay.
 */
export interface SoundRoom {
  /** So that programs in a home use its sound card. */
  environmentOf(end: End): Readonly<Record<string, string>>;
  /** Says both voices into the microphones, over and over, until `hush`. */
  speak(voices: Readonly<Record<End, Int16Array>>): void;
  hush(): Promise<void>;
  record(): Promise<Recording>;
  close(): Promise<void>;
}

const sampleRateHz = 48_000;
const format = ['--raw', '--format=s16le', `--rate=${sampleRateHz}`];
const microphones: Readonly<Record<End, number>> = { a: 0, b: 2 };
const loudspeakers: Readonly<Record<End, number>> = { a: 1, b: 3 };
const channels = 4;
/** What a player of speech may buffer, ms: it says nothing about the programs under test. */
const playerLatencyMs = 60;
/** The device's turn: as short as what a headset of the better sort has. */
const deviceLatencyMs = 10;
const startTimeoutMs = 10_000;

const room = `sink_name=room rate=${sampleRateHz} channels=${channels} channel_map=aux0,aux1,aux2,aux3`;
const card = (end: End): string[] => [
  `module-remap-sink sink_name=speaker-${end} master=room rate=${sampleRateHz} channels=1 channel_map=mono master_channel_map=aux${loudspeakers[end]} remix=no`,
  `module-remap-source source_name=microphone-${end} master=room.monitor rate=${sampleRateHz} channels=1 channel_map=mono master_channel_map=aux${microphones[end]} remix=no`,
];

/** A PulseAudio of our own; needs Debian's `pulseaudio` and `pulseaudio-utils`. `dir` gets its socket and state. */
export async function openSoundRoom(dir: string): Promise<SoundRoom> {
  const state = join(dir, 'pulse');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  // Chromium opens sound cards at the server's default, not at theirs: at 44.1 kHz all would be resampled twice, 26 ms the slower.
  writeFileSync(join(state, 'daemon.conf'), `default-sample-rate = ${sampleRateHz}\n`);
  const socket = join(state, 'socket');
  const modules = [
    `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    `module-null-sink ${room}`,
    ...card('a'),
    ...card('b'),
  ];
  const environment = {
    PULSE_SERVER: `unix:${socket}`,
    PULSE_RUNTIME_PATH: state,
    PULSE_STATE_PATH: state,
    PULSE_CONFIG_PATH: state,
  };
  // It ends with us, however we end.
  const server = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'TERM',
      'pulseaudio',
      '-n',
      '--daemonize=no',
      '--exit-idle-time=-1',
      '--use-pid-file=no',
      '--high-priority=yes',
      '--realtime=yes',
      '--log-level=error',
      ...modules.flatMap((module) => ['-L', module]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...environment } },
  );
  let complaints = '';
  server.stderr.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk.toString()}`.slice(-4000);
  });
  await untilServing(server, environment, () => complaints);

  let player: ChildProcess | null = null;
  const programs = { ...process.env, ...environment };
  return {
    environmentOf: (end) => ({ ...environment, PULSE_SINK: `speaker-${end}`, PULSE_SOURCE: `microphone-${end}` }),
    speak(voices) {
      const started = spawn(
        'pacat',
        [
          '-d',
          'room',
          ...format,
          '--channels=2',
          `--channel-map=aux${microphones.a},aux${microphones.b}`,
          '--no-remix',
          `--latency-msec=${playerLatencyMs}`,
        ],
        { stdio: ['pipe', 'ignore', 'inherit'], env: programs },
      );
      player = started;
      // When it is hushed, the pipe breaks: that is the plan.
      started.stdin.on('error', () => undefined);
      const once = interleaved(voices);
      const again = (): void => {
        while (started.exitCode === null && started.stdin.write(once)) continue;
      };
      started.stdin.on('drain', again);
      again();
    },
    async hush() {
      if (player !== null) await endsWithin(player, 'SIGTERM');
      player = null;
    },
    async record() {
      const path = join(state, 'tape.raw');
      const file = createWriteStream(path);
      const recorder = spawn(
        'parec',
        [
          '-d',
          'room.monitor',
          ...format,
          `--channels=${channels}`,
          '--channel-map=aux0,aux1,aux2,aux3',
          `--latency-msec=${deviceLatencyMs}`,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'], env: programs },
      );
      const startMs = await new Promise<number>((resolve, reject) => {
        recorder.once('error', reject);
        recorder.once('exit', (code) => reject(new Error(`the recorder ended with ${code}`)));
        recorder.stdout.once('data', (chunk: Buffer) => {
          resolve(systemClock.monotonicMs() - (chunk.length / 2 / channels / sampleRateHz) * 1000);
          file.write(chunk);
          recorder.stdout.pipe(file);
        });
      });
      const written = new Promise<void>((resolve) => file.once('close', () => resolve()));
      return {
        startMs,
        async stop() {
          await endsWithin(recorder, 'SIGINT');
          await written;
          return readTape(readFileSync(path));
        },
      };
    },
    async close() {
      if (player !== null) await endsWithin(player, 'SIGTERM');
      await endsWithin(server, 'SIGTERM');
    },
  };
}

async function untilServing(
  server: ChildProcess,
  environment: Readonly<Record<string, string>>,
  complaints: () => string,
): Promise<void> {
  const giveUpAt = performance.now() + startTimeoutMs;
  for (;;) {
    if (server.exitCode !== null || performance.now() > giveUpAt) {
      server.kill('SIGKILL');
      throw new Error(`PulseAudio does not start: ${complaints()}`);
    }
    try {
      // oxlint-disable-next-line no-await-in-loop -- asks again
      const sources = await runProgram('env', [
        ...Object.entries(environment).map(([key, value]) => `${key}=${value}`),
        'pactl',
        'list',
        'short',
        'sources',
      ]);
      if (sources.includes('microphone-b')) return;
    } catch {
      // Not yet.
    }
  }
}

/** Both voices in one stream of two channels, as long as the longer one's loop; the shorter is said again. */
function interleaved({ a, b }: Readonly<Record<End, Int16Array>>): Buffer {
  const length = Math.max(a.length, b.length);
  const both = new Int16Array(2 * length);
  for (let i = 0; i < length; i += 1) {
    both[2 * i] = a[i % a.length] ?? 0;
    both[2 * i + 1] = b[i % b.length] ?? 0;
  }
  return Buffer.from(both.buffer);
}

function readTape(bytes: Buffer): Tape {
  const frames = Math.floor(bytes.length / 2 / channels);
  const channel = (index: number): Int16Array => {
    const out = new Int16Array(frames);
    for (let i = 0; i < frames; i += 1) out[i] = bytes.readInt16LE(2 * (i * channels + index));
    return out;
  };
  return {
    spoken: { a: channel(microphones.a), b: channel(microphones.b) },
    heard: { a: channel(loudspeakers.a), b: channel(loudspeakers.b) },
  };
}
