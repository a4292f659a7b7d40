import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeVoiceFile } from '../../main/ogg/index.ts';
import { speechLike } from '../lab/speech-like.ts';
import { startBrowserApp, type BrowserApp } from './rig/browser-app.ts';
import { clearEar, heardBy, installEar } from './rig/ear.ts';
import { likenessOf, writeMicrophoneWav } from './rig/spoken.ts';
import { becomeContacts, finishOnboarding, openConversation, signUp } from './rig/steps.ts';

const chromiumPath = process.env['LILLIPUT_CHROMIUM'] ?? '';
const pictures = fileURLToPath(new URL('../../test-results/voice-messages', import.meta.url));
/** As in a call: another voice is found with 0.1 to 0.17, the right one with more than 0.35. */
const hearable = 0.25;

/** Longer than what is judged of it. */
const recordedMs = 7_000;

/** In the page: the encoder is asked for its header late, as on a busy machine. */
function makeEncoderWait(): void {
  const proto = MessagePort.prototype;
  proto.postMessage = new Proxy(proto.postMessage, {
    apply(post, port, args: unknown[]) {
      const [message] = args;
      const isLate =
        typeof message === 'object' && message !== null && 'command' in message && message.command === 'getHeaderPages';
      if (isLate) setTimeout(() => Reflect.apply(post, port, args), 200);
      else Reflect.apply(post, port, args);
    },
  });
}

