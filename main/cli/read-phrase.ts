import { addAbortSignal, type Readable } from 'node:stream';
import { AppError } from '../ports/app-error.ts';

/** Twelve BIP-39 words have at most 107 letters and spaces; the rest is room for generous spacing. */
const maxChars = 500;

/** Where a person types, or another program writes. */
export type WordsInput = Readable & { readonly isTTY?: boolean };

const wordsMissing = 'the twelve words are expected on standard input, or after --phrase';
export const passphraseMissing = 'the passphrase is expected on standard input, or after --passphrase';

/**
 * The first line of `input`: words on the command line would be seen by `ps` and kept in the shell's history.
 * @param ask says what is wanted, if a person is typing
 * @throws AppError BAD_INPUT with reason `usage`: nothing came, or too much
 */
export async function readPhrase(
  input: WordsInput,
  ask: () => void,
  signal: AbortSignal,
  missing = wordsMissing,
): Promise<string> {
  if (input.isTTY === true) ask();
  let text = '';
  input.setEncoding('utf8');
  for await (const part of addAbortSignal(signal, input)) {
    text += String(part);
    if (text.includes('\n') || text.length > maxChars) break;
  }
  const phrase = (text.split('\n')[0] ?? '').trim();
  if (phrase === '' || phrase.length > maxChars) {
    throw new AppError('BAD_INPUT', 'usage', { message: missing });
  }
  return phrase;
}
