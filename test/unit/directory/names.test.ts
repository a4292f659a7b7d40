import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName, suggestNames } from '../../../main/directory/index.ts';
import { seededRandom } from '../identity/fixtures.ts';

const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Thai',
  'Hangul',
  'Hiragana',
  'Armenian',
] as const;
type Script = (typeof scripts)[number];

/** Letters of a script that are names' material on their own. */
const letters: Readonly<Record<Script, string>> = {
  Latin: 'abcxyzäéßøñğşżđ',
  Cyrillic: 'абвгдежзиклмнопрстуфхцчшщ',
  Greek: 'αβγδεζηθικλμνξοπρστυφχψω',
  Arabic: 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي',
  Hebrew: 'אבגדהוזחטיכלמנסעפצקרשת',
  Devanagari: 'अआइईउऊएकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह',
  Thai: 'กขคงจฉชซญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ',
  Hangul: '가나다라마바사아자차카타파하',
  Hiragana: 'あいうえおかきくけこさしすせそ',
  Armenian: 'աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ',
};
const lettersOf = (script: Script): readonly string[] => Array.from(letters[script]);

describe('a valid name', () => {
  it.each([
    ['wren', 'wren'],
    ['Wren', 'wren'],
    ['  wren ', 'wren'],
    ['ＷＲＥＮ－７', 'wren-7'],
    ['anna-lena2', 'anna-lena2'],
    ['2pac', '2pac'],
    ['Zo\u0308e', 'zöe'],
    ['ÅSA', 'åsa'],
    ['STRASSE', 'strasse'],
    ['straße', 'straße'],
    ['Ωμέγα', 'ωμέγα'],
    ['ОЛЬГА-1', 'ольга-1'],
    ['さくら', 'さくら'],
    ['ｻｸﾗ', 'サクラ'],
    ['ｶﾞｶﾞｶﾞ', 'ガガガ'],
    ['田中さん', '田中さん'],
    ['ラーメン', 'ラーメン'],
    ['金민수', '金민수'],
    ['समीर', 'समीर'],
    ['समीर१२', 'समीर१२'],
    ['สมชาย', 'สมชาย'],
    ['مريم', 'مريم'],
    ['مريم٧', 'مريم٧'],
    ['مريم7', 'مريم7'],
    ['דניאל', 'דניאל'],
    ['ọlá\u0323', null],
    ['a'.repeat(32), 'a'.repeat(32)],
  ])('%s becomes %s', (typed, name) => {
    const parsed = parseName(typed);
    expect(parsed).toEqual({ ok: true, name: name ?? typed.normalize('NFC') });
  });
});

