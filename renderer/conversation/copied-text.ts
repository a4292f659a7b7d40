import type { MessageView } from '../../preload/contract/index.ts';
import { isText } from '../state/index.ts';
import type { Words } from '../strings/index.ts';

/** Messages as they are copied: one is its text; of several, each says who wrote it and when. */
export function copiedText(words: Words, messages: readonly MessageView[], name: string, locale = 'en-GB'): string {
  const there = messages.filter(isText);
  const [only] = there;
  if (only !== undefined && there.length === 1) return only.text;
  const when = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short' });
  return there
    .map(({ atMs, direction, text }) =>
      words('messages.select.copyLine', {
        when: when.format(atMs),
        who: direction === 'out' ? words('conversation.youSaid') : name,
        text,
      }),
    )
    .join('\n');
}
