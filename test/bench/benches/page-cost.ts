import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBrowserApp, type BrowserApp } from '../../e2e/rig/browser-app.ts';
import { writeMicrophoneWav } from '../../e2e/rig/spoken.ts';
import { becomeContacts, finishOnboarding, signUp } from '../../e2e/rig/steps.ts';
import { speechLike } from '../../lab/speech-like.ts';
import { single, type Bench } from '../figures.ts';
import { allocatedPerSecond, mostAllocating } from '../rig/allocations.ts';
import { attachToSoundThreads } from '../rig/page-threads.ts';

/** Code is compiled, buffers have found their size. */
const warmUpMs = 6_000;
const listenMs = 10_000;
const isOurs = (url: string): boolean => url.includes('/assets/');
const nothing = (): Promise<void> => Promise.resolve();

export const pageCost: Bench = {
  name: 'page-cost',
  what:
    'A call between two whole apps, each with its page in a Chromium of its own, both speaking. What our own functions in the ' +
    `page’s threads of sound allocate (sampled heap profile of each thread by DevTools, ${listenMs / 1000} s, after ${warmUpMs / 1000} s): ` +
    'the worklet on the audio thread, and the worker of the line to the media process. What the browser makes to hand over a message ' +
    'or a piece of the microphone’s sound counts as the function’s that takes it.',
  async run({ dir, chromium, keep }) {
    if (chromium === null) return { skipped: 'no Chromium' };
    const start = (profile: string, seed: number): Promise<BrowserApp> => {
      const speechWav = join(dir, `${profile}.wav`);
      writeFileSync(speechWav, writeMicrophoneWav(speechLike(30, seed)));
      return startBrowserApp({
        home: join(dir, 'apps'),
        profile,
        chromiumPath: chromium,
        speechWav,
        shellArgs: ['--no-mdns', '--no-bittorrent'],
        prepare: nothing,
      });
    };
    const apps: BrowserApp[] = [];
    try {
      const juniper = await start('juniper', 11);
      apps.push(juniper);
      const wren = await start('wren', 9);
      apps.push(wren);
      await Promise.all([signUp(juniper.page, 'juniper'), signUp(wren.page, 'wren')]);
      await Promise.all([finishOnboarding(juniper.page), finishOnboarding(wren.page)]);
      await becomeContacts(juniper.page, 'juniper', wren.page, 'wren');
      await juniper.page.getByRole('button', { name: 'Call wren' }).first().click();
      await wren.page.getByRole('button', { name: 'Answer' }).click();
      await sleep(warmUpMs);
      const threads = await attachToSoundThreads(juniper.page);
      const { worklet, worker } = await threads.allocations(() => sleep(listenMs));
      keep('allocations-page.json', { worklet: mostAllocating(worklet, listenMs), worker: mostAllocating(worker, listenMs) });
      const allocated = (name: string, bytes: typeof worklet) =>
        single(name, 'kB/s', allocatedPerSecond(bytes, listenMs, isOurs), 1);
      return [
        allocated('allocated by our own functions, audio thread', worklet),
        allocated('allocated by our own functions, line worker', worker),
      ];
    } finally {
      await Promise.all(apps.map((app) => app.stop()));
    }
  },
};
