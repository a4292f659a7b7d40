import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { VoiceView } from '../../preload/contract/index.ts';
import { keyOf } from './fixtures/page/cast.ts';
import { withPicturePage } from './picture-page.ts';

const chromium = process.env['LILLIPUT_CHROMIUM'];

/** Only what the page makes of what it is told; what happens between people is proven by other tests, over the real engine. */
const onPage = (scene: 'empty' | 'full', use: (page: Page) => Promise<void>) =>
  withPicturePage(chromium ?? '', async (browser, address) => {
    const page = await browser.newPage({ viewport: { width: 1180, height: 760 } });
    page.setDefaultTimeout(10_000);
    await page.goto(`${address}?scene=${scene}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await use(page);
  });

async function open(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(name);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { level: 1, name }).waitFor();
}
const refuse = (page: Page, what: 'search' | 'calls' | 'timeline', refused: boolean) =>
  page.evaluate(
    ([part, isRefused]) => {
      const { refuses } = window.fixture.backend;
      if (isRefused) refuses.add(part);
      else refuses.delete(part);
    },
    [what, refused] as const,
  );
const draftOf = (page: Page, name: string) =>
  page.evaluate((key) => window.fixture.backend.conversations.get(key)?.draft ?? null, keyOf(name));
const field = (page: Page) => page.locator('[data-composer]');
const ours = (page: Page) => page.locator('[data-message][data-out=true]');

/** A voice message after the last message there; theirs is not yet heard. */
const addVoice = (page: Page, name: string, direction: 'in' | 'out') =>
  page.evaluate(
    ([key, side]) => {
      const { backend } = window.fixture;
      const [last] = backend.timeline(key).all().slice(-1);
      if (last?.kind !== 'message') throw new Error('nothing was sent');
      const voice: VoiceView = {
        state: 'whole',
        durationMs: 3_000,
        sizeBytes: 9_000,
        waveform: [90],
        partsAcross: 1,
        parts: 1,
        heard: side === 'out',
      };
      const message = { ...last, id: 'e'.repeat(32), direction: side, text: '', voice, atMs: last.atMs + 1 };
      if (side === 'in') backend.arrive(message);
      else backend.add(message);
    },
    [keyOf(name), direction] as const,
  );

describe.skipIf(chromium === undefined)('what can’t be read', () => {
  it('is said to be so, and not to be nothing: messages that are searched', async () => {
    await onPage('full', async (page) => {
      await refuse(page, 'search', true);
      await page.getByLabel('Search people and messages').fill('boots');
      const alert = page.getByRole('alert').filter({ hasText: 'Messages could not be searched.' });
      await alert.waitFor();
      expect(await page.getByText('No one called').count()).toBe(0);
      await refuse(page, 'search', false);
      await alert.getByRole('button', { name: 'Try again' }).click();
      await alert.waitFor({ state: 'detached' });
    });
  });

  it('likewise: calls', async () => {
    await onPage('empty', async (page) => {
      await page.getByRole('tab', { name: 'Calls' }).click();
      await page.getByText('No calls yet').waitFor();
      await refuse(page, 'calls', true);
      await page.evaluate(() => {
        const { backend } = window.fixture;
        const { id } = backend.call('otter', { phase: 'active', activeSinceMs: Date.now() });
        setTimeout(() => backend.change(id, { phase: 'ended', reason: 'hung-up' }), 100);
      });
      const alert = page.getByRole('alert').filter({ hasText: 'The calls could not be read.' });
      await alert.waitFor();
      await refuse(page, 'calls', false);
      await alert.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('No calls yet').waitFor();
      expect(await alert.count()).toBe(0);
    });
  });

  it('likewise: a conversation, which opens by itself once it can', async () => {
    await onPage('full', async (page) => {
      await refuse(page, 'timeline', true);
      await open(page, 'wren');
      await page.getByText('This conversation could not be read.').waitFor();
      await refuse(page, 'timeline', false);
      await page.getByRole('log', { name: 'Conversation with wren' }).waitFor();
      expect(await page.getByText('This conversation could not be read.').count()).toBe(0);
    });
  });
});

describe.skipIf(chromium === undefined)('a draft', () => {
  it('waits while messages are changed, whatever is done meanwhile', async () => {
    await onPage('full', async (page) => {
      await open(page, 'wren');
      await page.keyboard.type('half a thought');
      await expect.poll(() => draftOf(page, 'wren')).toBe('half a thought');
      const first = await ours(page).first().getAttribute('data-message');
      await ours(page).first().focus();
      await page.keyboard.press('e');
      await page.getByText('Change your message').waitFor();
      await page.keyboard.type(' changed');
      await ours(page).last().focus();
      await page.keyboard.press('e');
      await expect.poll(() => field(page).inputValue()).not.toContain('changed');
      expect(await draftOf(page, 'wren')).toBe('half a thought');
      // Elsewhere and back: nothing was sent, nothing is lost.
      await open(page, 'otter');
      await open(page, 'wren');
      expect(await field(page).inputValue()).toBe('half a thought');
      await page.locator(`[data-message="${first}"]`).focus();
      await page.keyboard.press('e');
      await page.getByText('Change your message').waitFor();
      await page.keyboard.press('Escape');
      expect(await field(page).inputValue()).toBe('half a thought');
    });
  });

  it('is what Up in the empty field leaves alone: it changes words, not a voice message, and no words are no change', async () => {
    await onPage('full', async (page) => {
      await open(page, 'wren');
      await page.keyboard.type('Words');
      await page.keyboard.press('Enter');
      const words = page.locator('[data-message]', { hasText: 'Words' });
      await words.waitFor();
      await addVoice(page, 'wren', 'out');
      await page.getByRole('button', { name: /^Play voice message/u }).waitFor();
      await page.keyboard.press('ArrowUp');
      await expect.poll(() => field(page).inputValue()).toBe('Words');
      await page.keyboard.press('Enter');
      await page.getByText('Change your message').waitFor({ state: 'detached' });
      expect(await words.getByText('Edited').count()).toBe(0);
    });
  });
});

describe.skipIf(chromium === undefined)('what was sent', () => {
  it('comes back by Ctrl Z while it waits, with what it answers, before what was begun since', async () => {
    await onPage('full', async (page) => {
      await page.evaluate(() => {
        const { settings } = window.fixture.backend;
        settings.set({ ...settings.now, undoSend: true });
      });
      await open(page, 'wren');
      await page.locator('[data-message]', { hasText: 'Is Sunday still on' }).focus();
      await page.keyboard.press('r');
      await page.getByText('Reply to wren').waitFor();
      await page.keyboard.type('It is');
      await page.keyboard.press('Enter');
      await page.getByText('Sends in five seconds').waitFor();
      await page.getByText('Reply to wren').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+z');
      await page.getByText('Reply to wren').waitFor();
      expect(await field(page).inputValue()).toBe('It is');
      await page.keyboard.press('Enter');
      const notice = page.locator('[data-toast]', { hasText: 'Sends in five seconds' });
      await notice.waitFor();
      await page.keyboard.type('and more');
      await notice.getByRole('button', { name: 'Undo' }).click();
      await expect.poll(() => field(page).inputValue()).toBe('It is\nand more');
    });
  });
});

describe.skipIf(chromium === undefined)('a screen reader', () => {
  it('hears the words of the message that the arrow keys come to, and what a message that comes is', async () => {
    await onPage('full', async (page) => {
      await open(page, 'wren');
      await page.keyboard.type('Marigolds');
      await page.keyboard.press('Enter');
      const bubble = page.locator('[data-message]', { hasText: 'Marigolds' });
      await bubble.waitFor();
      const described = (await bubble.getAttribute('aria-describedby')) ?? '';
      expect(await page.locator(`[id="${described}"]`).textContent()).toContain('Marigolds');
      await addVoice(page, 'wren', 'in');
      await page.locator('output', { hasText: 'wren: Voice message, 0:03' }).waitFor({ state: 'attached' });
      expect(await page.locator('output', { hasText: 'wren: Voice message' }).count()).toBe(1);
    });
  });
});

describe.skipIf(chromium === undefined)('the end of a conversation', () => {
  const fromEnd = (page: Page) =>
    page.getByRole('log').evaluate((log) => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight));
  const atEnd = async (page: Page): Promise<void> => {
    await expect.poll(() => fromEnd(page)).toBeLessThanOrEqual(1);
  };

  it('stays in sight when the window becomes narrow, and wide again', async () => {
    await onPage('full', async (page) => {
      await open(page, 'wren');
      await page.getByRole('log').waitFor();
      for (const size of [
        { width: 360, height: 520 },
        { width: 1180, height: 520 },
        { width: 800, height: 400 },
      ]) {
        // One size after the other.
        // oxlint-disable-next-line no-await-in-loop -- likewise
        await page.setViewportSize(size);
        // oxlint-disable-next-line no-await-in-loop -- likewise
        await atEnd(page);
      }
      expect(await page.getByRole('button', { name: 'Newest' }).count()).toBe(0);
      await page.getByRole('log').evaluate((log) => log.scrollBy(0, -300));
      await page.getByRole('button', { name: 'Newest' }).waitFor();
      await page.setViewportSize({ width: 700, height: 400 });
      await page.getByRole('button', { name: 'Newest' }).waitFor();
      expect(await fromEnd(page)).toBeGreaterThan(60);
    });
  });

  it('stays in sight while somebody types, also in one that was empty when it was opened', async () => {
    await onPage('full', async (page) => {
      await open(page, 'quill');
      await page.getByText('You and quill are connected').waitFor();
      await page.evaluate((key) => {
        const { backend } = window.fixture;
        for (let number = 0; number < 40; number += 1) backend.hear(key, `Line ${number}`);
      }, keyOf('quill'));
      await page.getByRole('log').getByText('Line 39', { exact: true }).waitFor();
      await atEnd(page);
      await page.evaluate((key) => window.fixture.backend.patch(key, { typing: true }), keyOf('quill'));
      await page.getByText('quill is typing').waitFor();
      await atEnd(page);
      expect(await page.getByRole('button', { name: /Newest/u }).count()).toBe(0);
    });
  });
});

describe.skipIf(chromium === undefined)('a call', () => {
  /** With wren, and this person muted. */
  const talkMuted = async (page: Page): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('wr');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Call with wren' }).waitFor();
    await page.evaluate(() => {
      const { backend } = window.fixture;
      for (const { id } of backend.calls.all())
        backend.change(id, { phase: 'active', activeSinceMs: Date.now(), quality: 'clear', muted: true });
    });
    await page.getByText('You are muted').waitFor();
  };
  /** Ticks of 44 that the microphone's meter lights for a sound of this level. */
  const ticksFor = async (page: Page, level: number): Promise<number> => {
    await page.evaluate((unheard) => window.fixture.audio.speakUnheard(unheard), level);
    return Number(await page.getByRole('meter', { name: 'Microphone level' }).getAttribute('aria-valuenow'));
  };

  it('shows what the microphone hears, as loud as it would be sent, also while muted: under Devices and in Settings', async () => {
    await onPage('full', async (page) => {
      await talkMuted(page);
      await page.keyboard.press('d');
      await page.getByRole('dialog', { name: 'Devices' }).waitFor();
      expect(await ticksFor(page, 0.04)).toBe(10);
      await page.getByRole('slider', { name: 'How loud the microphone is' }).press('End');
      await page.getByText('400 %').waitFor();
      expect(await ticksFor(page, 0.04)).toBe(20);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+,');
      await page.getByRole('heading', { name: 'Sound' }).waitFor();
      expect(await ticksFor(page, 0.04)).toBe(20);
    });
  });

  it('with somebody who is no contact takes no key whose button is not there', async () => {
    await onPage('full', async (page) => {
      await talkMuted(page);
      await page.evaluate((key) => window.fixture.backend.contacts.remove(key), keyOf('wren'));
      await page.getByRole('button', { name: 'Record', exact: true }).waitFor({ state: 'detached' });
      await page.locator('[data-stage]').focus();
      await page.keyboard.press('r');
      await page.keyboard.press('Control+j');
      await page.keyboard.press('m');
      await page.getByText('Sound is clear').waitFor();
      expect(await page.getByText('you are recording').count()).toBe(0);
      expect(await page.evaluate(() => window.fixture.backend.calls.all()[0]?.recording.state)).toBe('off');
      expect(await page.locator('[data-composer]').count()).toBe(0);
    });
  });
});
