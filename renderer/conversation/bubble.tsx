import { Ban, Clock, PackageOpen } from 'lucide-react';
import { useId, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { clockOf, cx } from '../ui/index.ts';
import { useChatTools } from './chat-tools.ts';
import { directionOf } from '../text/index.ts';
import { MessageBody } from './message-body.tsx';
import { useMessageEntries } from './message-entries.ts';
import { MessageContextMenu, MessageMore } from './message-menu.tsx';
import { MessageMeta } from './message-meta.tsx';
import { Quote } from './quote.tsx';
import { Reactions } from './reactions.tsx';
import { SelectMark } from './select-mark.tsx';
import type { TimelineRow } from './timeline-rows.ts';
import { VoiceBubble } from './voice-bubble.tsx';

interface BubbleProps {
  readonly row: Extract<TimelineRow, { kind: 'bubble' }>;
  /** Somebody was led here: it stands out. `typed`: what was looked for, marked in it. */
  readonly shown: { readonly typed: string } | null;
}

/** One message. Direction follows its own text. */
export function Bubble({ row, shown }: BubbleProps): ReactNode {
  const { t } = useTranslation();
  const { bridge, voices } = useSession();
  const { name, writable, selection, select, order, looking } = useChatTools();
  const { message, first, last, waits } = row;
  const words = useId();
  const out = message.direction === 'out';
  const isLate = message.cameMs !== null;
  const NotShown = message.unknown ? PackageOpen : Ban;
  const entries = useMessageEntries(message);
  const reactable = writable && !message.deleted;
  const selecting = selection.anchor !== null;
  const selected = selection.messages.has(message.id);
  const primary = (event: { readonly ctrlKey: boolean; readonly metaKey: boolean }) =>
    bridge.platform === 'darwin' ? event.metaKey : event.ctrlKey;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === ' ' && (selecting || primary(event))) {
      event.preventDefault();
      return select({ type: 'toggle', message });
    }
    if (message.voice?.state === 'whole' && !selecting && (event.key === ' ' || event.key === 'Enter')) {
      event.preventDefault();
      return voices.toggle(message);
    }
    const pressed = primary(event)
      ? event.key === 'c'
        ? 'c'
        : ''
      : event.altKey || event.ctrlKey || event.metaKey
        ? ''
        : event.key;
    const entry = entries.find(({ key }) => key !== null && key === pressed);
    // While several are chosen, what is done is done to all of them.
    if (entry === undefined || selecting) return undefined;
    event.preventDefault();
    return entry.run();
  };
  const onClick = (event: MouseEvent) => {
    if (event.shiftKey && (selecting || primary(event))) return select({ type: 'extend', message, order: order() });
    if (selecting || primary(event)) return select({ type: 'toggle', message });
    return undefined;
  };
  return (
    <div
      className={cx(
        'group/message relative flex flex-col',
        first ? 'pt-2.5' : 'pt-0.5',
        out ? 'items-end' : 'items-start',
        selecting && 'ps-10',
      )}
      data-selected={selected || undefined}
    >
      {selecting ? <SelectMark message={message} selected={selected} /> : null}
      <div className={cx('flex max-w-full items-stretch gap-1', out && 'flex-row-reverse')}>
        <MessageContextMenu message={message} entries={entries} reactable={reactable}>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events -- a stop of the arrow keys, where its own keys work; what a click with Ctrl does, Space does too */}
          <article
            className="bubble t-chat max-w-[min(100%,36rem)] min-w-0 px-3 pt-[7px] pb-2 break-words whitespace-pre-wrap"
            data-out={out}
            data-first={first}
            data-more={!last}
            data-message={message.id}
            data-shown={shown !== null || undefined}
            data-selected={selected || undefined}
            dir={directionOf(message.text) ?? undefined}
            tabIndex={-1}
            // Who and when is its name; a screen reader that goes from message to message reads the words after it.
            aria-describedby={words}
            aria-label={messageLabel(t('conversation.youSaid'), name, message, selected ? t('messages.select.selected') : '')}
            onKeyDown={onKeyDown}
            onClick={onClick}
            onMouseDown={(event) => {
              // Choosing messages is not choosing their letters.
              if (event.button === 0 && (primary(event) || (selecting && event.shiftKey))) event.preventDefault();
            }}
          >
            <span className="sr-only">{out ? t('conversation.youSaid') : name}: </span>
            <div id={words} className="contents">
              {message.reply === null ? null : <Quote quote={message.reply} />}
              {message.deleted || message.unknown ? (
                <>
                  <span className="inline-flex items-center gap-1.5 text-ink-2 italic">
                    <NotShown size={14} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
                    {message.unknown
                      ? t('conversation.unknown')
                      : t(out ? 'conversation.deletedByYou' : 'conversation.deletedByThem', { name })}
                  </span>
                  {last || isLate ? <MessageMeta message={message} shown={last} /> : null}
                </>
              ) : message.voice !== null ? (
                <>
                  <VoiceBubble message={message} voice={message.voice} name={name} />
                  {last || isLate ? <MessageMeta message={message} shown={last} /> : null}
                </>
              ) : (
                <MessageBody
                  text={message.text}
                  looking={shown === null || shown.typed === '' ? looking : shown.typed}
                  tail={last || isLate || message.editedMs !== null ? <MessageMeta message={message} shown={last} /> : null}
                />
              )}
            </div>
          </article>
        </MessageContextMenu>
        {selecting ? null : <MessageMore message={message} entries={entries} reactable={reactable} />}
      </div>
      <Reactions message={message} />
      {waits ? (
        <p className="t-meta flex items-center gap-1.5 px-1 pt-[3px] text-ink-2">
          <Clock size={13} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
          {t('conversation.waitsUntil', { name })}
        </p>
      ) : null}
    </div>
  );
}

const messageLabel = (you: string, name: string, message: MessageView, more: string): string =>
  [message.direction === 'out' ? you : name, clockOf(message.atMs), more].filter((part) => part !== '').join(', ');
