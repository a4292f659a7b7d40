import { Ban, Check, CheckCheck, Clock, MailCheck, PackageOpen, type LucideIcon } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Delivery, MessageQuote, MessageView } from '../../preload/contract/index.ts';
import { useSession, type Composing } from '../state/index.ts';
import { clockOf, cx } from '../ui/index.ts';
import { useMessageEntries } from './message-entries.ts';
import { MessageContextMenu, MessageMore } from './message-menu.tsx';
import type { TimelineRow } from './timeline-rows.ts';

const ticks: Record<Delivery, LucideIcon> = {
  waiting: Clock,
  meeting: Clock,
  sent: Check,
  stored: MailCheck,
  delivered: CheckCheck,
  read: CheckCheck,
};

interface BubbleProps {
  readonly row: Extract<TimelineRow, { kind: 'bubble' }>;
  readonly name: string;
  /** They are a contact: what they see can still be changed. */
  readonly writable: boolean;
  readonly compose: (composing: Composing) => void;
  /** Shows the message that this one answers. */
  readonly onQuote: (id: string) => void;
}

/** One message. Direction follows its own text. */
export function Bubble({ row, name, writable, compose, onQuote }: BubbleProps): ReactNode {
  const { t } = useTranslation();
  const { message, first, last, waits } = row;
  const out = message.direction === 'out';
  const entries = useMessageEntries(message, writable, compose);
  const reactable = writable && !message.deleted;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const pressed = event.ctrlKey || event.metaKey ? (event.key === 'c' ? 'c' : '') : event.altKey ? '' : event.key;
    const entry = entries.find(({ key }) => key !== null && key === pressed);
    if (entry === undefined) return;
    event.preventDefault();
    entry.run();
  };
  return (
    <div className={cx('group/message flex flex-col', first ? 'pt-2.5' : 'pt-0.5', out ? 'items-end' : 'items-start')}>
      <div className={cx('flex max-w-full items-stretch gap-1', out && 'flex-row-reverse')}>
        <MessageContextMenu message={message} entries={entries} reactable={reactable}>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a stop of the arrow keys, where its own keys work */}
          <article
            className="bubble t-chat max-w-[min(100%,36rem)] min-w-0 px-3 pt-[7px] pb-2 break-words whitespace-pre-wrap"
            data-out={out}
            data-first={first}
            data-more={!last}
            data-message={message.id}
            dir="auto"
            tabIndex={-1}
            aria-label={messageLabel(t('conversation.youSaid'), name, message)}
            onKeyDown={onKeyDown}
          >
            <span className="sr-only">{out ? t('conversation.youSaid') : name}: </span>
            {message.reply === null ? null : <Quote quote={message.reply} name={name} onOpen={onQuote} />}
            {message.deleted ? (
              <span className="inline-flex items-center gap-1.5 text-ink-2 italic">
                <Ban size={14} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
                {t(out ? 'conversation.deletedByYou' : 'conversation.deletedByThem', { name })}
              </span>
            ) : message.unknown ? (
              <span className="inline-flex items-center gap-1.5 text-ink-2 italic">
                <PackageOpen size={14} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
                {t('conversation.unknown')}
              </span>
            ) : (
              message.text
            )}
            {last || message.editedMs !== null ? <Meta message={message} shown={last} /> : null}
          </article>
        </MessageContextMenu>
        <MessageMore message={message} entries={entries} reactable={reactable} />
      </div>
      <Reactions message={message} name={name} writable={writable} />
      {waits ? (
        <p className="t-meta flex items-center gap-1.5 px-1 pt-[3px] text-ink-2">
          <Clock size={13} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
          {t('conversation.waitsUntil', { name })}
        </p>
      ) : null}
    </div>
  );
}

const messageLabel = (you: string, name: string, message: MessageView): string =>
  `${message.direction === 'out' ? you : name}, ${clockOf(message.atMs)}`;

/** When it was written, whether it was changed, how far it has come. */
function Meta({ message, shown }: { message: MessageView; shown: boolean }): ReactNode {
  const { t } = useTranslation();
  const Tick = ticks[message.delivery];
  return (
    <span
      dir="ltr"
      className="t-meta float-end ms-2.5 mt-1.5 -mb-0.5 inline-flex items-center gap-1 whitespace-nowrap text-bubble-meta"
    >
      {message.editedMs === null ? null : <span>{t('conversation.edited')}</span>}
      {shown ? <time dateTime={new Date(message.atMs).toISOString()}>{clockOf(message.atMs)}</time> : null}
      {shown && message.direction === 'out' && !message.deleted ? (
        <>
          <span className="sr-only">{t(`conversation.delivery.${message.delivery}`)}</span>
          <Tick
            size={message.delivery === 'stored' ? 13 : 14}
            strokeWidth={message.delivery === 'read' ? 2.5 : 1.75}
            aria-hidden="true"
            className={message.delivery === 'read' ? 'text-accent-ink' : undefined}
          />
        </>
      ) : null}
    </span>
  );
}

function Quote({ quote, name, onOpen }: { quote: MessageQuote; name: string; onOpen: (id: string) => void }): ReactNode {
  const { t } = useTranslation();
  const words = quote.state === 'there' ? quote.excerpt : t(`conversation.quote.${quote.state}`);
  const from = quote.direction === null ? null : quote.direction === 'out' ? t('conversation.youSaid') : name;
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={() => onOpen(quote.id)}
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

function Reactions({ message, name, writable }: { message: MessageView; name: string; writable: boolean }): ReactNode {
  const { t } = useTranslation();
  const { messages } = useSession();
  if (message.reactions.length === 0) return null;
  return (
    <ul className="-mt-1 flex flex-wrap gap-1 px-1.5">
      {message.reactions.map(({ author, emoji }) => (
        <li key={author ?? 'you'}>
          <button
            type="button"
            disabled={!writable}
            aria-pressed={author === null}
            aria-label={t(author === null ? 'conversation.yourReaction' : 'conversation.theirReaction', { emoji, name })}
            onClick={() => void messages.react(message, emoji)}
            className="min-h-6 rounded-full bg-raised px-2 text-[0.875rem] edge aria-pressed:bg-accent-soft"
          >
            {emoji}
          </button>
        </li>
      ))}
    </ul>
  );
}
