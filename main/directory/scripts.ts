/** One way of writing names: a script, or scripts that are read together as one (Japanese, Korean). */
export interface WritingSystem {
  readonly name: string;
  readonly letter: RegExp;
  readonly mark: RegExp;
  /** Code points of the zeros of its own decimal digits; each is followed by its one to nine. */
  readonly zeros: readonly number[];
  /** Letters of bidi class R or AL: the Bidi Rule of RFC 5893 applies. */
  readonly rightToLeft: boolean;
}

interface Options {
  readonly zeros?: readonly number[];
  readonly rightToLeft?: boolean;
  /** Marks of no script in particular (U+0300…) are at home here. */
  readonly commonMarks?: boolean;
  readonly letter?: RegExp;
}

function system(name: string, scripts: readonly string[], options: Options = {}): WritingSystem {
  const anyOf = (property: string): string => scripts.map((script) => `\\p{${property}=${script}}`).join('');
  const commonMarks = options.commonMarks === true ? '\\p{Script_Extensions=Inherited}' : '';
  return {
    name,
    letter: options.letter ?? new RegExp(`^[${anyOf('Script')}]$`, 'u'),
    mark: new RegExp(`^[${anyOf('Script_Extensions')}${commonMarks}]$`, 'u'),
    zeros: options.zeros ?? [],
    rightToLeft: options.rightToLeft ?? false,
  };
}

/**
 * Latin as languages write it today: without the click letters (ǀ looks like l), and of the phonetic alphabet, which is
 * full of doubles (ɡ, ɑ, ɩ), only what African orthographies and Azerbaijani use.
 */
const latinLetter = /^[a-zß-öø-ÿĀ-ƿǄ-ɏɓɔɖəɗɛɣɲʋḀ-ỿ]$/u;

/** U+30FC, the sign of a long vowel, belongs to both kana and so to no script of its own. */
const japaneseLetter = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30fc]$/u;

/** The scripts in everyday modern use: UAX 31, table 5 ("Recommended Scripts"). */
export const writingSystems: readonly WritingSystem[] = [
  system('Latin', ['Latin'], { commonMarks: true, letter: latinLetter }),
  system('Cyrillic', ['Cyrillic'], { commonMarks: true }),
  system('Greek', ['Greek'], { commonMarks: true }),
  system('Arabic', ['Arabic'], { zeros: [0x660, 0x6f0], rightToLeft: true }),
  system('Hebrew', ['Hebrew'], { rightToLeft: true }),
  system('Thaana', ['Thaana'], { zeros: [0x660], rightToLeft: true }),
  system('Japanese', ['Han', 'Hiragana', 'Katakana'], { letter: japaneseLetter }),
  system('Korean', ['Hangul', 'Han']),
  system('Bopomofo', ['Bopomofo']),
  system('Armenian', ['Armenian']),
  system('Georgian', ['Georgian']),
  system('Ethiopic', ['Ethiopic']),
  system('Devanagari', ['Devanagari'], { zeros: [0x966] }),
  system('Bengali', ['Bengali'], { zeros: [0x9e6] }),
  system('Gurmukhi', ['Gurmukhi'], { zeros: [0xa66] }),
  system('Gujarati', ['Gujarati'], { zeros: [0xae6] }),
  system('Oriya', ['Oriya'], { zeros: [0xb66] }),
  system('Tamil', ['Tamil'], { zeros: [0xbe6] }),
  system('Telugu', ['Telugu'], { zeros: [0xc66] }),
  system('Kannada', ['Kannada'], { zeros: [0xce6] }),
  system('Malayalam', ['Malayalam'], { zeros: [0xd66] }),
  system('Sinhala', ['Sinhala'], { zeros: [0xde6] }),
  system('Thai', ['Thai'], { zeros: [0xe50] }),
  system('Lao', ['Lao'], { zeros: [0xed0] }),
  system('Tibetan', ['Tibetan'], { zeros: [0xf20] }),
  system('Myanmar', ['Myanmar'], { zeros: [0x1040, 0x1090] }),
  system('Khmer', ['Khmer'], { zeros: [0x17e0] }),
];
