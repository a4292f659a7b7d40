import type { Page } from 'playwright-core';
import { idOf, keyOf } from './fixtures/page/cast.ts';

const key = keyOf('quill');

export interface Line {
  readonly text: string;
  readonly direction: 'in' | 'out';
}

const walks = [
  'The heron was back at the weir',
  'Ten at the gate, boots on',
  'Row three leans a bit',
  'Bring the big tin',
  'On my way',
];

/** Numbered from 1; every fortieth, from the eighth on, tells of a blackbird. */
export const longHistory = (count: number): readonly Line[] =>
  Array.from({ length: count }, (_, index) => ({
    text: `${walks[index % walks.length] ?? ''}${index % 40 === 7 ? ', and the blackbird sang the whole time' : ''} (${index + 1})`,
    direction: index % 3 === 0 ? 'out' : 'in',
  }));

/** Puts messages into the conversation with quill, `everyMs` apart up to now, the last `unread` of them not read. */
export async function said(page: Page, lines: readonly Line[], everyMs: number, unread = 0): Promise<void> {
  const items = lines.map((line, index) => ({ id: idOf(`said${index}`), ...line }));
  await page.evaluate(
    ([conversationId, given, apart, news]) => {
      const { backend } = window.fixture;
      const first = Date.now() - given.length * apart;
      for (const [index, line] of given.entries()) {
        backend.add({
          kind: 'message',
          conversationId,
          delivery: line.direction === 'out' ? 'read' : 'delivered',
          reply: null,
          cameMs: null,
          editedMs: null,
          deleted: false,
          unknown: false,
          voice: null,
          reactions: [],
          atMs: first + index * apart,
          ...line,
        });
      }
      if (news > 0) backend.patch(conversationId, { unread: news, firstUnreadMs: first + (given.length - news) * apart });
    },
    [key, items, everyMs, unread] as const,
  );
}

/** An hour between one and the next; `more` comes after them. */
export const historyWith = (page: Page, count: number, unread: number, more: readonly string[] = []): Promise<void> =>
  said(page, [...longHistory(count), ...more.map((text): Line => ({ text, direction: 'in' }))], 3_600_000, unread);

/** Comes late, and stands after the `number`th of them. */
export const comesLate = (page: Page, text: string, number: number): Promise<void> =>
  page.evaluate(([id, words, after]) => window.fixture.backend.hearLate(id, words, after), [
    key,
    text,
    idOf(`said${number - 1}`),
  ] as const);

export async function openHistory(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'People' }).click();
  await page
    .getByRole('button', { name: /^quill/u })
    .first()
    .click();
  await page.getByRole('heading', { level: 1, name: 'quill' }).waitFor();
}
