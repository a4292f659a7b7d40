/** LRO and RLO turn letters round against their own direction (UAX #9 §2.2): nobody writes so, but names of files and sites are faked so. */
const overrides = /[\u202D\u202E]/gu;
/** All that opens or closes a direction: without its partner it would reach beyond the text it came in. */
const directions = /[\u202A-\u202E\u2066-\u2069]/gu;
/** What no text is made of: control characters but tab and line feed, and half characters. */
const controls = /[[\p{Cc}\p{Cs}]--[\t\n]]/gv;
/** Marks on one letter. No writing piles up so many (Hebrew with cantillation and Vietnamese need three, Tibetan five). */
const marksMost = 6;
const piled = new RegExp(`(\\p{M}{${marksMost}})\\p{M}+`, 'gu');
/** Of a text that is shown in one line. */
const lineMost = 300;

/** A message as it is shown: what it says, without what would make it look like something else, or spill over its neighbours. */
export const shownText = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll(overrides, '').replaceAll(controls, '').replaceAll(piled, '$1');

/** The same for a single line: an excerpt, a quote. */
export const shownLine = (text: string): string =>
  shownText(text.slice(0, 4 * lineMost))
    .replaceAll(directions, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .slice(0, lineMost);

const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;

/** The direction of a text by its first letter, as `dir=auto` has it; null: it has none of its own. */
export function directionOf(text: string): 'ltr' | 'rtl' | null {
  const letter = /\p{L}/u.exec(text)?.[0];
  return letter === undefined ? null : rightToLeft.test(letter) ? 'rtl' : 'ltr';
}
