import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageQuote } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { useChatTools } from './chat-tools.ts';
import { shownLine } from '../text/index.ts';

/** What a message answers; choosing it goes there. */
export function Quote({ quote }: { quote: MessageQuote }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const { id, name, selection } = useChatTools();
  // What was spoken has no words.
  const there = quote.excerpt === '' ? t('voice.name') : shownLine(quote.excerpt);
  const words = quote.state === 'there' ? there : t(`conversation.quote.${quote.state}`);
  const from = quote.direction === null ? null : quote.direction === 'out' ? t('conversation.youSaid') : name;
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={(event) => {
        // While messages are chosen, a click on any part of one chooses it.
        if (selection.anchor !== null) return;
        event.stopPropagation();
        go.reveal(id, { kind: 'message', id: quote.id, typed: '' });
      }}
      disabled={quote.state === 'gone'}
      className="t-small mb-1 block w-full rounded-[6px] border-s-[3px] border-accent bg-[color-mix(in_oklch,var(--ink)_6%,transparent)] px-2 py-1 text-start"
    >
      {from === null ? null : (
        <span className="block font-semibold text-accent-ink" dir="auto">
          {from}
        </span>
      )}
      <span dir="auto" className="line-clamp-2 break-words text-ink-2">
        {words}
      </span>
    </button>
  );
}
