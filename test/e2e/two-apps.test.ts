/** Two whole apps in Chromium: sign up, find each other, write, call, be heard, hang up. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speechLike } from '../lab/speech-like.ts';
import { startBrowserApp, type BrowserApp } from './rig/browser-app.ts';
import { heardBy } from './rig/ear.ts';
import { hearUntilLike, likenessOf, writeMicrophoneWav } from './rig/spoken.ts';
import { becomeContacts, finishOnboarding, openConversation, signUp, write } from './rig/steps.ts';

const chromiumPath = process.env['LILLIPUT_CHROMIUM'];
const pictures = fileURLToPath(new URL('../../test-results/two-apps', import.meta.url));

const picture = async (app: BrowserApp, name: string): Promise<void> => {
  await app.page.screenshot({ path: join(pictures, `${name}.png`) });
};

function start(home: string, profile: string, speech: Int16Array): Promise<BrowserApp> {
  const speechWav = join(home, `${profile}.wav`);
  writeFileSync(speechWav, writeMicrophoneWav(speech));
  // No multicast: what is on this network besides us must not matter to the test; the two find each other on the machine.
  const shellArgs = ['--no-mdns'];
  return startBrowserApp({ home: join(home, 'profiles'), profile, chromiumPath: chromiumPath ?? '', speechWav, shellArgs });
}

describe.skipIf(chromiumPath === undefined)('two whole apps on one machine', () => {
  const home = mkdtempSync(join(tmpdir(), 'lilliput-two-apps-'));
  const juniperSays = speechLike(6, 11);
  const wrenSays = speechLike(6, 23);
  let juniper: BrowserApp;
  let wren: BrowserApp;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [juniper, wren] = await Promise.all([start(home, 'juniper', juniperSays), start(home, 'wren', wrenSays)]);
  });
  afterAll(async () => {
    await Promise.all([juniper.stop(), wren.stop()]);
    rmSync(home, { recursive: true, force: true });
  });

  it('take a name each and come home', async () => {
    await Promise.all([signUp(juniper.page, 'juniper'), signUp(wren.page, 'wren')]);
    await picture(juniper, 'phrase');
    await Promise.all([finishOnboarding(juniper.page), finishOnboarding(wren.page)]);
    await picture(juniper, 'home-empty');
    expect(await juniper.page.getByRole('button', { name: 'Copy name' }).isVisible()).toBe(true);
  });

  it('find each other by name, with no server and no configuration', async () => {
    await becomeContacts(juniper.page, 'juniper', wren.page, 'wren');
    await picture(juniper, 'home');
    expect(await juniper.page.getByRole('button', { name: 'Call wren' }).first().isEnabled()).toBe(true);
  });

  it('write to each other', async () => {
    await openConversation(juniper.page, 'wren');
    await write(juniper.page, 'wren', 'Seed potatoes are in. Call me?');
    await openConversation(wren.page, 'juniper');
    await wren.page.getByRole('log').getByText('Seed potatoes are in. Call me?').waitFor();
    await write(wren.page, 'juniper', 'Ring me now');
    await juniper.page.getByRole('log').getByText('Ring me now').waitFor();
    await picture(juniper, 'conversation');
    expect(await juniper.page.getByRole('log').getByText('Delivered').count()).toBeGreaterThan(0);
  });

  it('call, and each hears what the other says', async () => {
    await juniper.page.getByRole('button', { name: 'Call wren' }).first().click();
    await wren.page.getByRole('button', { name: 'Answer' }).waitFor();
    await picture(juniper, 'calling');
    await picture(wren, 'incoming');
    await wren.page.getByRole('button', { name: 'Answer' }).click();
    await juniper.page.getByRole('button', { name: 'Hang up' }).waitFor();

    const [wrenHearsJuniper, juniperHearsWren] = await Promise.all([
      hearUntilLike(wren.page, juniperSays, 0.35),
      hearUntilLike(juniper.page, wrenSays, 0.35),
    ]);
    await picture(juniper, 'in-call');
    const wrenHearsHerself = likenessOf(await heardBy(wren.page), wrenSays);
    process.stdout.write(`likeness ${JSON.stringify({ wrenHearsJuniper, juniperHearsWren, wrenHearsHerself })}\n`);
    expect(wrenHearsJuniper).toBeGreaterThan(0.35);
    expect(juniperHearsWren).toBeGreaterThan(0.35);
    expect(wrenHearsHerself).toBeLessThan(0.3);
  });

  it('hang up, and both see the call in the conversation', async () => {
    await juniper.page.getByRole('button', { name: 'Hang up' }).click();
    await juniper.page.getByText(/You called\. You talked for/u).waitFor();
    await wren.page.getByText(/juniper called\. You talked for/u).waitFor();
    await picture(wren, 'after-call');
    expect(await wren.page.getByRole('button', { name: 'Hang up' }).count()).toBe(0);
  });

  it('and neither page complained', () => {
    expect(juniper.complaints).toEqual([]);
    expect(wren.complaints).toEqual([]);
  });
});
