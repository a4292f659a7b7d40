import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { comesLate, historyWith, openHistory } from './message-acts.ts';
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

/** Scrolls by `px` in small steps, and tells how far a message moved against it at most: 0 is no jump at all. */
const jumpWhile = (page: Page, px: number): Promise<number> =>
  page.evaluate(async (distance) => {
    const scroller = document.querySelector('[role=log]');
    if (scroller === null) throw new Error('there is no timeline');
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const step = Math.sign(distance) * 80;
    let worst = 0;
    for (let done = 0; done < Math.abs(distance); done += 80) {
      const middle = scroller.getBoundingClientRect().top + scroller.clientHeight / 2;
      const held = [...scroller.querySelectorAll('article')].find((each) => each.getBoundingClientRect().top > middle);
      const before = held?.getBoundingClientRect().top ?? 0;
      const room = step < 0 ? scroller.scrollTop : scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
      const wanted = Math.sign(step) * Math.min(Math.abs(step), room);
      scroller.scrollBy(0, wanted);
      await frame();
      await frame();
      if (held?.isConnected === true) worst = Math.max(worst, Math.abs(held.getBoundingClientRect().top - before + wanted));
    }
    return worst;
  }, px);

describe.skipIf(chromium === undefined)('messages of a long conversation', () => {
  it('are searched, gone to, read on in both directions, chosen, deleted and brought back', async () => {
    await onPage(async (page) => {
      await historyWith(page, 400, 40);

      // Opened at what is new, with the rest of it counted.
      await openHistory(page);
      await page.getByText('New', { exact: true }).waitFor();
      await onScreen(page, 361);
      await page.getByRole('button', { name: /Newest.*40 new messages/u }).waitFor();

      // Read to the end, it is read; the line stays.
      await page.getByRole('button', { name: /Newest/u }).click();
      await onScreen(page, 400);
      await page
        .getByRole('button', { name: /^quill(?!.*unread)/u })
        .first()
        .waitFor();
      await page.getByRole('button', { name: /Newest/u }).waitFor({ state: 'detached' });

      // From the list: the hit is far above what is loaded.
      await page.getByLabel('Search people and messages').fill('sang the whole time (8)');
      await page.locator('[data-side-list] [data-row]').first().click();
      await onScreen(page, 8);
      await page.waitForFunction(() => document.activeElement?.textContent.includes('(8)') === true);

      // Nothing jumps while earlier and later ones are loaded.
      expect(await jumpWhile(page, -600)).toBeLessThanOrEqual(2);
      expect(await jumpWhile(page, 6_000)).toBeLessThanOrEqual(2);

      // Within the conversation, from hit to hit.
      await page.keyboard.press('Control+f');
      await page.keyboard.type('blackbird');
      await page.getByText('1 of 10').waitFor();
      await onScreen(page, 368);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.getByText('3 of 10').waitFor();
      await onScreen(page, 288);
      await page.keyboard.press('Shift+Enter');
      await page.getByText('2 of 10').waitFor();
      await onScreen(page, 328);
      await page.keyboard.press('Escape');

      // Chosen with the mouse and with the keys; deleted, and brought back.
      await bubble(page, 328).click({ modifiers: ['Control'] });
      await page.keyboard.press('Shift+ArrowDown');
      await bubble(page, 331).click({ modifiers: ['Shift'] });
      await page.getByText('4 selected').waitFor();
      await page.getByRole('button', { name: 'Delete for me' }).click();
      await page.getByText('Deleted 4 messages for you').waitFor();
      expect(await bubble(page, 329).count()).toBe(0);
      await page.keyboard.press('Control+z');
      await bubble(page, 329).waitFor();
      expect(
        await log(page)
          .locator('article')
          .filter({ hasText: /\((?:328|329|330|331)\)/u })
          .count(),
      ).toBe(4);
    });
  });

  it('that come late take their place without moving what is read, and are led to', async () => {
    await onPage(async (page) => {
      await historyWith(page, 400, 0);
      await openHistory(page);
      await onScreen(page, 400);
      const topOf = async (number: number) => (await bubble(page, number).boundingBox())?.y ?? Number.NaN;

      // At the end, on screen and above it: the end stays where it is.
      const end = await topOf(400);
      for (const number of [398, 372]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await comesLate(page, `late, after ${number}`, number);
        // oxlint-disable-next-line no-await-in-loop -- likewise
        await page.getByText(`Arrived late: late, after ${number}`).waitFor();
        // oxlint-disable-next-line no-await-in-loop -- likewise
        expect(Math.abs((await topOf(400)) - end)).toBeLessThanOrEqual(2);
      }
      await page.getByRole('button', { name: 'Open', exact: true }).click();
      await page.waitForFunction(() => document.activeElement?.textContent.includes('late, after 372') === true);
      const order = await log(page).locator('article').allTextContents();
      expect(order.findIndex((text) => text.includes('late, after 372'))).toBe(
        order.findIndex((text) => text.includes('(372)')) + 1,
      );
      expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/arrived \d\d:\d\d|arrived \d+ /u);

      // Away from the end, below and above what is looked at.
      const held = await topOf(374);
      for (const number of [360, 390]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await comesLate(page, `late, after ${number}`, number);
        // oxlint-disable-next-line no-await-in-loop -- likewise
        await page.getByText(`Arrived late: late, after ${number}`).waitFor();
        // oxlint-disable-next-line no-await-in-loop -- likewise
        expect(Math.abs((await topOf(374)) - held)).toBeLessThanOrEqual(2);
      }
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
