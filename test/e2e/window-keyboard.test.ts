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
      await expect.poll(() => marked(page)).toContain('Settings: You');
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => marked(page)).toContain('Settings: Sound');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await palette(page).waitFor({ state: 'detached' });
      await page.getByRole('heading', { level: 2, name: 'Sound' }).waitFor();
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

const separator = (page: Page) => page.getByRole('separator', { name: 'Width of the list' });
const widthOf = (page: Page) => page.evaluate(() => document.querySelector('nav')?.getBoundingClientRect().width ?? 0);
const kept = (page: Page) => page.evaluate(() => window.fixture.backend.settings.now.sidebarRem);

describe.skipIf(chromium === undefined)('the width of the list', () => {
  it('follows the arrow keys within its limits, is kept, and goes back', async () => {
    await onPage(async (page) => {
      const before = await widthOf(page);
      await separator(page).focus();
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => widthOf(page)).toBe(before + 16);
      await page.keyboard.press('Home');
      await expect.poll(() => widthOf(page)).toBe(220);
      expect(await separator(page).getAttribute('aria-valuenow')).toBe('14');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Shift+ArrowRight');
      await expect.poll(() => widthOf(page)).toBe(284);
      expect(await kept(page)).toBe(17.75);
      await page.keyboard.press('End');
      await expect.poll(() => widthOf(page)).toBe(480);
      await page.keyboard.press('Enter');
      await expect.poll(() => widthOf(page)).toBe(before);
      expect(await kept(page)).toBeNull();
    });
  });

  it('follows the pointer, the other way round from right to left, and a double click', async () => {
    await onPage(async (page) => {
      const before = await widthOf(page);
      const drag = async (by: number) => {
        const box = await separator(page).boundingBox();
        if (box === null) throw new Error('no separator');
        const x = box.x + box.width / 2;
        await page.mouse.move(x, 400);
        await page.mouse.down();
        await page.mouse.move(x + by / 2, 400);
        await page.mouse.move(x + by, 400);
        await page.mouse.up();
      };
      await drag(60);
      await expect.poll(() => widthOf(page)).toBe(before + 60);
      await separator(page).dblclick();
      await expect.poll(() => widthOf(page)).toBe(before);
      await page.evaluate(() => void (document.documentElement.dir = 'rtl'));
      await drag(-40);
      await expect.poll(() => widthOf(page)).toBe(before + 40);
      await separator(page).focus();
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => widthOf(page)).toBe(before + 56);
    });
  });
});

describe.skipIf(chromium === undefined)('a call while something else is read', () => {
  it.each([
    [1180, 760],
    [360, 520],
  ])('is in sight everywhere in a window of %i × %i', async (width, height) => {
    await onPage(
      async (page) => {
        await page.evaluate(
          () => void window.fixture.backend.call('otter', { phase: 'active', activeSinceMs: Date.now(), quality: 'clear' }),
        );
        const bar = page.getByRole('region', { name: 'Call with otter' }).getByRole('button', { name: 'Hang up' });
        await bar.waitFor(); // the first screen, or the list
        await page.keyboard.press('Alt+ArrowDown');
        await page.locator('[data-composer]').waitFor();
        await bar.waitFor();
        await page.keyboard.press('Control+,');
        await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
        await bar.waitFor();
        await page.keyboard.press('Control+k');
        await page.keyboard.type('return to');
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { level: 1, name: 'otter' }).waitFor();
        await page.keyboard.press('i');
        await page.getByRole('heading', { name: 'Call details' }).waitFor();
        expect(await page.getByRole('button', { name: 'Hang up' }).first().isVisible()).toBe(true);
      },
      { width, height },
    );
  });
});

describe.skipIf(chromium === undefined)('the menu of a person', () => {
  it('opens by Shift F10 and by the pointer, in every list', async () => {
    await onPage(async (page) => {
      const menu = page.getByRole('menu');
      const opens = async (open: () => Promise<void>) => {
        await open();
        await menu.getByRole('menuitem', { name: 'Remove' }).waitFor();
        expect(await menu.count()).toBe(1);
        await page.keyboard.press('Escape');
        await menu.waitFor({ state: 'detached' });
      };
      const row = page.locator('[data-row]').first();
      await row.focus();
      await opens(() => page.keyboard.press('Shift+F10'));
      // The first screen's own list.
      const message = page.getByRole('button', { name: 'Message wren' });
      await message.focus();
      await opens(() => page.keyboard.press('Shift+F10'));
      await opens(() => page.getByRole('main').getByRole('listitem').first().click({ button: 'right' }));
      // Faces, while a panel stands beside a call.
      await page.evaluate(
        () => void window.fixture.backend.call('otter', { phase: 'active', activeSinceMs: Date.now(), quality: 'clear' }),
      );
      await page.getByRole('button', { name: 'Return to the call' }).click();
      await page.keyboard.press('Control+j');
      const face = page.getByRole('navigation', { name: 'People and conversations' }).getByRole('button', { name: /^wren/u });
      await face.focus();
      await opens(() => page.keyboard.press('Shift+F10'));
    });
  });
});
