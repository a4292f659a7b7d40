import { ORPCError } from '@orpc/client';
import { AppError, errorCodes } from '../ports/app-error.ts';
import type { Logger } from '../ports/logger.ts';

const codes: ReadonlySet<string> = new Set(errorCodes);
/** A path like `settings.theme`, for the log of whoever wrote the client. */
const maxFieldChars = 100;
const maxStackChars = 600;

/** What a client gets for an error: one of the closed codes with its data, and never the text of an unknown error. */
export function toBridgeError(error: unknown, logger: Logger): ORPCError<string, AppErrorData> {
  if (error instanceof AppError) return bridgeError(error);
  if (error instanceof ORPCError) {
    if (codes.has(error.code) && error.defined) return error;
    if (error.code === 'BAD_REQUEST') return bridgeError(new AppError('BAD_INPUT', 'schema', { field: firstField(error.data) }));
  }
  if (error instanceof Error && error.name === 'AbortError') return bridgeError(new AppError('CANCELLED', 'cancelled'));
  logger.error('unexpected failure of a request', {
    stack: error instanceof Error ? (error.stack ?? error.message).slice(0, maxStackChars) : 'not an error',
  });
  return bridgeError(new AppError('INTERNAL', 'unexpected'));
}

type AppErrorData = Pick<AppError, 'reason' | 'context'>;

const bridgeError = ({ code, reason, context }: AppError): ORPCError<string, AppErrorData> =>
  new ORPCError(code, { data: { reason, context } });

function firstField(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('issues' in data) || !Array.isArray(data.issues)) return '';
  const issues: readonly unknown[] = data.issues;
  const [first] = issues;
  if (typeof first !== 'object' || first === null || !('path' in first) || !Array.isArray(first.path)) return '';
  return first.path.map(String).join('.').slice(0, maxFieldChars);
}
