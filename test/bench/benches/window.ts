import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { CallView } from '../../../preload/contract/index.ts';
import { connectBridge, connectLocal, locateProfile } from '../../../main/shell/index.ts';
import { openSqlite } from '../../../native-shims/sqlite/index.ts';
import { startBrowserApp, type BrowserApp } from '../../e2e/rig/browser-app.ts';
import { writeMicrophoneWav } from '../../e2e/rig/spoken.ts';
import { becomeContacts, finishOnboarding, openConversation, signUp } from '../../e2e/rig/steps.ts';
import { median, spread, type Bench, type Figure, type Place } from '../figures.ts';
import { openDisplay } from '../rig/display.ts';
import { openElectronWindow } from '../rig/electron-window.ts';
import { cardsOnScreen, firstPaintMs, firstScreenMs, keysToFrames, watchCards, watchKeys } from '../rig/page-moments.ts';

const messages = 10_000;
const letters = 150;
/** More in a minute would be refused: the callee’s engine bounds how often somebody may ring. */
const rings = 5;
const windows = 3;
/** On a crowded machine everything comes, late. */
const patienceMs = 90_000;
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Frames come as soon as they are drawn: else half of what is measured would be the wait for the screen. */
const unpaced = ['--disable-frame-rate-limit', '--disable-gpu-vsync'];

/** A conversation as long as one of some years: straight into the table of an app that is closed. */
async function fill(path: string): Promise<void> {
  const sqlite = await openSqlite(path, { busyTimeoutMs: 1_000 });
  try {
    const insert = sqlite.prepare(
      `INSERT INTO messages (conversation_id, id, direction, sequence, text, sent_ms, at_ms, delivery)
       SELECT account_key, ?, 'in', ?, ?, ?, ?, 'delivered' FROM contacts LIMIT 1`,
    );
    sqlite.transaction(() => {
      sqlite.exec('INSERT OR IGNORE INTO conversations (id) SELECT account_key FROM contacts LIMIT 1');
      const nowMs = Date.now();
      for (let index = 0; index < messages; index += 1) {
        const text = `Message ${index} of a long friendship, ${'with a few more words '.repeat(index % 7)}`;
        const atMs = nowMs - (messages - index) * 60_000;
        insert.run(index.toString(16).padStart(32, '0'), 1_000_000 + index, text, atMs, atMs);
      }
    });
  } finally {
    sqlite.close();
  }
}

interface Ring {
  readonly fromOfferMs: number;
  readonly fromRingingMs: number;
}

/** Rings once, and tells how long after the engine heard of it, and after it was to ring, the card was on screen. */
async function ringOnce(caller: Page, callee: Page, home: string): Promise<Ring> {
  const port = await connectLocal(locateProfile({ home, name: 'juniper' }).socketPath);
  if (port === null) throw new Error('the app does not answer');
  const stop = new AbortController();
  let offeredMs = 0;
  let ringingMs = 0;
  const seen = (async () => {
    const heard = (call: CallView): void => {
      if (call.direction !== 'in' || call.phase === 'ended') return;
      if (offeredMs === 0) offeredMs = Date.now();
      if (call.phase === 'ringing' && ringingMs === 0) ringingMs = Date.now();
    };
    for await (const change of await connectBridge(port).calls.watch(undefined, { signal: stop.signal })) {
      if (change.type === 'upsert') heard(change.item);
      if (ringingMs > 0) return;
    }
  })();
  // What went wrong is told by what waits for it.
  seen.catch(() => undefined);
  const before = (await cardsOnScreen(callee)).length;
  await openConversation(caller, 'juniper');
  await caller.getByRole('main').getByRole('button', { name: 'Call juniper' }).click();
  await callee.getByRole('button', { name: 'Answer', exact: true }).waitFor();
  await seen;
  stop.abort();
  const shownMs = (await cardsOnScreen(callee))[before];
  if (shownMs === undefined) throw new Error('no card was seen');
  await callee.getByRole('button', { name: 'Decline', exact: true }).click();
  await callee.locator('[data-incoming]').waitFor({ state: 'detached' });
  await caller.getByRole('button', { name: 'Cancel', exact: true }).waitFor({ state: 'detached' });
  port.close();
  return { fromOfferMs: shownMs - offeredMs, fromRingingMs: shownMs - ringingMs };
}

interface Paint {
  readonly paintMs: number;
  readonly screenMs: number;
  readonly fromStartMs: number;
}

