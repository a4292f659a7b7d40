/**
 * Free text of one line that is shown to others: a name that somebody calls themselves, a mood. Pure, shared by the engine,
 * which judges, and the page, which says so while it is typed.
 */

/** As it is kept: composed (NFC), on one line, without outer and doubled blanks. */
export const plainLine = (typed: string): string => typed.normalize('NFC').trim().replaceAll(/\s+/gu, ' ');

/** What makes pictures of several, and joins or parts letters where a script needs it: invisible, and nothing wrong with it. */
const joinersThatBelong =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})|(?<=\p{L}\p{M}*)[\u200C\u200D](?=\p{L})/gu;
/** Controls, invisible and direction-turning characters, characters nobody has given a meaning, and towers of marks. */
const odd = /[\p{C}\p{Zl}\p{Zp}]|\p{M}{5,}/u;

/** @param maxLength in code points */
export const isPlainLine = (text: string, maxLength: number): boolean =>
  plainLine(text) === text && Array.from(text).length <= maxLength && !odd.test(text.replaceAll(joinersThatBelong, ''));
