/**
 * Structured log. Never message text, audio, secrets or whole keys: shorten a key with `shortKey` first.
 */
export interface Logger {
  debug(event: string, context?: LogContext): void;
  info(event: string, context?: LogContext): void;
  warn(event: string, context?: LogContext): void;
  error(event: string, context?: LogContext): void;
  /** A logger whose lines carry `scope` (for example 'overlay', 'calls'). */
  child(scope: string): Logger;
}

export type LogContext = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The first 8 hex digits: enough to tell two keys apart in a log, too few to recognise a person. */
export const shortKey = (hexKey: string): string => hexKey.slice(0, 8);

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

const severity: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** One JSON object per line into `write` (a process's stderr), at `minimum` level and above. */
export function lineLogger(write: (line: string) => void, minimum: LogLevel, scope = 'app'): Logger {
  const log =
    (level: LogLevel) =>
    (event: string, context: LogContext = {}): void => {
      if (severity[level] < severity[minimum]) return;
      write(`${JSON.stringify({ at: new Date().toISOString(), level, scope, event, ...context })}\n`);
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (name) => lineLogger(write, minimum, `${scope}.${name}`),
  };
}
