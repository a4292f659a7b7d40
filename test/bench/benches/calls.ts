import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeWav } from '../../../main/media/index.ts';
import { speechLike } from '../../lab/speech-like.ts';
import { median, spread, type Bench } from '../figures.ts';
import { startPair, type Friend } from '../rig/headless-pair.ts';
import { itemsOf, watch } from '../rig/watched.ts';

const calls = 50;
/** Six quick calls from one person are let through; engines that start anew have forgotten them. Half go each way. */
const callsPerRound = 10;

interface CallTimes {
  readonly clickToRingMs: number;
  readonly acceptToAudioMs: number;
  readonly acceptToAudioAtCallerMs: number;
}

const millisecondsPerNanosecond = 1e-6;
/** The clock of the engines' diagnostics (CLOCK_MONOTONIC), which all processes of a machine share. */
const machineMs = (): number => Number(process.hrtime.bigint()) * millisecondsPerNanosecond;

async function callOnce(caller: Friend, callee: Friend): Promise<CallTimes> {
  const watchCalls = ({ client }: Friend) => watch((signal) => client.calls.watch(undefined, { signal }), itemsOf);
  const watchMoments = ({ client }: Friend) =>
    watch(
      (signal) => client.diagnostics.watch(undefined, { signal }),
      (moment) => [moment],
    );
  const [callerCalls, calleeCalls, callerMoments, calleeMoments] = await Promise.all([
    watchCalls(caller),
    watchCalls(callee),
    watchMoments(caller),
    watchMoments(callee),
  ]);
  try {
    const clickedAt = performance.now();
    const { id } = await caller.client.calls.start({ accountKey: caller.contact.accountKey });
    const rang = await calleeCalls.first((call) => call.id === id && call.phase === 'ringing', 'it rings');

    const acceptedAt = machineMs();
    await callee.client.calls.accept({ id });
    const isFirstAudio = ({ event, callId }: { event: string; callId: string | null }): boolean =>
      event === 'first-audio' && callId === id;
    const [atCallee, atCaller] = await Promise.all([
      calleeMoments.first(isFirstAudio, 'the callee hears'),
      callerMoments.first(isFirstAudio, 'the caller hears'),
    ]);

    await caller.client.calls.hangUp({ id });
    const hasEnded = (call: { id: string; phase: string }): boolean => call.id === id && call.phase === 'ended';
    await Promise.all([callerCalls.first(hasEnded, 'the caller’s end'), calleeCalls.first(hasEnded, 'the callee’s end')]);
    return {
      clickToRingMs: rang.atMs - clickedAt,
      acceptToAudioMs: atCallee.item.atMonotonicMs - acceptedAt,
      acceptToAudioAtCallerMs: atCaller.item.atMonotonicMs - acceptedAt,
    };
  } finally {
    for (const watched of [callerCalls, calleeCalls, callerMoments, calleeMoments]) watched.stop();
  }
}

export const callSetUp: Bench = {
  name: 'calls',
  what:
    `${calls} calls between two headless engines in separate processes, both talking from files. Click to ring: from the command reaching ` +
    'the caller’s bridge to the callee’s bridge saying “ringing” (the path is up by then). Accept to audio: from the command reaching the ' +
    `callee’s bridge to the first sample of the other played to the audio device. Every ${callsPerRound} calls the processes start anew.`,
  async run({ dir, say }) {
    const speech = join(dir, 'speech.wav');
    writeFileSync(speech, encodeWav(speechLike(20, 7)));
    const pair = await startPair(dir);
    const times: CallTimes[] = [];
    try {
      while (times.length < calls) {
        // oxlint-disable no-await-in-loop -- one call at a time
        if (times.length > 0) await pair.restart();
        const { caller, callee } = pair.people();
        for (const [name, { client }] of Object.entries({ caller, callee })) {
          await client.audio.useFiles({ playPath: speech, recordPath: join(dir, `${name}.wav`), echo: false });
        }
        for (let i = 0; i < callsPerRound; i += 1) {
          times.push(await (i % 2 === 0 ? callOnce(caller, callee) : callOnce(callee, caller)));
        }
        // oxlint-enable no-await-in-loop
        say(`${times.length} calls`);
      }
    } finally {
      await pair.stop();
    }
    const firsts = times.filter((_, index) => index % callsPerRound === 0);
    return [
      ...spread(
        'click to ring',
        'ms',
        times.map(({ clickToRingMs }) => clickToRingMs),
        { p95: 1000 },
      ),
      ...spread(
        'accept to audio at the callee',
        'ms',
        times.map(({ acceptToAudioMs }) => acceptToAudioMs),
        { p50: 100, p95: 100 },
      ),
      ...spread(
        'accept to audio at the caller',
        'ms',
        times.map(({ acceptToAudioAtCallerMs }) => acceptToAudioAtCallerMs),
      ),
      median(
        'click to ring, a process’s first call',
        'ms',
        firsts.map(({ clickToRingMs }) => clickToRingMs),
      ),
      median(
        'accept to audio at the callee, a process’s first call',
        'ms',
        firsts.map(({ acceptToAudioMs }) => acceptToAudioMs),
      ),
    ];
  },
};
