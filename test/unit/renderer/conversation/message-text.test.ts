import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directionOf, shownLine, shownText } from '../../../../renderer/text/index.ts';
import { piecesOf } from '../../../../renderer/text/index.ts';
import { isOnlyEmoji, messageText, type Block } from '../../../../renderer/conversation/message-text.ts';
import { partsOf } from '../../../../renderer/conversation/parts-of.ts';

const said = (block: Block): string =>
  block.kind === 'code'
    ? `[${block.language ?? ''}|${block.text}]`
    : block.spans
        .map((span) => (span.kind === 'link' ? `<${span.link.raw}>` : span.kind === 'code' ? `{${span.text}}` : span.text))
        .join('');
const shown = (text: string): readonly string[] => messageText(text, true).blocks.map(said);

describe('The text of a message', () => {
  it('has a block for every line, with code and links in it', () => {
    expect(shown('one\n\ntry `npm test` at example.com')).toEqual(['one', '', 'try {npm test} at <example.com>']);
  });
  it('has blocks of code, with their language', () => {
    expect(shown('look:\n```ts\nconst a = 1;\n\nb();\n```\nfine')).toEqual(['look:', '[ts|const a = 1;\n\nb();]', 'fine']);
    expect(shown('```one line```')).toEqual(['[|one line]']);
    expect(shown('```\n  indented\n```')).toEqual(['[|  indented]']);
  });
  it('takes backticks without a partner for what they are', () => {
    for (const text of ['```never closed', 'a ` b', '``', '``````']) expect(shown(text)).toEqual([text]);
  });
  it('finds no links and no code within code', () => {
    expect(shown('`http://a.com` ```x `y` b.com```')).toEqual(['{http://a.com} ', '[|x `y` b.com]']);
  });
  it('is folded when it is long, at a line or a word, and never in the middle of a letter', () => {
    const lines = messageText(Array.from({ length: 100 }, (_, n) => `line ${n}`).join('\n'), false);
    expect([lines.blocks.length, lines.cut]).toEqual([24, true]);
    const words = messageText('word '.repeat(1_000), false);
    expect(words.cut).toBe(true);
    expect(said(words.blocks[0] ?? { kind: 'line', spans: [] })).toMatch(/word$/u);
    const pictures = messageText('😀'.repeat(2_000), false);
    expect(said(pictures.blocks[0] ?? { kind: 'line', spans: [] }).isWellFormed()).toBe(true);
    expect(messageText('short', false).cut).toBe(false);
    const code = messageText(`\`\`\`\n${'x\n'.repeat(100)}\`\`\``, false);
    expect(code.blocks.map(({ kind }) => kind)).toEqual(['code']);
    expect(code.cut).toBe(true);
  });
  it('is quick, and loses no line, whatever is in it', () => {
    for (const text of ['`'.repeat(16_000), '```\n'.repeat(4_000), '\n'.repeat(16_000), 'a.b@'.repeat(4_000), '('.repeat(16_000)])
      expect(messageText(text, true).blocks.length).toBeGreaterThan(0);
    assert(
      property(string({ unit: 'binary', maxLength: 200 }), (text) => {
        if (text.includes('```')) return;
        expect(messageText(text, true).blocks).toHaveLength(shownText(text).split('\n').length);
      }),
    );
  });
});

describe('What is hidden in a text', () => {
  it('does not turn letters round', () => {
    expect(shownText('photo_\u202Egpj.exe')).toBe('photo_gpj.exe');
    expect(shownLine('a\u2067b\u202Ac\nd')).toBe('abc d');
  });
  it('does not pile up over other lines, while writings that stack marks stay whole', () => {
    expect(shownText(`Z${'\u0335'.repeat(500)}a`)).toBe(`Z${'\u0335'.repeat(6)}a`);
    for (const whole of ['שָׁ֣לוֹם', 'Việt Nam', 'བསྒྲུབས', 'क्ष्म्य', 'مُحَمَّدٌ', 'พรุ่งนี้']) expect(shownText(whole)).toBe(whole);
  });
  it('is no control character, and no half letter', () => {
    expect(shownText('a\u0000b\u001B[31mc\tx\ny\uD800')).toBe('ab[31mc\tx\ny');
  });
});

describe('The direction of a text', () => {
  it('is that of its first letter', () => {
    expect(['Hello', 'שלום', '12 مرحبا', '…', '😀 (hi)'].map(directionOf)).toEqual(['ltr', 'rtl', 'rtl', null, 'ltr']);
  });
});

describe('Marks of what was looked for', () => {
  const marked = (text: string, typed: string): string =>
    piecesOf(text, typed)
      .map((piece) => (piece.found ? `[${piece.text}]` : piece.text))
      .join('');
  it('stand on whole words and on beginnings, whatever case and accents', () => {
    expect(marked('Der Gärtner kommt, der gartner geht', 'GART')).toBe('Der [Gärt]ner kommt, der [gart]ner geht');
    expect(marked('tea for two, team for twenty', 'tea tw')).toBe('[tea] for [tw]o, team for [tw]enty');
    expect(marked('Ga\u0308rtner', 'gartner')).toBe('[Ga\u0308rtner]');
    expect(marked('مُحَمَّد هنا', 'محمد')).toBe('[مُحَمَّد] هنا');
  });
  it('stand anywhere in writing without spaces', () => {
    expect(marked('明日は東京に行きます', '東京')).toBe('明日は[東京]に行きます');
  });
  it('lose nothing of the text, and mark nothing for nothing', () => {
    expect(marked('a + b', ' + ')).toBe('a + b');
    assert(
      property(string({ unit: 'binary', maxLength: 60 }), string({ unit: 'binary', maxLength: 12 }), (text, typed) => {
        expect(
          piecesOf(text, typed)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});

describe('A text in parts', () => {
  it('is cut where it hurts least', () => {
    expect(partsOf('aaa bbb. ccc ddd', 10)).toEqual(['aaa bbb.', 'ccc ddd']);
    expect(partsOf('one two\n\nthree four', 10)).toEqual(['one two', 'three four']);
    expect(partsOf('xxxxxxxxxx', 4)).toEqual(['xxxx', 'xxxx', 'xx']);
    expect(partsOf('  ', 4)).toEqual([]);
  });
  it('keeps every letter, whole, in order, and no part is longer than may be', () => {
    const squeezed = (text: string): string => text.replaceAll(/\s/gu, '');
    assert(
      property(string({ unit: 'grapheme', maxLength: 120 }), (text) => {
        const parts = partsOf(text, 40);
        expect(squeezed(parts.join(''))).toBe(squeezed(text));
        for (const part of parts) expect([part.length <= 40, part.isWellFormed()]).toEqual([true, true]);
      }),
    );
  });
});

describe('Large emoji', () => {
  it('stand alone, up to three', () => {
    expect(['😀', '👩‍👩‍👧 ❤️', '😀😀😀', '😀😀😀😀', 'hi 😀', '1', ''].map(isOnlyEmoji)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
