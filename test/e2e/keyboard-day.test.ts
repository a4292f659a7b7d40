import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speechLike } from '../lab/speech-like.ts';
import { startBrowserApp, type BrowserApp } from './rig/browser-app.ts';
import { writeMicrophoneWav } from './rig/spoken.ts';

const chromiumPath = process.env['LILLIPUT_CHROMIUM'] ?? '';
const pictures = fileURLToPath(new URL('../../test-results/keyboard-day', import.meta.url));

/** No pane has so many stops: who has not arrived by then went in a circle. */
const stopsMost = 60;

/** Where the keyboard is, by the name that a screen reader says. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const held = document.activeElement;
    if (held === null || held === document.body) return '';
    const label = held instanceof HTMLInputElement || held instanceof HTMLButtonElement ? held.labels?.[0] : undefined;
    const named = (held.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '');
    const texts = [held.getAttribute('aria-label'), ...named, label?.textContent, held.textContent];
    return texts.find((text) => text !== null && text !== undefined && text !== '') ?? '';
  });

/** Goes from stop to stop, as somebody without a mouse does. */
async function tabTo(page: Page, name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < stopsMost; stop += 1) {
    // One key after the other.
    // oxlint-disable-next-line no-await-in-loop -- likewise, one after the other
    const now = await focused(page);
    if (now.startsWith(name)) return;
    passed.push(now);
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await page.keyboard.press(key);
  }
  throw new Error(`Tab never came to ${name}, but to: ${passed.join(' | ')}`);
}

describe.skipIf(chromiumPath === '')('a whole day without a mouse', () => {
  const home = mkdtempSync(join(tmpdir(), 'lilliput-keys-'));
  let juniper: BrowserApp;
  let wren: BrowserApp;

  const start = async (profile: string): Promise<BrowserApp> => {
    const speechWav = join(home, `${profile}.wav`);
    writeFileSync(speechWav, writeMicrophoneWav(speechLike(2, 11)));
    return startBrowserApp({
      home: join(home, 'profiles'),
      profile,
      speechWav,
      chromiumPath,
      shellArgs: ['--no-mdns', '--no-bittorrent'],
      async prepare(context) {
        await context.addInitScript(() =>
          addEventListener('pointerdown', () => document.body.setAttribute('data-mouse', ''), true),
        );
      },
    });
  };
  const picture = (app: BrowserApp, name: string) => app.page.screenshot({ path: join(pictures, `${name}.png`) });
  const signUp = async ({ page }: BrowserApp, name: string): Promise<void> => {
    await page.getByLabel('Your name on Lilliput').waitFor();
    await expect.poll(() => focused(page)).toBe('Your name on Lilliput');
    await page.keyboard.type(name);
    // Enter does nothing while the network is asked.
    await page.locator('button:enabled', { hasText: 'Keep this name' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Write these twelve words down').waitFor({ timeout: 90_000 });
    await tabTo(page, 'I have written the words down');
    await page.keyboard.press('Space');
    await tabTo(page, 'Continue');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Start using Lilliput' }).waitFor();
    await tabTo(page, 'Start using Lilliput');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Copy name' }).waitFor();
  };

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [juniper, wren] = await Promise.all([start('juniper'), start('wren')]);
  });
  afterAll(async () => {
    await Promise.all([juniper?.stop(), wren?.stop()]);
    rmSync(home, { recursive: true, force: true });
  });

  it('takes a name, and comes home', async () => {
    await Promise.all([signUp(juniper, 'juniper'), signUp(wren, 'wren')]);
    expect(await juniper.page.getByRole('button', { name: 'Copy name' }).isVisible()).toBe(true);
  });

  it('asks somebody, who says yes', async () => {
    await juniper.page.keyboard.press('Control+n');
    await juniper.page.getByRole('dialog', { name: 'Add someone' }).waitFor();
    await juniper.page.keyboard.type('wren');
    await juniper.page.keyboard.press('Enter');
    await juniper.page.getByRole('button', { name: 'Send request' }).waitFor();
    await tabTo(juniper.page, 'Send request');
    await juniper.page.keyboard.press('Enter');
    await wren.page.getByRole('button', { name: 'Accept' }).first().waitFor();
    await tabTo(wren.page, 'Accept');
    await wren.page.keyboard.press('Enter');
    await wren.page.getByRole('textbox', { name: 'Message juniper' }).waitFor();
    await juniper.page
      .getByRole('button', { name: /^Call wren/u })
      .first()
      .waitFor();
    expect(await wren.page.getByRole('heading', { level: 1, name: 'juniper' }).count()).toBe(1);
  });

  it('writes, answers, marks, changes and deletes', async () => {
    // Whoever accepted stands in the conversation, with the caret in the field.
    await expect.poll(() => focused(wren.page)).toBe('Message juniper');
    await wren.page.keyboard.type('No mouse in this house');
    await wren.page.keyboard.press('Enter');
    const { page } = juniper;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('wren');
    await page.keyboard.press('Control+Enter');
    const log = page.getByRole('log', { name: 'Conversation with wren' });
    await log.getByText('No mouse in this house').waitFor();
    await tabTo(page, 'Conversation with wren', 'Shift+Tab');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('r');
    await page.getByText('Reply to wren').waitFor();
    await page.keyboard.type('Nor in thiss one');
    await page.keyboard.press('Enter');
    await wren.page.getByRole('log').getByText('Nor in thiss one').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.getByText('Change your message').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Nor in this one');
    await page.keyboard.press('Enter');
    await wren.page.getByRole('log').getByText('Nor in this one').waitFor();
    await tabTo(wren.page, 'Conversation with juniper', 'Shift+Tab');
    await wren.page.keyboard.press('ArrowUp');
    await wren.page.keyboard.press('Shift+F10');
    await wren.page.getByRole('menuitem', { name: 'React with 👍' }).press('Enter');
    await log.getByRole('button', { name: /wren reacted with 👍/u }).waitFor();
    await picture(juniper, 'written');
    await tabTo(page, 'Conversation with wren', 'Shift+Tab');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Delete for both' }).press('Enter');
    await page.getByRole('alertdialog', { name: 'Delete for both?' }).waitFor();
    await picture(juniper, 'delete-asks');
    await tabTo(page, 'Delete for both');
    await page.keyboard.press('Enter');
    await wren.page.getByRole('log').getByText('juniper deleted this message').waitFor();
    expect(await wren.page.getByText('Nor in this one').count()).toBe(0);
  });

  it('calls, is answered, and hangs up', async () => {
    await juniper.page.keyboard.press('Control+Shift+C');
    await wren.page.getByRole('button', { name: 'Answer', exact: true }).waitFor();
    await wren.page.keyboard.press('Control+Shift+A');
    await juniper.page.getByRole('button', { name: 'Hang up' }).waitFor();
    await juniper.page
      .getByText(/^Sound is|^Clear|^Good/u)
      .first()
      .waitFor();
    await juniper.page.keyboard.press('Control+Shift+E');
    await juniper.page.getByText(/You called\. You talked for/u).waitFor();
    await wren.page.getByText(/juniper called\. You talked for/u).waitFor();
    expect(await wren.page.getByRole('button', { name: 'Hang up' }).count()).toBe(0);
  });

  it('and no mouse was touched, and neither page complained', async () => {
    for (const { page, complaints } of [juniper, wren]) {
      // oxlint-disable-next-line no-await-in-loop -- two of them
      expect(await page.evaluate(() => document.body.hasAttribute('data-mouse'))).toBe(false);
      expect(complaints).toEqual([]);
    }
  });
});