describe.skipIf(chromiumPath === '')('voice messages between two whole apps', () => {
  const home = mkdtempSync(join(tmpdir(), 'lilliput-voice-'));
  const juniperSays = speechLike(6, 11);
  const wrenSays = speechLike(6, 23);
  let juniper: BrowserApp;
  let wren: BrowserApp;

  const start = (profile: string, speech: Int16Array): Promise<BrowserApp> => {
    const speechWav = join(home, `${profile}.wav`);
    writeFileSync(speechWav, writeMicrophoneWav(speech));
    const place = { home: join(home, 'profiles'), profile, speechWav };
    const prepare = async (context: BrowserContext): Promise<void> => {
      await installEar(context);
      await context.addInitScript(makeEncoderWait);
    };
    return startBrowserApp({ ...place, prepare, chromiumPath, shellArgs: ['--no-mdns', '--no-bittorrent'] });
  };
  const picture = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });
  const strip = (page: Page) => page.getByRole('group', { name: /^Voice message to/u });
  /** Until the recorder's own clock says so. */
  const recordFor = (page: Page, ms: number) =>
    strip(page)
      .getByText(new RegExp(`^0:0[${Math.floor(ms / 1000)}-9] of 5:00$`, 'u'))
      .waitFor({ timeout: 60_000 });

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [juniper, wren] = await Promise.all([start('juniper', juniperSays), start('wren', wrenSays)]);
    await Promise.all([signUp(juniper.page, 'juniper'), signUp(wren.page, 'wren')]);
    await Promise.all([finishOnboarding(juniper.page), finishOnboarding(wren.page)]);
    await becomeContacts(juniper.page, 'juniper', wren.page, 'wren');
    await openConversation(juniper.page, 'wren');
    await openConversation(wren.page, 'juniper');
  });
  afterAll(async () => {
    await Promise.all([juniper?.stop(), wren?.stop()]);
    rmSync(home, { recursive: true, force: true });
  });

  it('is recorded by a press, listened to, and sent; the other side plays it and hears what was said', async () => {
    const { page } = juniper;
    await page.getByRole('button', { name: /^Record a voice message/u }).click();
    await recordFor(page, recordedMs);
    await picture(page, 'locked');
    await strip(page).getByRole('button', { name: 'Stop and listen' }).click();
    await strip(page).getByText('Ready to send').waitFor();
    await clearEar(page);
    await strip(page)
      .getByRole('button', { name: /^Play voice message/u })
      .click();
    await page.waitForFunction(() => (window.lilliputEar?.blocks.length ?? 0) > 40);
    await picture(page, 'review');
    expect(likenessOf(await heardBy(page), juniperSays)).toBeGreaterThan(hearable);
    await strip(page).getByRole('button', { name: 'Send the voice message' }).click();

    const bubble = wren.page.getByRole('log').getByRole('article').last();
    await bubble.getByText('Not played yet').waitFor();
    await picture(wren.page, 'unheard');
    await clearEar(wren.page);
    await bubble.getByRole('button', { name: /^Play voice message/u }).click();
    await wren.page.waitForFunction(() => (window.lilliputEar?.blocks.length ?? 0) > 50, undefined, { timeout: 60_000 });
    await picture(wren.page, 'playing');
    const heard = await heardBy(wren.page);
    const [right, wrong] = [likenessOf(heard, juniperSays), likenessOf(heard, wrenSays)];
    process.stdout.write(`likeness of the voice message ${JSON.stringify({ right, wrong })}\n`);
    expect(right).toBeGreaterThan(hearable);
    expect(wrong).toBeLessThan(hearable);
    await bubble.getByText('Not played yet').waitFor({ state: 'detached' });
    await page
      .getByRole('log')
      .getByRole('article')
      .last()
      .getByText(/Delivered|Read/u)
      .waitFor();
  });

  it('is held and let go, slid to lock or away, cancelled by Escape, and recorded by keys alone', async () => {
    const { page } = wren;
    const button = page.getByRole('button', { name: /^Record a voice message/u });
    const box = await button.boundingBox();
    if (box === null) throw new Error('the button is not there');
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await recordFor(page, 1_000);
    await picture(page, 'held');
    await page.mouse.up();
    await strip(page).getByText('Ready to send').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Recording deleted').waitFor();
    await page.getByRole('textbox', { name: 'Message juniper' }).waitFor();

    await page.mouse.down();
    await recordFor(page, 1_000);
    await page.mouse.move(at.x, at.y - 90, { steps: 4 });
    await page.mouse.up();
    await strip(page).getByRole('button', { name: 'Stop and listen' }).waitFor();
    await page.keyboard.press('Escape');
    await strip(page).waitFor({ state: 'detached' });

    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await recordFor(page, 1_000);
    await page.mouse.move(at.x - 120, at.y, { steps: 4 });
    await strip(page).waitFor({ state: 'detached' });
    await page.mouse.up();
    expect(await strip(page).count()).toBe(0);

    await button.focus();
    await page.keyboard.press('Enter');
    await recordFor(page, 2_000);
    await page.keyboard.press('Enter'); // on "Stop and listen"
    await strip(page).getByText('Ready to send').waitFor();
    await page.keyboard.press('Enter'); // on "Send"
    await juniper.page.getByRole('log').getByText('Not played yet').waitFor();
    expect(await juniper.page.getByRole('log').getByRole('slider').count()).toBe(2);
  });

  it('is sought and sped up by keys, saved to a file, and deleted for both', async () => {
    const { page } = juniper;
    const bubble = page.getByRole('log').getByRole('article').last();
    await bubble.focus();
    await page.keyboard.press('Space');
    const slider = bubble.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('End');
    await bubble.getByRole('button', { name: /^Play voice message/u }).waitFor();
    await bubble.focus();
    await page.keyboard.press('Space');
    await bubble.getByRole('button', { name: /^Speed 1 times/u }).click();
    await bubble.getByRole('button', { name: /^Speed 1.5 times/u }).waitFor();
    const download = page.waitForEvent('download');
    await bubble.focus();
    await page.keyboard.press('d');
    const file = await (await download).path();
    const verdict = judgeVoiceFile(new Uint8Array(readFileSync(file)), 300_000);
    expect('durationMs' in verdict ? verdict.durationMs : verdict.fault).toBeGreaterThan(1_500);

    await wren.page.getByRole('log').getByRole('article').last().click({ button: 'right' });
    await wren.page.getByRole('menuitem', { name: 'Delete for both' }).click();
    await wren.page.getByRole('alertdialog').getByRole('button', { name: 'Delete for both' }).click();
    await page.getByText('wren deleted this message').waitFor();
    expect(await page.getByRole('log').getByRole('slider').count()).toBe(1);
  });

  it('is left after a call that nobody answered', async () => {
    const { page } = juniper;
    await page.getByRole('button', { name: 'Call wren' }).first().click();
    await wren.page.getByRole('button', { name: 'Decline' }).click();
    await page.getByRole('button', { name: 'Leave a voice message' }).first().click();
    await recordFor(page, 1_000);
    await picture(page, 'voicemail');
    await strip(page).getByRole('button', { name: 'Send the voice message' }).click();
    await wren.page.getByRole('log').getByText('Not played yet').waitFor();
    expect(await wren.page.getByRole('log').getByText('juniper called, you declined').isVisible()).toBe(true);
  });

  it('and neither page complained', () => {
    expect(juniper.complaints).toEqual([]);
    expect(wren.complaints).toEqual([]);
  });
});
