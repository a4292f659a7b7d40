import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { withPicturePage } from './picture-page.ts';

const chromium = process.env['LILLIPUT_CHROMIUM'];

/** Only what the page does with keys; what happens between people is proven by other tests, over the real engine. */
const onPage = (use: (page: Page) => Promise<void>, viewport = { width: 1180, height: 760 }) =>
  withPicturePage(chromium ?? '', async (browser, address) => {
    const page = await browser.newPage({ viewport });
    page.setDefaultTimeout(10_000);
    await page.goto(`${address}?scene=full`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await use(page);
  });

const palette = (page: Page) => page.getByRole('dialog', { name: 'Find anyone, or do anything' });
const marked = (page: Page) =>
  page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.textContent ?? null;
  });

describe.skipIf(chromium === undefined)('the palette by keyboard', () => {
  it('marks the likeliest, goes through the list with the arrows and does what is marked', async () => {
    await onPage(async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('settings');
      await expect.poll(() => marked(page)).toContain('Settings: Sound');
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => marked(page)).toContain('Settings: Connection');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await palette(page).waitFor({ state: 'detached' });
      await page.getByRole('heading', { level: 2, name: 'Connection' }).waitFor();
    });
  });

  it('is a field with a list, as screen readers know it', async () => {
    await onPage(async (page) => {
      await page.keyboard.press('Control+k');
      const field = page.getByRole('combobox', { name: 'Find anyone, or do anything' });
      await page.keyboard.type('otter');
      const list = page.getByRole('listbox', { name: 'Results' });
      await list.getByRole('option', { name: /^otter/ }).waitFor();
      expect(await field.getAttribute('aria-expanded')).toBe('true');
      expect(await field.getAttribute('aria-controls')).toBe(await list.getAttribute('id'));
      expect(await list.getByRole('group').count()).toBeGreaterThan(0);
    });
  });

  it('closes with Esc or with Ctrl K again, and gives the focus back', async () => {
    await onPage(async (page) => {
      await page.keyboard.press('Alt+ArrowDown');
      await page.locator('[data-composer]').waitFor();
      await page.keyboard.type('half');
      for (const key of ['Escape', 'Control+k']) {
        await page.keyboard.press('Control+k');
        await palette(page).waitFor();
        await page.keyboard.press(key);
        await palette(page).waitFor({ state: 'detached' });
        await page.waitForFunction(() => document.activeElement?.hasAttribute('data-composer'));
      }
      await page.keyboard.type(' a word');
      expect(await page.locator('[data-composer]').inputValue()).toBe('half a word');
    });
  });

  it('mutes and hangs up, and leaves the person where they were', async () => {
    await onPage(async (page) => {
      await page.keyboard.press('Alt+ArrowDown');
      await page.locator('[data-composer]').waitFor();
      await page.evaluate(
        () => void window.fixture.backend.call('otter', { phase: 'active', activeSinceMs: Date.now(), quality: 'clear' }),
      );
      await page.getByRole('button', { name: 'Hang up' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.keyboard.type('mute');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Unmute' }).waitFor();
      await page.waitForFunction(() => document.activeElement?.hasAttribute('data-composer'));
      await page.keyboard.press('Control+k');
      await page.keyboard.type('hang');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Hang up' }).waitFor({ state: 'detached' });
      expect(await page.locator('[data-composer]').count()).toBe(1);
    });
  });

  it('goes on with a name that nobody here has', async () => {
    await onPage(async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('zzyzx');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Add someone' }).waitFor();
      expect(await page.getByLabel('Their name on Lilliput').inputValue()).toBe('zzyzx');
      await page.getByRole('button', { name: 'Send request' }).waitFor();
    });
  });
});
