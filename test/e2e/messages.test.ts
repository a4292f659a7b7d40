import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { historyWith, openHistory } from './message-acts.ts';
import { withPicturePage } from './picture-page.ts';

const chromium = process.env['LILLIPUT_CHROMIUM'];

/** Only what the page does; that the engine finds, pages and deletes is proven over its own storage. */
const onPage = (use: (page: Page) => Promise<void>) =>
  withPicturePage(chromium ?? '', async (browser, address) => {
    const page = await browser.newPage({ viewport: { width: 1180, height: 760 } });
    page.setDefaultTimeout(15_000);
    await page.goto(`${address}?scene=full`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await use(page);
  });

const log = (page: Page) => page.getByRole('log');
const bubble = (page: Page, number: number) =>
  log(page)
    .locator('article')
    .filter({ hasText: `(${number})` });
/** It is drawn, and on screen. */
const onScreen = (page: Page, number: number) =>
  page.waitForFunction((text) => {
    const view = document.querySelector('[role=log]')?.getBoundingClientRect();
    const found = [...document.querySelectorAll('[role=log] article')].find((each) => each.textContent.includes(text));
    const at = found?.getBoundingClientRect();
    return view !== undefined && at !== undefined && at.top >= view.top && at.bottom <= view.bottom;
  }, `(${number})`);

describe.skipIf(chromium === undefined)('messages of a long conversation', () => {
  it('open at what is new, and are read once their end was seen', async () => {
    await onPage(async (page) => {
      await historyWith(page, 400, 40);

      // Opened at what is new, with the rest of it counted.
      await openHistory(page);
      await page.getByText('New', { exact: true }).waitFor();
      await onScreen(page, 361);
      await page.getByRole('button', { name: /Newest.*40 new messages/u }).waitFor();

      // Read to the end, it is read.
      await page.getByRole('button', { name: /Newest/u }).click();
      await onScreen(page, 400);
      await page
        .getByRole('button', { name: /^quill(?!.*unread)/u })
        .first()
        .waitFor();
      await page.getByRole('button', { name: /Newest/u }).waitFor({ state: 'detached' });
      expect(await page.getByRole('button', { name: /^quill.*unread/u }).count()).toBe(0);
    });
  });

  it('that lead elsewhere than they look ask first, and name the true host', async () => {
    await onPage(async (page) => {
      await historyWith(page, 3, 0, ['Is it https://example.com@evil.example/login or https://example.org/map ?']);
      await openHistory(page);
      await page.getByRole('button', { name: /Leads to evil.example/u }).click();
      const dialog = page.getByRole('dialog', { name: 'Open this link?' });
      await dialog.getByText('evil.example', { exact: true }).waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(page.context().pages()).toHaveLength(1);
      const [opened] = await Promise.all([
        page.context().waitForEvent('page'),
        page.getByRole('link', { name: 'example.org/map' }).click(),
      ]);
      expect(await opened.evaluate(() => opener)).toBeNull();
    });
  });

  it('get emoji by name, and reactions beyond the usual ones', async () => {
    await onPage(async (page) => {
      await historyWith(page, 3, 0);
      await openHistory(page);
      const field = page.getByRole('textbox', { name: 'Message quill' });
      await field.pressSequentially('so :heart_ey');
      await page.getByRole('listbox', { name: 'Emoji that match' }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('[data-composer]')?.value === 'so 😍 ');
      await page.keyboard.press('Enter');
      await log(page).getByText('so 😍').waitFor();
      await bubble(page, 2).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'More emoji' }).click();
      await page.getByRole('combobox', { name: 'Search emoji' }).fill('sleeping');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /You reacted with/u }).waitFor();
      expect(await page.getByRole('button', { name: /You reacted with/u }).count()).toBe(1);
    });
  });
});
