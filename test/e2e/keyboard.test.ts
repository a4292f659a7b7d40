import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { withPicturePage } from './picture-page.ts';

const chromium = process.env['LILLIPUT_CHROMIUM'];

/** Only what the page does with keys; what happens between people is proven by other tests, over the real engine. */
const onPage = (use: (page: Page) => Promise<void>) =>
  withPicturePage(chromium ?? '', async (browser, address) => {
    const page = await browser.newPage({ viewport: { width: 1180, height: 760 } });
    page.setDefaultTimeout(10_000);
    await page.goto(`${address}?scene=full`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await use(page);
  });

const phase = (page: Page, change: object) =>
  page.evaluate((to) => {
    const { backend } = window.fixture;
    for (const call of backend.calls.all()) backend.change(call.id, to);
  }, change);

describe.skipIf(chromium === undefined)('the keyboard', () => {
  it('makes a whole call, from search to hang up', async () => {
    await onPage(async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('wr');
      await page.keyboard.press('Enter');
      await page.getByRole('region', { name: 'Call with wren' }).waitFor();
      await phase(page, { phase: 'active', activeSinceMs: Date.now(), quality: 'clear' });
      await page.getByText('Sound is clear').waitFor();
      await page.keyboard.press('m');
      await page.getByText('You are muted').waitFor();
      await page.keyboard.press('Control+Shift+M');
      await page.getByText('Sound is clear').waitFor();
      await page.keyboard.press('h');
      await page.getByText('On hold. Neither of you can hear the other').waitFor();
      await page.keyboard.press('Control+Shift+H');
      await page.getByText('Sound is clear').waitFor();
      await page.keyboard.press('r');
      await page.getByText('wren can see that you are recording').waitFor();
      await page.keyboard.press('r');
      await page.getByText('The call with wren is recorded in').waitFor();
      await page.keyboard.press('Escape'); // puts the notice away
      await page.keyboard.press('d');
      await page.getByRole('dialog', { name: 'Devices' }).waitFor();
      await page.getByRole('slider', { name: 'How loud you hear wren' }).press('ArrowRight');
      await page.getByText('105 %').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Devices' }).waitFor({ state: 'detached' });
      await page.waitForFunction(() => document.activeElement?.hasAttribute('data-stage'));
      await page.keyboard.press('Control+j');
      await page.getByLabel('Message wren').waitFor();
      await page.keyboard.type('m is a letter here');
      await page.keyboard.press('Enter');
      await page.getByText('m is a letter here').first().waitFor();
      await page.keyboard.press('Escape');
      await page.getByLabel('Message wren').waitFor({ state: 'detached' });
      await page.keyboard.press('Escape');
      await page.getByRole('region', { name: 'Call with wren' }).waitFor(); // Esc never hangs up
      await page.keyboard.press('Control+Shift+E');
      await page.getByLabel('Message wren').waitFor();
      expect(await page.evaluate(() => document.activeElement?.hasAttribute('data-composer'))).toBe(true);
    });
  });

  it('is heard while Space is held on the call, and not when the window loses the keyboard', async () => {
    await onPage(async (page) => {
      await page.evaluate(() => {
        const { settings } = window.fixture.backend;
        settings.set({ ...settings.now, pushToTalk: true });
      });
      await page.keyboard.press('Control+k');
      await page.keyboard.type('wr');
      await page.keyboard.press('Enter');
      await page.getByRole('region', { name: 'Call with wren' }).waitFor();
      await phase(page, { phase: 'active', activeSinceMs: Date.now(), quality: 'clear' });
      await page.getByText('Hold Space to talk').waitFor();
      await page.keyboard.down('Space');
      await page.getByText('They hear you').waitFor();
      await page.keyboard.down('Space'); // the keyboard repeats
      await page.keyboard.up('Space');
      await page.getByText('Hold Space to talk').waitFor();
      await page.keyboard.down('Space');
      await page.getByText('They hear you').waitFor();
      await page.evaluate(() => dispatchEvent(new Event('blur')));
      await page.getByText('Hold Space to talk').waitFor();
      await page.keyboard.up('Space');
      const heard = await page.evaluate(() => window.fixture.audio.log.filter((what) => what.endsWith('mute')));
      expect(heard).toEqual(['mute', 'unmute', 'mute', 'unmute', 'mute']);
    });
  });

  it('keeps what is typed when somebody calls, and answers on Ctrl Shift A', async () => {
    await onPage(async (page) => {
      await page.keyboard.press('Alt+ArrowDown');
      await page.locator('[data-composer]').waitFor();
      await page.keyboard.type('half a sen');
      await page.evaluate(() => void window.fixture.backend.call('marlow', { direction: 'in', phase: 'ringing' }));
      await page.getByRole('button', { name: 'Answer', exact: true }).waitFor();
      await page.keyboard.type('tence');
      expect(await page.locator('[data-composer]').inputValue()).toBe('half a sentence');
      await page.keyboard.press('Control+Shift+A');
      await page.getByRole('region', { name: 'Call with marlow' }).waitFor();
      expect(await page.evaluate(() => window.fixture.audio.log.filter((what) => what === 'start'))).toEqual(['start']);
    });
  });

  it('takes back what was removed, and moves between panes', async () => {
    await onPage(async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('tansy');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('heading', { level: 1, name: 'tansy' }).waitFor();
      await page.getByRole('main').getByRole('button', { name: 'More' }).press('Enter');
      await page.getByRole('menuitem', { name: 'Remove' }).press('Enter');
      await page.getByText('Removed tansy').waitFor();
      await page.keyboard.press('Control+z');
      await page.getByText('Removed tansy').waitFor({ state: 'detached' });
      await page
        .getByRole('button', { name: /^tansy/ })
        .first()
        .waitFor();
      await page.keyboard.press('F6');
      const first = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      await page.keyboard.press('F6');
      const second = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      expect(new Set([first, second])).toEqual(new Set(['Main', 'People and conversations']));
    });
  });

  it('answers, marks, changes and deletes messages', async () => {
    await onPage(async (page) => {
      const log = page.getByRole('log', { name: 'Conversation with wren' });
      await page.keyboard.press('Control+k');
      await page.keyboard.type('wren');
      await page.keyboard.press('Control+Enter');
      await page.getByLabel('Message wren').waitFor();
      await log.focus();
      await page.keyboard.press('ArrowUp'); // the newest
      await page.keyboard.press('ArrowUp'); // theirs, before it
      await page.keyboard.press('r');
      await page.getByText('Reply to wren').waitFor();
      await page.keyboard.type('It is, boots and all');
      await page.keyboard.press('Enter');
      await log.getByRole('button', { name: /Is Sunday still on/ }).waitFor();
      await page.keyboard.press('ArrowUp');
      await page.getByText('Change your message').waitFor();
      await page.keyboard.press('End');
      await page.keyboard.type(', rain or not');
      await page.keyboard.press('Enter');
      await log.getByText('It is, boots and all, rain or not').waitFor();
      await log.getByText('Edited').last().waitFor();
      await log.focus();
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: 'React with 👍' }).press('Enter');
      await log.getByRole('button', { name: /You reacted with 👍/ }).waitFor();
      await log.focus();
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Delete');
      await page.getByText('Deleted for you').waitFor();
      await log.getByText('rain or not').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+z');
      await log.getByText('rain or not').waitFor();
      expect(await log.getByText('It is, boots and all, rain or not').count()).toBe(1);
    });
  });

  it('sets how loud somebody is heard, outside of any call', async () => {
    await onPage(async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('wren');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('heading', { level: 1, name: 'wren' }).waitFor();
      await page.getByRole('main').getByRole('button', { name: 'More' }).press('Enter');
      await page.getByRole('menuitem', { name: 'How loud you hear them' }).press('Enter');
      // Held down, it goes as far as the key does, though the computer keeps each step a moment later.
      const slider = page.getByRole('slider', { name: 'How loud you hear wren' });
      for (let step = 0; step < 10; step += 1) await slider.press('ArrowLeft');
      await page.getByText('50 %').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      // The last step is on its way to the disk when the dialog goes.
      const volumes = (): Promise<number[]> =>
        page.evaluate(() =>
          window.fixture.backend.contacts.all().flatMap(({ name, volume }) => (name === 'wren' ? [volume] : [])),
        );
      await expect.poll(volumes).toEqual([0.5]);
    });
  });

  it('opens the list of keys and closes it with one Esc', async () => {
    await onPage(async (page) => {
      const dialog = page.getByRole('dialog', { name: 'Keys' });
      await page.evaluate(() => {
        const { settings } = window.fixture.backend;
        settings.set({ ...settings.now, pushToTalkKey: 'F8' });
      });
      await page.keyboard.press('Control+/');
      await dialog.waitFor();
      await dialog.getByText('F8', { exact: true }).waitFor(); // the key to talk with is the person's own
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await dialog.count()).toBe(0);
    });
  });
});
