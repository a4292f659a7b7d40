import type { MessageView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';

/** Messages that have words, as they are copied: one is its text; of several, each says who wrote it and when. */
export function copiedText(words: Words, messages: readonly MessageView[], name: string, locale = 'en-GB'): string {
  const [only] = messages;
  if (only !== undefined && messages.length === 1) return only.text;
  const when = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short' });
  return messages
    .map(({ atMs, direction, text }) =>
      words('messages.select.copyLine', {
        when: when.format(atMs),
        who: direction === 'out' ? words('conversation.youSaid') : name,
        text,
      }),
    )
    .join('\n');
}