async function electronPaints({ dir, electron }: Place): Promise<Paint[]> {
  const display = electron === null ? null : await openDisplay();
  if (electron === null || display === null) return [];
  const paints: Paint[] = [];
  try {
    for (let at = 0; at < windows; at += 1) {
      const args = ['--home', join(dir, 'windows'), '--profile', `paint-${at}`, '--no-mdns', '--no-bittorrent'];
      const window = openElectronWindow(electron, args, { cwd: root, display: display.name });
      try {
        // oxlint-disable no-await-in-loop -- one after the other
        await window.typeOneLetter();
        paints.push({
          paintMs: await window.firstPaintMs(),
          screenMs: await window.firstScreenMs(),
          fromStartMs: await window.startToPaintMs(),
        });
      } finally {
        await window.stop();
        // oxlint-enable no-await-in-loop
      }
    }
  } finally {
    display.stop();
  }
  return paints;
}

export const windowBench: Bench = {
  name: 'window',
  what:
    'Whole apps, each with its page in a Chromium of its own, and the tests’ Electron 33. First paint: from the window’s navigation to its ' +
    `first content (the mark that stands in the page before its code runs); first screen: to what there is to do. Key to frame: from the key’s time to the end of the frame that shows it, with ${messages} messages in the open ` +
    'conversation, in a Chromium that does not wait for a screen. Call on screen: from the moment the callee’s engine has the offer ' +
    '(path included), and from the moment it is to ring, to the frame with the card.',
  async run(place) {
    const { dir, chromium, say } = place;
    if (chromium === null) return { skipped: 'no Chromium' };
    const home = join(dir, 'apps');
    const start = async (profile: string): Promise<BrowserApp> => {
      const speechWav = join(dir, `${profile}.wav`);
      writeFileSync(speechWav, writeMicrophoneWav(new Int16Array(48_000)));
      const shellArgs = ['--no-mdns', '--no-bittorrent'];
      const app = await startBrowserApp({ home, profile, chromiumPath: chromium, speechWav, shellArgs, args: unpaced });
      app.page.setDefaultTimeout(patienceMs);
      return app;
    };
    const paints: number[] = [];
    const screens: number[] = [];
    const ringing: Ring[] = [];
    const apps: BrowserApp[] = [];
    let keys: readonly number[] = [];
    try {
      const juniper = await start('juniper');
      apps.push(juniper);
      const wren = await start('wren');
      apps.push(wren);
      await Promise.all([signUp(juniper.page, 'juniper'), signUp(wren.page, 'wren')]);
      await Promise.all([finishOnboarding(juniper.page), finishOnboarding(wren.page)]);
      await becomeContacts(wren.page, 'wren', juniper.page, 'juniper');
      await watchCards(juniper.page);
      for (let at = 0; at < rings; at += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        ringing.push(await ringOnce(wren.page, juniper.page, home));
      }
      say('writing the messages');
      await juniper.stop();
      await fill(join(locateProfile({ home, name: 'juniper' }).dir, 'lilliput.db'));
      for (let at = 0; at < windows; at += 1) {
        // oxlint-disable no-await-in-loop -- one after the other
        const again = await start('juniper');
        try {
          await openConversation(again.page, 'wren');
          await again.page.getByText(`Message ${messages - 1} of a long`).waitFor();
          paints.push(await firstPaintMs(again.page));
          screens.push(await firstScreenMs(again.page));
          if (at === windows - 1) {
            await watchKeys(again.page);
            await again.page.locator('[data-composer]').pressSequentially('many words '.repeat(letters / 10), { delay: 30 });
            keys = await keysToFrames(again.page);
          }
        } finally {
          await again.stop();
        }
        // oxlint-enable no-await-in-loop
      }
    } finally {
      await Promise.all(apps.map((app) => app.stop()));
    }
    const electron = await electronPaints(place);
    const figures: Figure[] = [
      median('first paint, browser shell', 'ms', paints, 1000),
      median('first screen, browser shell', 'ms', screens),
      ...(electron.length === 0
        ? []
        : [
            median(
              'first paint, Electron 33',
              'ms',
              electron.map(({ paintMs }) => paintMs),
              1000,
            ),
            median(
              'first screen, Electron 33',
              'ms',
              electron.map(({ screenMs }) => screenMs),
              1000,
            ),
            median(
              'program start to first paint, Electron 33',
              'ms',
              electron.map(({ fromStartMs }) => fromStartMs),
            ),
          ]),
      ...spread('key to frame, 10,000 messages', 'ms', keys, { p95: 16 }),
      ...spread(
        'offer to card on screen',
        'ms',
        ringing.map(({ fromOfferMs }) => fromOfferMs),
      ),
      ...spread(
        'to ring to card on screen',
        'ms',
        ringing.map(({ fromRingingMs }) => fromRingingMs),
        { p95: 150 },
      ),
    ];
    return figures;
  },
};
