import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { emojiSchema } from '../../../../preload/contract/index.ts';
import { emojiRows, inOneRow } from '../../../../renderer/conversation/emoji-rows.ts';
import {
  emojiGroups,
  emojiWordAt,
  readEmoji,
  recentAfter,
  searchEmoji,
  withTone,
} from '../../../../renderer/conversation/emoji-set.ts';

const path = createRequire(import.meta.url).resolve('emoji-picker-element-data/en/emojibase/data.json');
const set = readEmoji(readFileSync(path, 'utf8'));
const found = (typed: string) => searchEmoji(set, typed, 5).map(({ emoji }) => emoji);

describe('The emoji that are shipped with the app', () => {
  it('are many, in every group, and each can be sent as a reaction, in every tone', () => {
    expect(set.length).toBeGreaterThan(1_700);
    for (const group of emojiGroups) expect(set.some((emoji) => emoji.group === group)).toBe(true);
    const refused = set
      .flatMap((emoji) => [emoji.emoji, ...emoji.skins.values()])
      .filter((emoji) => !emojiSchema.safeParse(emoji).success);
    expect(refused).toEqual([]);
  });
  it('are found by names, shortcodes and words, the nearest name first', () => {
    expect(found('heart')[0]).toBe('❤️');
    expect(found(':thumbsup')[0]).toBe('👍️');
    expect(found('seed')).toContain('🌱');
    expect(found('crying cat')).toEqual(['😿']);
    expect(found('  ')).toEqual([]);
    expect(found('qqqq')).toEqual([]);
  });
  it('have a tone where they can', () => {
    const wave = set.find(({ shortcodes }) => shortcodes.includes('wave'));
    const seed = set.find(({ shortcodes }) => shortcodes.includes('seedling'));
    expect([wave, seed].map((emoji) => (emoji === undefined ? '' : withTone(emoji, 5)))).toEqual(['👋🏿', '🌱']);
  });
});

describe('The rows of the picker', () => {
  it('begin with those used lately, and hold all groups', () => {
    const rows = emojiRows(set, { typed: '', recent: ['👋🏿', '🌱'], tone: 0 });
    expect(rows.slice(0, 2)).toMatchObject([
      { kind: 'heading', key: 'recent' },
      { kind: 'cells', cells: [{ emoji: '👋🏿', name: 'waving hand' }, { emoji: '🌱' }] },
    ]);
    expect(rows.filter(({ kind }) => kind === 'heading')).toHaveLength(1 + emojiGroups.length);
    const widths = rows.flatMap((row) => (row.kind === 'cells' ? [row.cells.length] : []));
    expect(Math.max(...widths)).toBe(inOneRow);
  });
  it('hold what is found, and nothing for nothing', () => {
    const [, first] = emojiRows(set, { typed: 'wave', recent: [], tone: 3 });
    expect(first?.kind === 'cells' ? first.cells[0]?.emoji : '').toBe('👋🏽');
    expect(emojiRows(set, { typed: 'qqqq', recent: ['🌱'], tone: 0 })).toEqual([]);
  });
});

describe('The word after a colon', () => {
  it.each([
    ['lovely :hea', 11, { from: 7, typed: 'hea', closed: false }],
    [':heart:', 7, { from: 0, typed: 'heart', closed: true }],
    ['(:+1', 4, { from: 1, typed: '+1', closed: false }],
    ['a :cat dog', 6, { from: 2, typed: 'cat', closed: false }],
  ])('is found in "%s"', (text, caret, word) => expect(emojiWordAt(text, caret)).toEqual(word));
  it.each(['at 10:30', 'http://a', ':h', 'x:heart', ': heart', ''])('is not in "%s"', (text) =>
    expect(emojiWordAt(text, text.length)).toBeNull(),
  );
});

describe('Those used lately', () => {
  it('come first, once, and are few', () => {
    expect(recentAfter(['a', 'b', 'c'], 'b', 3)).toEqual(['b', 'a', 'c']);
    expect(recentAfter(['a', 'b', 'c'], 'd', 3)).toEqual(['d', 'a', 'b']);
  });
});
