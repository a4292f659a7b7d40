import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowserApp, type BrowserApp } from '../../e2e/rig/browser-app.ts';
import { writeMicrophoneWav } from '../../e2e/rig/spoken.ts';
import { becomeContacts, finishOnboarding, signUp } from '../../e2e/rig/steps.ts';
import { matchSpeech } from '../../lab/alignment.ts';
import { speechLike } from '../../lab/speech-like.ts';
import { median, spread, type Bench } from '../figures.ts';
import { heardAt, installTaps, microphoneOpenings, waitForSound, type Tapped } from '../rig/page-taps.ts';

const sampleRateHz = 48_000;
const listenSeconds = 9;
/** The canceller and the jitter buffer have found their feet. */
const skipMs = 3000;
const maxDelayMs = 1000;
/** Another stretch of speech stays below 0.3. */
const likeness = 0.4;
const calls = 2;
/** On a crowded machine a call can be too broken to find speech in; so many are tried. */
const maxCalls = 5;
const enoughWindows = 8;

/** Delays of the windows of speech that are found again. */
function delaysBetween(mouth: Tapped, ear: Tapped): number[] {
  const from = Math.max(mouth.startMs, ear.startMs) + skipMs;
  const since = ({ samples, startMs }: Tapped): Int16Array =>
    samples.subarray(Math.max(0, Math.round(((from - startMs) / 1000) * sampleRateHz)));
  return matchSpeech(since(mouth), since(ear), sampleRateHz, maxDelayMs)
    .filter(({ correlation }) => correlation > likeness)
    .map(({ delayMs }) => delayMs);
}

interface PageCall {
  readonly acceptMs: number;
  readonly openingMs: number;
  readonly delaysMs: readonly number[];
}

async function call(caller: BrowserApp, callee: BrowserApp): Promise<PageCall> {
  await Promise.all([installTaps(caller.page), installTaps(callee.page)]);
  await caller.page.getByRole('button', { name: 'Call wren' }).first().click();
  const answer = callee.page.getByRole('button', { name: 'Answer' });
  await answer.waitFor();
  const clickedMs = Date.now();
  await answer.click();
  await waitForSound(callee.page, listenSeconds);
  const [mouth, ear, openings] = await Promise.all([
    heardAt(caller.page, 'mouth'),
    heardAt(callee.page, 'ear'),
    microphoneOpenings(callee.page),
  ]);
  await caller.page.getByRole('button', { name: 'Hang up' }).click();
  await callee.page.getByRole('button', { name: 'Hang up' }).waitFor({ state: 'detached' });
  const [opening] = openings;
  if (opening === undefined) throw new Error('the callee’s microphone was not opened');
  return {
    acceptMs: opening.openMs - clickedMs,
    openingMs: opening.openMs - opening.askedMs,
    delaysMs: delaysBetween(mouth, ear),
  };
}

export const pageCall: Bench = {
  name: 'page-call',
  what:
    'Calls between two whole apps, each with its page in a Chromium of its own. Mouth to ear: from the caller’s microphone coming ' +
    'into an audio graph beside the page’s own path to the sound leaving the callee’s graph (± 10 ms; without sound cards, Chromium’s ' +
    'capture and that graph’s own queue of some 10 ms). Microphone ' +
    'open: from the click on “Answer” (with what driving the browser costs) and by itself.',
  async run({ dir, chromium }) {
    if (chromium === null) return { skipped: 'no Chromium' };
    const start = (profile: string, speech: Int16Array): Promise<BrowserApp> => {
      const speechWav = join(dir, `${profile}.wav`);
      writeFileSync(speechWav, writeMicrophoneWav(speech));
      return startBrowserApp({
        home: join(dir, 'apps'),
        profile,
        chromiumPath: chromium,
        speechWav,
        shellArgs: ['--no-mdns', '--no-bittorrent'],
      });
    };
    const apps: BrowserApp[] = [];
    try {
      const juniper = await start('juniper', speechLike(30, 11));
      apps.push(juniper);
      // Says nothing: the canceller has nothing to take away from juniper's voice.
      const wren = await start('wren', new Int16Array(30 * sampleRateHz));
      apps.push(wren);
      await Promise.all([signUp(juniper.page, 'juniper'), signUp(wren.page, 'wren')]);
      await Promise.all([finishOnboarding(juniper.page), finishOnboarding(wren.page)]);
      await becomeContacts(juniper.page, 'juniper', wren.page, 'wren');
      const found: PageCall[] = [];
      const windows = (): number => found.reduce((sum, { delaysMs }) => sum + delaysMs.length, 0);
      while (found.length < calls || (windows() < enoughWindows && found.length < maxCalls)) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        found.push(await call(juniper, wren));
      }
      return [
        ...spread(
          'mouth to ear, page to page',
          'ms',
          found.flatMap(({ delaysMs }) => delaysMs),
        ),
        median(
          'answer to open microphone',
          'ms',
          found.map(({ acceptMs }) => acceptMs),
        ),
        median(
          'opening the microphone',
          'ms',
          found.map(({ openingMs }) => openingMs),
        ),
      ];
    } finally {
      await Promise.all(apps.map((app) => app.stop()));
    }
  },
};
