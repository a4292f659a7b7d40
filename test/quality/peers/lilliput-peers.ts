import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Locator } from 'playwright-core';
import { startBrowserApp, type BrowserApp } from '../../e2e/rig/browser-app.ts';
import { otherEnd, type End } from '../rig/homes.ts';
import type { SoundRoom } from '../rig/sound-room.ts';
import { accountName, accountProfile, overlayArguments, type Accounts } from './accounts.ts';
import { tapEngine } from './engine-tap.ts';
import { inSoundRoom } from './in-sound-room.ts';
import { stopNetworkReports } from './unreported.ts';
import { bothEnds, type Peers, type Place } from './peers.ts';

/** A friend who is online is found well within this. */
const onlineTimeoutMs = 60_000;

/** Our own app: the browser shell with engine and media, and its page in the same Chromium as the baseline's. */
export const startLilliputPeers = (place: Place, accounts: Accounts): Promise<Peers> =>
  inSoundRoom(place, (room, chromiumPath) => start(place, room, chromiumPath, accounts));

async function start(
  { homes, dir }: Place,
  room: SoundRoom,
  chromiumPath: string,
  accounts: Accounts,
): Promise<Omit<Peers, 'record'>> {
  const apps: BrowserApp[] = [];
  const open = async (end: End): Promise<BrowserApp> => {
    const own = join(dir, `lilliput-${end}`);
    mkdirSync(own, { recursive: true });
    const app = await startBrowserApp({
      home: accounts.homeOf(end),
      profile: accountProfile,
      chromiumPath,
      speechWav: null,
      shellArgs: overlayArguments(homes, end),
      place: { inside: homes[end].inside, dir: own },
      environment: { ...room.environmentOf(end), ...homes[end].environment },
      prepare: withoutProcessing,
    });
    apps.push(app);
    return app;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(apps.map((app) => app.stop()));
  };
  try {
    const { a, b } = await bothEnds(open);
    const taps = await bothEnds((end) => tapEngine(accounts.homeOf(end)));
    const untilReady = async (): Promise<void> => {
      await Promise.all([callButton(a, 'a'), callButton(b, 'b')].map((button) => button.waitFor({ timeout: onlineTimeoutMs })));
    };
    await untilReady();
    return {
      async call() {
        const began = performance.now();
        await callButton(a, 'a').click();
        await b.page.getByRole('button', { name: 'Answer' }).click();
        await Promise.all([taps.a.firstAudio(), taps.b.firstAudio()]);
        const tookMs = performance.now() - began;
        await Promise.all([stopNetworkReports(a.page), stopNetworkReports(b.page)]);
        return tookMs;
      },
      account: () => bothEnds((end) => Promise.resolve(taps[end].account())),
      async hangUp() {
        await a.page.getByRole('button', { name: 'Hang up' }).click();
        await untilReady();
      },
      async stop() {
        taps.a.close();
        taps.b.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** There, and enabled, once the friend is online. */
const callButton = ({ page }: BrowserApp, end: End): Locator =>
  page.getByRole('button', { name: `Call ${accountName(otherEnd(end))}`, disabled: false }).first();

/** As for the baseline, the microphone comes unprocessed; nothing else of the page is touched. */
async function withoutProcessing(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const devices = navigator.mediaDevices;
    const getUserMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = (constraints) => {
      const audio = constraints?.audio;
      const given = typeof audio === 'object' ? audio : {};
      return getUserMedia({ audio: { ...given, echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
    };
  });
}
