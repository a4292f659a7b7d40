import { mappedText } from '../names.ts';

/** In code points: "東京" is a word, a single letter finds nobody. */
const minWord = 2;
export const maxWord = 24;
export const maxCardWords = 5;
export const maxDisplayName = 40;
/** Bytes of name, display name and words together, so that a card with its certificate fits one packet. */
export const maxTextBytes = 340;

const wordForm = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*$/u;
const between = /[^\p{L}\p{M}\p{N}-]+/u;
/** Controls, invisible and direction-turning characters, and towers of marks: nothing of a name. */
const oddInName = /[\p{C}\p{Zl}\p{Zp}]|\p{M}{5,}/u;

const lengthOf = (text: string): number => Array.from(text).length;

/** What somebody types → the words in it as they are signed and looked for: mapped as usernames are. Each once. */
export function wordsIn(typed: string): readonly string[] {
  const words = mappedText(typed.slice(0, 512))
    .split(between)
    .map((word) => word.replaceAll(/^-+|-+$/gu, ''))
    .filter((word) => wordForm.test(word) && lengthOf(word) >= minWord);
  return [...new Set(words)];
}

export const isCardWord = (word: string): boolean =>
  lengthOf(word) <= maxWord && wordsIn(word).length === 1 && wordsIn(word)[0] === word;

/** A name as it is shown: free text of one line. Empty: none. */
export const displayNameOf = (typed: string): string => typed.normalize('NFC').trim().replaceAll(/\s+/gu, ' ');

export const isDisplayName = (text: string): boolean =>
  displayNameOf(text) === text && lengthOf(text) <= maxDisplayName && !oddInName.test(text);

export interface CardText {
  /** Mapped username. */
  readonly name: string;
  /** '' for none. */
  readonly displayName: string;
  readonly words: readonly string[];
}

export const isCardText = ({ name, displayName, words }: CardText): boolean =>
  isDisplayName(displayName) &&
  words.length <= maxCardWords &&
  new Set(words).size === words.length &&
  words.every(isCardWord) &&
  Buffer.byteLength([name, displayName, ...words].join('')) <= maxTextBytes;

/** So many words of a card are looked for; what was chosen comes first. */
const maxIndexed = 10;

/** The words by which a card is found. */
export function indexedWords({ name, displayName, words }: CardText): readonly string[] {
  const all = [name, ...words, ...wordsIn(displayName), ...name.split('-').filter((part) => lengthOf(part) >= minWord)];
  return [...new Set(all)].slice(0, maxIndexed);
}
