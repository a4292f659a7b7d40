import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeWav, encodeWav } from '../../../main/media/index.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { isEvent, startCli, type CliEvent, type CliProcess } from '../../lab/cli-process.ts';
import type { End } from '../rig/homes.ts';
import { accountName, accountProfile, overlayArguments, type Accounts } from './accounts.ts';
import { bothEnds, type OwnAccount, type Peers, type Place } from './peers.ts';

const sampleRateHz = 48_000;
const wentOnline = (event: CliEvent): boolean => event.event === 'presence' && event['state'] === 'online';
const diagnostic = (what: string) => isEvent('diagnostic', { what });
const momentOf = (event: CliEvent): number => Number(event['atMonotonicMs']);

/**
 * Our command line without a page: files are its microphone and loudspeaker, so sound cards and browser are in no figure.
 * @param skewPpm by so much the sound card of home a runs fast
 */
export async function startHeadlessPeers(place: Place, accounts: Accounts, skewPpm: number): Promise<Peers> {
  const { homes, dir, voices } = place;
  const skewOf = (end: End): number => (end === 'a' ? skewPpm : 0);
  const recordingOf = (end: End): string => join(dir, `headless-${end}.wav`);
  const running: CliProcess[] = [];
  const looped: Record<End, Int16Array> = {
    a: looping(voices.a, place.longestSeconds),
    b: looping(voices.b, place.longestSeconds),
  };
  const start = (end: End, words: readonly string[]): CliProcess => {
    const spoken = join(dir, `spoken-${end}.wav`);
    writeFileSync(spoken, encodeWav(looped[end]));
    const files = ['--play', spoken, '--record', recordingOf(end), '--skew-ppm', String(skewOf(end))];
    const profile = ['--home', accounts.homeOf(end), '--profile', accountProfile, ...overlayArguments(homes, end)];
    const cli = startCli([...words, ...files, ...profile], homes[end].environment, homes[end].inside);
    running.push(cli);
    return cli;
  };
  const stop = async (): Promise<void> => {
    for (const cli of running) cli.kill();
    await Promise.all(running.map((cli) => cli.exited));
  };
  try {
    const answering = start('b', ['run', '--auto-answer']);
    await answering.waitFor(isEvent('running'), 'the other end runs');
    const clis: Partial<Record<End, CliProcess>> = { b: answering };
    const at = (end: End): CliProcess => {
      const cli = clis[end];
      if (cli === undefined) throw new Error('there is no call yet');
      return cli;
    };
    return {
      async call() {
        clis.a = start('a', ['call', accountName('b')]);
        await answering.waitFor(wentOnline, 'the caller is online');
        const dialled = await at('a').waitFor(diagnostic('dial'), 'dialled');
        const heard = await bothEnds((end) => at(end).waitFor(diagnostic('first-audio'), 'the other is heard'));
        return Math.max(momentOf(heard.a), momentOf(heard.b)) - momentOf(dialled);
      },
      account: () => bothEnds((end) => Promise.resolve(accountOf(at(end)))),
      // What it recorded is whole only when it has ended.
      hangUp: null,
      record() {
        const startMs = systemClock.monotonicMs();
        return Promise.resolve({
          startMs,
          async stop() {
            const toMs = systemClock.monotonicMs();
            const moments = await bothEnds(async (end) => ({
              spoken: momentOf(await at(end).waitFor(diagnostic('capture-started'), 'capture began')),
              recorded: momentOf(await at(end).waitFor(diagnostic('record-started'), 'recording began')),
            }));
            await at('a').interrupt();
            await at('b').interrupt();
            const cut = (samples: Int16Array, beganMs: number, end: End): Int16Array =>
              onTrueTime(samples, beganMs, 1 + skewOf(end) / 1e6, startMs, toMs);
            const heardAt = (end: End): Int16Array => cut(decodeWav(readFileSync(recordingOf(end))), moments[end].recorded, end);
            return {
              spoken: { a: cut(looped.a, moments.a.spoken, 'a'), b: cut(looped.b, moments.b.spoken, 'b') },
              heard: { a: heardAt('a'), b: heardAt('b') },
            };
          },
        });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function looping(voice: Int16Array, seconds: number): Int16Array {
  const out = new Int16Array(Math.ceil(seconds * sampleRateHz));
  for (let at = 0; at < out.length; at += voice.length) out.set(voice.subarray(0, out.length - at), at);
  return out;
}

/** What a sound card of `rate` times the usual speed played or heard, by the clock: a stretch of it. */
function onTrueTime(samples: Int16Array, startMs: number, rate: number, fromMs: number, toMs: number): Int16Array {
  const out = new Int16Array(Math.round(((toMs - fromMs) / 1000) * sampleRateHz));
  const first = ((fromMs - startMs) / 1000) * sampleRateHz * rate;
  for (let i = 0; i < out.length; i += 1) {
    const at = first + i * rate;
    const left = Math.floor(at);
    const share = at - left;
    out[i] = Math.round((samples[left] ?? 0) * (1 - share) + (samples[left + 1] ?? 0) * share);
  }
  return out;
}

function accountOf(cli: CliProcess): OwnAccount {
  const last = cli.events.findLast(diagnostic('stats'));
  const told = (name: string): number | null => {
    const value = last?.[name];
    return typeof value === 'number' ? value : null;
  };
  return { concealedMs: told('concealedMs'), stretchedMs: told('stretchedMs') };
}
