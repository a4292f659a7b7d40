/** What the page offers to save, in a real Chromium; and an exported conversation with hostile words in it, opened there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { conversationPart, htmlForm } from '../../main/export/index.ts';
import { withPicturePage } from './picture-page.ts';

const chromium = process.env['LILLIPUT_CHROMIUM'];
const alice = 'a1'.repeat(32);
const hostile = [
  '<script>document.title = "owned"</script>',
  '<img src=x onerror="document.title = \'owned\'">',
  '"><svg onload=document.title="owned">',
  'invoice\u202Efdp.exe',
  `z${'\u0335\u0300'.repeat(500)}`,
];

describe.skipIf(chromium === undefined)('What is saved', () => {
  it('is an archive with a name and a day, and an exported conversation that runs nothing', { timeout: 120_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lilliput-download-'));
    try {
      await withPicturePage(chromium ?? '', async (browser, address) => {
        const page = await browser.newPage();
        await page.goto(`${address}?scene=full`);
        await page.locator('.starting').waitFor({ state: 'detached' });
        await page.getByRole('button', { name: 'Settings' }).first().click();
        await page.getByRole('navigation', { name: 'Settings sections' }).getByRole('button', { name: 'Your data' }).click();
        for (const label of ['A passphrase for it', 'The same once more'])
          // oxlint-disable-next-line no-await-in-loop -- one field after the other
          await page.getByLabel(label).fill('three grey geese in a green field');
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Make an archive' }).click(),
        ]);
        expect(download.suggestedFilename()).toMatch(/^lilliput juniper \d{4}-\d\d-\d\d\.archive$/u);

        const file = join(directory, 'conversation.html');
        writeFileSync(file, fileOf(hostile));
        const reader = await browser.newPage();
        const asked: string[] = [];
        reader.on('request', (request) => asked.push(request.url()));
        await reader.goto(pathToFileURL(file).href);
        expect(await reader.title()).toBe('Conversation with Alice');
        expect(await reader.locator('article .t').allTextContents()).toEqual(hostile);
        expect(asked).toEqual([pathToFileURL(file).href]);
        const boxes = await reader
          .locator('article')
          .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height));
        expect(Math.max(...boxes)).toBeLessThan(200);
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

function fileOf(texts: readonly string[]): string {
  const items = texts.map((text, index) => ({
    kind: 'message' as const,
    id: index.toString(16).padStart(32, '0'),
    conversationId: alice,
    direction: 'in' as const,
    text,
    atMs: 1_700_000_000_000 + index,
    delivery: 'delivered' as const,
    reply: null,
    cameMs: null,
    editedMs: null,
    deleted: false,
    unknown: false,
    reactions: [],
    voice: null,
    sequence: index + 1,
    sentMs: 0,
    ordinal: index + 1,
  }));
  const about = {
    participants: {
      you: { name: 'ben', accountKey: 'ee'.repeat(32) },
      others: [{ name: 'alice', nickname: 'Alice', accountKey: alice }],
    },
    madeMs: 1_700_000_100_000,
    app: '0',
  };
  return conversationPart({ pageAfter: () => items, count: () => items.length }, htmlForm, null, about).text;
}
