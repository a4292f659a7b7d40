import { errorCodes, type ErrorCode } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';

const known: ReadonlySet<string> = new Set(errorCodes);

/** The closed code of whatever a request failed with; anything else is our own fault. */
export function codeOf(error: unknown): ErrorCode {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && known.has(error.code)) {
    return error.code as ErrorCode; // checked against the closed list above
  }
  return 'INTERNAL';
}

export const sentenceFor = (words: Words, error: unknown): string => words(`errors.${codeOf(error)}`);