describe('an invalid name has a reason', () => {
  it.each([
    ['', 'too-short'],
    ['ab', 'too-short'],
    ['李明', 'too-short'],
    ['a'.repeat(33), 'too-long'],
    ['a'.repeat(100_000), 'too-long'],
    ['-wren', 'starts-or-ends-with-hyphen'],
    ['wren-', 'starts-or-ends-with-hyphen'],
    ['1234', 'no-letter'],
    ['12-34', 'no-letter'],
    ['wr en', 'bad-character'],
    ['wr_en', 'bad-character'],
    ['wr.en', 'bad-character'],
    ['wr--en', 'bad-character'],
    ['wr\u2010en', 'bad-character'],
    ['wr\u200den', 'bad-character'],
    ['wr\u200ben', 'bad-character'],
    ['wr\u00aden', 'bad-character'],
    ['wr\u202een', 'bad-character'],
    ['wr\0en', 'bad-character'],
    ['wr😀en', 'bad-character'],
    ['wr\ud800en', 'bad-character'],
    ['ﬁnch', 'bad-character'],
    ['wren²', 'bad-character'],
    ['ⅷⅷⅷ', 'bad-character'],
    ['\u0301abc', 'bad-character'],
    ['abc-\u0301d', 'bad-character'],
    ['ab\u0323\u0324\u0325\u0326\u0327c', 'bad-character'],
    ['ab\u0323\u0323c', 'bad-character'],
    ['i\u0307rem', 'bad-character'],
    ['i\u0323\u0307rem', 'bad-character'],
    ['Ḅ\u0323oo', 'bad-character'],
    ['İrem', 'bad-character'],
    ['ɡeorge', 'bad-character'],
    ['aǀice', 'bad-character'],
    ['مـريم', 'bad-character'],
    ['7مريم', 'bad-character'],
    ['ᚠᚢᚦ', 'bad-character'],
    ['ꭰꭱꭲ', 'bad-character'],
    ['pаypal', 'mixed-scripts'],
    ['wrenさん', 'mixed-scripts'],
    ['さくら민수', 'mixed-scripts'],
    ['wren१', 'mixed-scripts'],
    ['समीर1२', 'mixed-scripts'],
    ['مريم٧7', 'mixed-scripts'],
    ['مريم٧۷', 'mixed-scripts'],
    ['wre\u05b0n', 'mixed-scripts'],
  ])('%j is %s', (typed, reason) => {
    expect(parseName(typed)).toEqual({ ok: false, reason });
  });
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  // UTF-16 units, so that lone surrogates come too.
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  fc
    .constantFrom(...scripts)
    .chain((script) =>
      fc.string({ unit: fc.constantFrom(...lettersOf(script), '-', '0', '7', '\u0301', '\u0307', 'İ'), maxLength: 40 }),
    ),
);

describe('any text', () => {
  it('is judged without an exception, and what is accepted is its own normal form', () => {
    fc.assert(
      fc.property(anyText, (typed) => {
        const parsed = parseName(typed);
        if (!parsed.ok) return;
        expect(parseName(parsed.name)).toEqual(parsed);
        expect(parsed.name).toBe(parsed.name.normalize('NFC'));
        expect(parsed.name).toMatch(/^[\p{L}\p{M}\p{Nd}-]{3,32}$/u);
        expect(parsed.name.length).toBeLessThanOrEqual(64);
      }),
      { numRuns: 3000 },
    );
  });

  it('with every code point there is at its end is judged stably', () => {
    const unstable: string[] = [];
    for (let value = 0; value <= 0x3_ffff; value += 1) {
      const parsed = parseName(`ab${String.fromCodePoint(value)}`);
      if (parsed.ok && !parseName(parsed.name).ok) unstable.push(value.toString(16));
    }
    expect(unstable).toEqual([]);
  });

  it('with letters of two scripts is never accepted', () => {
    const two = fc
      .tuple(fc.constantFrom(...scripts), fc.constantFrom(...scripts))
      .filter(([first, second]) => first !== second)
      .chain(([first, second]) =>
        fc.tuple(
          fc.string({ unit: fc.constantFrom(...lettersOf(first), '-', '4'), minLength: 1, maxLength: 10 }),
          fc.constantFrom(...lettersOf(first)),
          fc.constantFrom(...lettersOf(second)),
          fc.string({ unit: fc.constantFrom(...lettersOf(second), '-', '4'), maxLength: 10 }),
        ),
      );
    fc.assert(
      fc.property(two, (parts) => {
        expect(parseName(parts.join('')).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('typed in capitals or decomposed is the same name', () => {
    const word = fc
      .constantFrom(...scripts)
      .chain((script) => fc.string({ unit: fc.constantFrom(...lettersOf(script)), minLength: 3, maxLength: 20 }));
    fc.assert(
      fc.property(word, (text) => {
        // ß has no capital of one letter; σ has two small forms.
        fc.pre(!/[ßσς]/u.test(text));
        const parsed = parseName(text);
        expect(parsed.ok).toBe(true);
        expect(parseName(text.toUpperCase())).toEqual(parsed);
        expect(parseName(text.normalize('NFD'))).toEqual(parsed);
      }),
    );
  });
});

describe('suggestions for a taken name', () => {
  it.each(['wren', 'a'.repeat(32), `${'a'.repeat(28)}-bc`, 'مريم', 'समीर१'])('for %s are valid and different', (name) => {
    const suggestions = suggestNames(name, seededRandom(name));
    expect(new Set(suggestions).size).toBe(suggestions.length);
    for (const suggestion of suggestions) expect(parseName(suggestion)).toEqual({ ok: true, name: suggestion });
  });

  it('are a few', () => {
    expect(suggestNames('wren', seededRandom('few')).length).toBeGreaterThanOrEqual(2);
  });
});
