import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startBrowserApp } from '../../e2e/rig/browser-app.ts';
import { writeMicrophoneWav } from '../../e2e/rig/spoken.ts';
import { median, type Bench, type Figure, type Place } from '../figures.ts';
import { openDisplay } from '../rig/display.ts';
import { openElectronWindow } from '../rig/electron-window.ts';

const repeats = 3;

/** The first thing a new person does. */
const usable = async (page: Page): Promise<void> => {
  const name = page.getByLabel('Your name on Lilliput');
  await name.click();
  await name.pressSequentially('j');
};

async function startBrowser({ dir }: Place, chromiumPath: string, profile: string): Promise<number> {
  const speechWav = join(dir, 'silence.wav');
  writeFileSync(speechWav, writeMicrophoneWav(new Int16Array(48_000)));
  const from = performance.now();
  const app = await startBrowserApp({
    home: join(dir, 'apps'),
    profile,
    chromiumPath,
    speechWav,
    shellArgs: ['--no-mdns', '--no-bittorrent'],
  });
  try {
    await usable(app.page);
    return performance.now() - from;
  } finally {
    await app.stop();
  }
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function startElectron({ dir }: Place, executablePath: string, display: string, profile: string): Promise<number> {
  const from = performance.now();
  const args = ['--home', join(dir, 'windows'), '--profile', profile, '--no-mdns', '--no-bittorrent'];
  const window = openElectronWindow(executablePath, args, { cwd: root, display });
  try {
    await window.typeOneLetter();
    return performance.now() - from;
  } finally {
    await window.stop();
  }
}

export const startToWindow: Bench = {
  name: 'start',
  what:
    'A new person’s first start, files in the disk’s cache: from starting the program until the name field has taken a letter. Browser ' +
    'shell: Node, then a Chromium of its own. Electron: the tests’ Electron 33 (SQLite as WebAssembly) under a virtual display, without ' +
    `a GPU. Driven by Playwright and by DevTools. The median of ${repeats}, taken in turns.`,
  async run(place) {
    const { chromium, electron } = place;
    const display = electron === null ? null : await openDisplay();
    const browserMs: number[] = [];
    const electronMs: number[] = [];
    try {
      for (let i = 0; i < repeats; i += 1) {
        // oxlint-disable no-await-in-loop -- one after the other
        if (chromium !== null) browserMs.push(await startBrowser(place, chromium, `start-${i}`));
        if (electron !== null && display !== null)
          electronMs.push(await startElectron(place, electron, display.name, `start-${i}`));
        // oxlint-enable no-await-in-loop
      }
    } finally {
      display?.stop();
    }
    const figures: Figure[] = [];
    if (browserMs.length > 0) figures.push(median('start to usable window, browser shell', 'ms', browserMs, 2000));
    if (electronMs.length > 0) figures.push(median('start to usable window, Electron 33', 'ms', electronMs));
    return figures.length > 0 ? figures : { skipped: 'neither Chromium nor the tests’ Electron' };
  },
};
