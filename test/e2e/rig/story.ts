import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { speechLike } from '../../lab/speech-like.ts';
import { heardBy } from './ear.ts';
import { hearUntilLike, likenessOf, writeMicrophoneWav } from './spoken.ts';
import { becomeContacts, finishOnboarding, openConversation, signUp, write } from './steps.ts';

/** Another voice is found with 0.1 to 0.17; through echo canceller, noise suppression and Opus the right one with 0.35 to 0.7. */
const hearable = 0.25;

/** A whole app with a window, whatever its shell. */
export interface App {
  readonly page: Page;
  /** What the page complained of: uncaught errors and console errors. */
  readonly complaints: readonly string[];
  stop(): Promise<void>;
}

export interface AppStart {
  /** Where the profiles live. */
  readonly home: string;
  readonly profile: string;
  /** Plays into the page's microphone; 44.1 kHz, looped. */
  readonly speechWav: string;
}

/** Two apps on one machine: sign up, find each other, write, call, be heard, hang up. Pictures go to test-results/<title>. */
export function tellFirstCall(title: string, startApp: (start: AppStart) => Promise<App>): void {
  const pictures = fileURLToPath(new URL(`../../../test-results/${title}`, import.meta.url));
  const home = mkdtempSync(join(tmpdir(), `lilliput-${title}-`));
  const juniperSays = speechLike(6, 11);
  const wrenSays = speechLike(6, 23);
  let juniper: App;
  let wren: App;
  const start = (profile: string, speech: Int16Array): Promise<App> => {
    const speechWav = join(home, `${profile}.wav`);
    writeFileSync(speechWav, writeMicrophoneWav(speech));
    return startApp({ home: join(home, 'profiles'), profile, speechWav });
  };
  const picture = async (app: App, name: string): Promise<void> => {
    await app.page.screenshot({ path: join(pictures, `${name}.png`) });
  };

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [juniper, wren] = await Promise.all([start('juniper', juniperSays), start('wren', wrenSays)]);
  });
  afterAll(async () => {
    await Promise.all([juniper?.stop(), wren?.stop()]);
    rmSync(home, { recursive: true, force: true });
  });

  it('take a name each and come home', async () => {
    await juniper.page.getByLabel('Your name on Lilliput').fill('juniper');
    // Its threads of sound share memory.
    expect(await juniper.page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
    await juniper.page.getByText('juniper is free').waitFor();
    await picture(juniper, 'name');
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
    expect(
      await juniper.page
        .getByRole('log')
        .getByText(/Delivered|Read/u)
        .count(),
    ).toBeGreaterThan(0);
  });

  it('call, and each hears what the other says', async () => {
    await juniper.page.getByRole('button', { name: 'Call wren' }).first().click();
    await wren.page.getByRole('button', { name: 'Answer' }).waitFor();
    await picture(juniper, 'calling');
    await picture(wren, 'incoming');
    await wren.page.getByRole('button', { name: 'Answer' }).click();
    await juniper.page.getByRole('button', { name: 'Hang up' }).waitFor();

    const [wrenHearsJuniper, juniperHearsWren] = await hearUntilLike(
      [
        { page: wren.page, spoken: juniperSays },
        { page: juniper.page, spoken: wrenSays },
      ],
      hearable,
    );
    await picture(juniper, 'in-call');
    const wrenHearsHerself = likenessOf(await heardBy(wren.page), wrenSays);
    process.stdout.write(`likeness ${JSON.stringify({ wrenHearsJuniper, juniperHearsWren, wrenHearsHerself })}\n`);
    expect(wrenHearsJuniper).toBeGreaterThan(hearable);
    expect(juniperHearsWren).toBeGreaterThan(hearable);
    expect(wrenHearsHerself).toBeLessThan(hearable);
  });

  it('see where the delay is, at both ends: what each page knows of its sound has gone to the other', async () => {
    const { page } = juniper;
    const figure = (label: string) =>
      page
        .locator('div', { has: page.locator('dt', { hasText: label }) })
        .locator('dd')
        .filter({ hasText: /^\d+ ms$/u })
        .first();
    await page.getByRole('button', { name: 'Call details' }).click();
    await figure('Your speaker').waitFor();
    await page.getByRole('button', { name: 'What they hear' }).click();
    await figure('Their speaker').waitFor();
    await picture(juniper, 'call-details');
    expect(await figure('Smoothing').textContent()).toMatch(/^\d+ ms$/u);
    await page.getByRole('button', { name: 'Close details' }).click();
  });

  it('have noise left alone from the middle of the call on, as the microphone itself says', async () => {
    const { page } = juniper;
    const said = page.getByText('Echo cancelling');
    await page.getByRole('button', { name: 'Devices' }).click();
    await page.getByText('noise reduction on').waitFor();
    await page.getByRole('button', { name: 'Leave it' }).click();
    await page.getByText('noise reduction off').waitFor();
    await picture(juniper, 'call-devices');
    expect(await said.textContent()).toBe('Echo cancelling on, noise reduction off, automatic level on');
    await page.keyboard.press('Escape');
    await said.waitFor({ state: 'detached' });
  });

  it('hang up, and both see the call in the conversation', async () => {
    await juniper.page.getByRole('button', { name: 'Hang up' }).click();
    await juniper.page.getByText(/You called\. You talked for/u).waitFor();
    await wren.page.getByText(/juniper called\. You talked for/u).waitFor();
    await wren.page.getByRole('button', { name: 'How it was' }).click();
    await wren.page.getByText('Delay, mouth to ear').waitFor();
    await picture(wren, 'after-call');
    expect(await wren.page.getByRole('button', { name: 'Hang up' }).count()).toBe(0);
  });

  it('and neither page complained', () => {
    expect(juniper.complaints).toEqual([]);
    expect(wren.complaints).toEqual([]);
  });
}
