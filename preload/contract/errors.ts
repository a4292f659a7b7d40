import { z } from 'zod';

/**
 * Every way in which a request across a boundary can fail. The list is closed: the renderer has words for each, and a new
 * code is a compile error until it has.
 */
export const errorCodes = [
  'BAD_INPUT',
  'NOT_SIGNED_IN',
  'ALREADY_SIGNED_IN',
  'NAME_INVALID',
  'NAME_TAKEN',
  'NAME_DISPUTED',
  'NAME_NOT_FOUND',
  /** Somebody else holds the name than the link was made for. */
  'OTHER_ACCOUNT',
  'NAME_UNKNOWN',
  'PHRASE_INVALID',
  'PHRASE_NAME_MISMATCH',
  'NO_NETWORK',
  'NOT_A_CONTACT',
  'ALREADY_A_CONTACT',
  'BLOCKED',
  'IT_IS_YOU',
  'NOT_REACHABLE',
  'TOO_MANY',
  'TOO_LONG',
  'CALL_IN_PROGRESS',
  'NO_SUCH_CALL',
  'NO_SUCH_CONVERSATION',
  'NO_SUCH_MESSAGE',
  'NO_ECHO_SERVICE',
  'MEDIA_UNAVAILABLE',
  'BAD_WAV',
  'BAD_PICTURE',
  'NO_NOISE_SUPPRESSION',
  'DISK_FULL',
  'STORAGE_LOCKED',
  'STORAGE_CORRUPT',
  'VAULT_LOCKED',
  'ARCHIVE_PASSPHRASE',
  /** Cut off, changed, or no archive of ours: reason `cut`, `damaged`, `foreign`. */
  'ARCHIVE_DAMAGED',
  'ARCHIVE_NEWER',
  'PROFILE_IN_USE',
  'NOT_ALLOWED_HERE',
  'CANCELLED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export const errorCodeSchema = z.enum(errorCodes);

/** What travels with a code: a short machine-readable reason, and facts the sentence for it needs. Never secrets. */
export const errorDataSchema = z.object({
  reason: z.string().max(200),
  context: z.record(z.string().max(40), z.union([z.string().max(400), z.number(), z.boolean()])),
});

export type ErrorData = z.infer<typeof errorDataSchema>;

/** The one error type of the house. `reason` is for logs and for choosing a sentence; it is not a sentence for people. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly context: ErrorData['context'];

  constructor(code: ErrorCode, reason: string, context: ErrorData['context'] = {}) {
    super(`${code}: ${reason}`);
    this.name = 'AppError';
    this.code = code;
    this.reason = reason;
    this.context = context;
  }
}
