import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import { toHex } from '../../ports/hex.ts';
import { indexedWords, type CardText } from './card-text.ts';

/**
 * Beginnings have places of their own at two lengths, in code points: of a word of n letters there are three places at most instead
 * of n. Who types another length asks at the longest of these that is not longer, and keepers compare the rest.
 */
const beginnings = [5, 3] as const;

const wholeDomain = Buffer.from('lilliput/card-word/1\0');
const beginningDomain = Buffer.from('lilliput/card-beginning/1\0');

const wholeTarget = (word: string): Uint8Array => blake2b256(wholeDomain, Buffer.from(word));

/** The beginning of that length; null: the word is shorter. */
function beginningTarget(word: string, length: number): Uint8Array | null {
  const codePoints = Array.from(word);
  return codePoints.length < length ? null : blake2b256(beginningDomain, Buffer.from(codePoints.slice(0, length).join('')));
}

/** Where a card belongs: at most thirty places. */
export function targetsOfCard(text: CardText): readonly Uint8Array[] {
  const targets = indexedWords(text).flatMap((word) => [
    wholeTarget(word),
    ...beginnings.flatMap((length) => beginningTarget(word, length) ?? []),
  ]);
  return [...new Map(targets.map((target) => [toHex(target), target])).values()];
}

/** Where cards are that have a word which begins so, and, apart from those, where this is the whole word. */
export function targetsOfQuestion(typed: string): readonly Uint8Array[] {
  const beginning = beginnings.flatMap((length) => beginningTarget(typed, length) ?? [])[0];
  return beginning === undefined ? [wholeTarget(typed)] : [wholeTarget(typed), beginning];
}
