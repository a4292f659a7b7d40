import type { Page } from 'playwright-core';
import { comesLate, longHistory, openHistory as open, said, type Line } from './message-acts.ts';
import { mini, steps, tap, type Screen } from './screen-acts.ts';

const hour = 3_600_000;
const long = longHistory(120);
const put =
  (lines: readonly Line[], everyMs: number, unread = 0) =>
  (page: Page) =>
    said(page, lines, everyMs, unread);

const texts: readonly Line[] = [
  {
    text: 'The map is at https://example.org/walks/weir?day=sunday and example.com has the weather. Write to gate@example.org',
    direction: 'in',
  },
  { text: 'Is this one yours? https://example.com.login.example/confirm', direction: 'in' },
  {
    text: 'Try `npm start`, or all of it:\n```ts\nconst strings = 9;\nfor (let n = 0; n < strings; n += 1) {\n  tie(peg(n), "a rather long line that does not fit into the bubble at all, so it scrolls");\n}\n```\nworks here',
    direction: 'out',
  },
  { text: 'שלום, נתראה ביום ראשון בשער', direction: 'in' },
  { text: 'mixed: first line\nوصلت الصور، شكرا لك\nand a third one', direction: 'out' },
  {
    text: `Z${'\u0335\u0336\u0337\u0338\u0321\u0322'.repeat(30)}a${'\u0300\u0301\u0302'.repeat(40)}lgo, and photo_\u202Egpj.exe`,
    direction: 'in',
  },
  { text: '😀 🎉', direction: 'in' },
  { text: 'A very long walk. '.repeat(140), direction: 'out' },
];

const conversation = steps(put(texts, 60_000), open);
const history = steps(put(long, hour), open);
const find = steps(
  history,
  (page) => page.keyboard.press('Control+f'),
  (page) => page.keyboard.type('blackbird'),
);
const picker = steps(
  conversation,
  (page) => page.getByRole('button', { name: 'Emoji', exact: true }).click(),
  (page) => page.getByRole('option').first().waitFor(),
);
const choose = steps(
  history,
  (page) => page.getByText('(118)').click({ modifiers: ['Control'] }),
  (page) => page.getByText('(116)').click({ modifiers: ['Control', 'Shift'] }),
);
const late = steps(
  history,
  (page) => comesLate(page, 'I forgot: the key is under the pot', 117),
  (page) => comesLate(page, 'Yes', 118),
  (page) => page.getByText(/Arrived late: Yes/u).waitFor(),
);
const search = steps(put(long, hour), (page) => page.getByLabel('Search people').fill('blackbird'));

/** Finding, choosing and reading messages. */
export const messageScreens: readonly Screen[] = [
  { name: 'search', act: steps((page) => page.getByLabel('Search people').fill('te')) },
  { name: 'search-empty', act: steps((page) => page.getByLabel('Search people').fill('marlov')) },
  { name: 'messages-texts', act: conversation, height: 900 },
  { name: 'messages-texts-mini', ...mini, act: conversation },
  { name: 'messages-texts-rtl', query: { dir: 'rtl' }, act: conversation, height: 900 },
  { name: 'messages-link-asks', act: steps(conversation, tap(/example.com.login/u)) },
  { name: 'messages-link-asks-mini', ...mini, act: steps(conversation, tap(/example.com.login/u)) },
  { name: 'messages-late', act: late },
  { name: 'messages-late-mini', ...mini, act: late },
  { name: 'messages-late-rtl', query: { dir: 'rtl' }, act: late },
  { name: 'messages-new-line', act: steps(put(long, hour, 6), open) },
  { name: 'messages-new-many', act: steps(put(long, hour, 40), open) },
  { name: 'messages-search', act: search },
  { name: 'messages-search-rtl', query: { dir: 'rtl' }, act: search },
  { name: 'messages-search-mini', ...mini, act: search },
  { name: 'messages-search-hit', act: steps(search, tap(/blackbird/u)) },
  { name: 'messages-find', act: find },
  {
    name: 'messages-find-earlier',
    act: steps(find, ...Array.from({ length: 6 }, () => (page: Page) => page.keyboard.press('Enter'))),
  },
  { name: 'messages-find-mini', ...mini, act: find },
  { name: 'messages-find-rtl', query: { dir: 'rtl' }, act: find },
  { name: 'messages-date', act: steps(find, tap('Go to a date')) },
  { name: 'messages-date-mini', ...mini, act: steps(find, tap('Go to a date')) },
  { name: 'messages-emoji', act: picker },
  { name: 'messages-emoji-search', act: steps(picker, (page) => page.keyboard.type('heart')) },
  { name: 'messages-emoji-mini', ...mini, act: picker },
  { name: 'messages-emoji-rtl', query: { dir: 'rtl' }, act: picker },
  {
    name: 'messages-emoji-word',
    act: steps(conversation, (page) => page.getByRole('textbox', { name: 'Message quill' }).pressSequentially('lovely :hea')),
  },
  { name: 'messages-select', act: choose },
  { name: 'messages-select-mini', ...mini, act: choose },
  { name: 'messages-select-rtl', query: { dir: 'rtl' }, act: choose },
  { name: 'messages-forward', act: steps(choose, tap('Forward')) },
  {
    name: 'messages-too-long',
    act: steps(conversation, (page) => page.getByRole('textbox', { name: 'Message quill' }).fill('A long walk. '.repeat(2_600))),
  },
];
