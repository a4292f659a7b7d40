/**
 * Writing systems that put no space between words: each letter counts as a word, and what is looked for is a row of them.
 * Unicode's Line_Break classes name the same (UAX #14, ID, CJ, SA).
 */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/** As the index cuts words: letters, digits, and marks on them (SQLite FTS5 §4.3.1, unicode61). */
const word = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;

/** Longer queries are cut: nobody types so many words, and each costs a look-up. */
const maxWords = 16;

/** A message's text as it goes into the index. */
export const indexedWords = (text: string): string => text.normalize('NFKC').replaceAll(unspaced, ' $& ');

/**
 * What a person typed, as an expression of FTS5: all words, the last of them as a beginning. Null: nothing to look for.
 * Everything is quoted, so that nothing typed is taken for an operator.
 */
export function matchOf(typed: string): string | null {
  const words = typed.normalize('NFKC').match(word)?.slice(0, maxWords) ?? [];
  if (words.length === 0) return null;
  return words
    .map((found, index) => {
      const letters = (indexedWords(found).match(word) ?? []).join(' ');
      return `"${letters}"${index === words.length - 1 ? ' *' : ''}`;
    })
    .join(' AND ');
}
