import type { InvalidNameReason } from '../../preload/contract/index.ts';
import { writingSystems, type WritingSystem } from './scripts.ts';

export type ParsedName =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly reason: InvalidNameReason };

/** In code points. */
const minLength = 3;
const maxLength = 32;
/** Nothing this long can become a name; not worth normalising. UTF-16 units; the contract takes 128. */
const maxTypedUnits = 256;

/**
 * A username as a person typed it → the one form of it that is signed, stored and looked up: PRECIS UsernameCaseMapped
 * (RFC 8265 §3.3), then narrower: 3–32 code points; letters of one writing system in modern use; digits, all ASCII or all of
 * that system; single hyphens inside; at least one letter. Space around is dropped. Applying it to its own result changes
 * nothing.
 *
 * Not covered: names of one script that look like names of another (Cyrillic "оса", Latin "oca"), and look-alikes within a
 * script ("rn", "m"). Contacts are pinned to keys, so a look-alike can fool a person once, not a call.
 */
export function parseName(typed: string): ParsedName {
  const trimmed = typed.trim();
  if (trimmed.length > maxTypedUnits) return invalid('too-long');
  const name = mappedText(trimmed);
  // RFC 8264 §7 asks for rules that are stable when applied again; the few strings for which they aren't are refused.
  if (mappedText(name) !== name) return invalid('bad-character');
  const reason = findFault(name);
  return reason === null ? { ok: true, name } : invalid(reason);
}

const invalid = (reason: InvalidNameReason): ParsedName => ({ ok: false, reason });

/**
 * Full- and half-width forms but Hangul's: those map to compatibility letters, which are refused either way (RFC 8265
 * §3.3.1 names the mapping; for these code points it is their NFKC form).
 */
const widthForms = /[\uff01-\uff9f\uffe0-\uffe6]/gu;

/** Width mapping, case mapping, normalisation, in the order of RFC 8264 §7. */
export const mappedText = (text: string): string =>
  text
    .replace(widthForms, (form) => form.normalize('NFKC'))
    .toLowerCase()
    .normalize('NFC');

/** The code points by kind; null if one is none of them. */
interface Parts {
  readonly letters: readonly string[];
  readonly marks: readonly string[];
  /** The zeros of the digits' systems, each once. */
  readonly zeros: readonly number[];
}

function findFault(name: string): InvalidNameReason | null {
  const codePoints = Array.from(name);
  const parts = sortOut(codePoints);
  if (parts === null || name.includes('--') || !areMarksPlaced(name)) return 'bad-character';
  if (codePoints.length > maxLength) return 'too-long';
  if (codePoints.length < minLength) return 'too-short';
  if (name.startsWith('-') || name.endsWith('-')) return 'starts-or-ends-with-hyphen';
  if (parts.letters.length === 0) return 'no-letter';
  const fitting = writingSystems.filter((candidate) => isWrittenIn(candidate, parts));
  if (fitting.length === 0) return 'mixed-scripts';
  return fitting.some((candidate) => keepsBidiRule(candidate, codePoints)) ? null : 'bad-character';
}

const asciiZero = 0x30;
const knownZeros: ReadonlySet<number> = new Set([asciiZero, ...writingSystems.flatMap(({ zeros }) => zeros)]);

/** The zero of a digit's system, or null if it isn't a digit that names may contain. */
function zeroOf(codePoint: string): number | null {
  const value = codePoint.codePointAt(0) ?? 0;
  for (const zero of knownZeros) if (value >= zero && value <= zero + 9) return zero;
  return null;
}

const letter = /^[\p{Ll}\p{Lo}\p{Lm}]$/u;
const mark = /^[\p{Mn}\p{Mc}]$/u;
/** Letters and marks that RFC 5892 §2.6 and §2.9 (old Hangul jamo) disallow, and what is invisible. */
const disallowed =
  /^[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\p{Default_Ignorable_Code_Point}]$/u;

/** RFC 8264 §9.17: a code point that compatibility normalisation would change. */
const hasCompatibilityForm = (codePoint: string): boolean => codePoint.normalize('NFKC') !== codePoint;

function sortOut(codePoints: readonly string[]): Parts | null {
  const letters: string[] = [];
  const marks: string[] = [];
  const zeros = new Set<number>();
  for (const codePoint of codePoints) {
    if (codePoint === '-') continue;
    const zero = zeroOf(codePoint);
    if (zero !== null) zeros.add(zero);
    else if (disallowed.test(codePoint) || hasCompatibilityForm(codePoint)) return null;
    else if (letter.test(codePoint) && writingSystems.some((candidate) => candidate.letter.test(codePoint)))
      letters.push(codePoint);
    else if (mark.test(codePoint)) marks.push(codePoint);
    else return null;
  }
  return { letters, marks, zeros: [...zeros] };
}

/** UTS 39 §5.4: more than four marks on a letter are nobody's orthography. */
const maxMarksInRow = 4;
const dotAbove = '\u0307';

/**
 * Marks stand on a letter, few and not twice the same, and no dot on a letter that has one (i̇ looks like i). Judged on the
 * decomposed name, where marks that NFC merged into letters can be seen.
 */
function areMarksPlaced(name: string): boolean {
  let bearer = '';
  let marks: string[] = [];
  return Array.from(name.normalize('NFD')).every((codePoint) => {
    if (!mark.test(codePoint)) {
      bearer = codePoint;
      marks = [];
      return true;
    }
    const isRepeated = marks.at(-1) === codePoint;
    const isHiddenDot = codePoint === dotAbove && /\p{Soft_Dotted}/u.test(bearer);
    marks.push(codePoint);
    return letter.test(bearer) && !isRepeated && !isHiddenDot && marks.length <= maxMarksInRow;
  });
}

function isWrittenIn(candidate: WritingSystem, { letters, marks, zeros }: Parts): boolean {
  const hasOwnDigits = zeros.every((zero) => zero === asciiZero || candidate.zeros.includes(zero));
  return (
    zeros.length <= 1 &&
    hasOwnDigits &&
    letters.every((codePoint) => candidate.letter.test(codePoint)) &&
    marks.every((codePoint) => candidate.mark.test(codePoint))
  );
}

/**
 * RFC 5893 §2, for what can be in a name here: a right-to-left name starts with a letter (rule 1). The rest holds already:
 * letters are of one script (2, 5), the end is no hyphen (3, 6), digits are of one system (4).
 */
const keepsBidiRule = (candidate: WritingSystem, [first]: readonly string[]): boolean =>
  !candidate.rightToLeft || (first !== undefined && candidate.letter.test(first));
