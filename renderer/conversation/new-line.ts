/** Where the "New" line stands. */
export interface NewLine {
  /** When the first message below it came; null: there is no line. */
  readonly fromMs: number | null;
  /** All that was below it has been read: the next unread message begins anew. */
  readonly read: boolean;
}

export const noNewLine: NewLine = { fromMs: null, read: true };

/**
 * The line after the conversation's first unread message changed. It stays where it was put until something new comes while nobody looks, or
 * something that stands above it: what comes while the end is being read is not announced by a line, unless it stands further up.
 * @param seenFromMs the reader looks at the end of the conversation, and sees what comes from here on; null: nobody looks
 */
export function newLineAfter(line: NewLine, firstUnreadMs: number | null, seenFromMs: number | null): NewLine {
  if (firstUnreadMs === null) return line.read ? line : { ...line, read: true };
  if (seenFromMs !== null && firstUnreadMs >= seenFromMs) return line;
  if (!line.read && line.fromMs !== null && firstUnreadMs >= line.fromMs) return line;
  return { fromMs: firstUnreadMs, read: false };
}
