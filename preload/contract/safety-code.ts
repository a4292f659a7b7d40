import { z } from 'zod';
import { accountKeySchema, type AccountKeyText } from './scalars.ts';

/** Digits of a safety number, and of the half of one that stands for one account. */
export const safetyDigits = 60;
export const safetyHalfDigits = 30;

export const safetyHalfSchema = z.string().regex(/^\d{30}$/u);

export const safetyViewSchema = z.object({
  /** The same on both sides: compared by voice. */
  digits: z.string().regex(/^\d{60}$/u),
  /** Their half alone: whoever asks to be added can read theirs out before there is anything in common. */
  theirs: safetyHalfSchema,
  /** What our side shows as a QR code for theirs to scan. */
  scan: z.string().max(200),
});
export type SafetyView = z.infer<typeof safetyViewSchema>;

/** What a safety QR code says: whose app shows it, and whom that app takes the other for. */
export interface SafetyScan {
  readonly from: AccountKeyText;
  readonly to: AccountKeyText;
}

const scheme = 'lilliput-safety:';
const scanForm = /^from=([0-9a-f]{64})&to=([0-9a-f]{64})$/u;

export const writeSafetyScan = ({ from, to }: SafetyScan): string => `${scheme}from=${from}&to=${to}`;

/** Null: not such a code. */
export function readSafetyScan(text: string): SafetyScan | null {
  const written = text.trim();
  if (!written.startsWith(scheme)) return null;
  const [, from, to] = scanForm.exec(written.slice(scheme.length)) ?? [];
  const keys = z.object({ from: accountKeySchema, to: accountKeySchema }).safeParse({ from, to });
  return keys.success ? keys.data : null;
}

/**
 * match: their app shows their own key and has ours; other-person: a code of somebody else (or of somebody in between);
 * other-us: it is theirs, but they have another key for us; ours: our own code; no-code: something else.
 */
export type SafetyVerdict = 'match' | 'other-person' | 'other-us' | 'ours' | 'no-code';

export function judgeSafetyScan(text: string, own: AccountKeyText, theirs: AccountKeyText): SafetyVerdict {
  const scan = readSafetyScan(text);
  if (scan === null) return 'no-code';
  if (scan.from === own) return 'ours';
  if (scan.from !== theirs) return 'other-person';
  return scan.to === own ? 'match' : 'other-us';
}
