import { ArrowUp, Smile } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type ClipboardEvent, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { draftMaxChars, messageMaxChars, type MessageView } from '../../preload/contract/index.ts';
import { composingNew, useSession, type Composing } from '../state/index.ts';
import { cx, IconButton, Tip, useFocusOnShow } from '../ui/index.ts';
import { useChatTools } from './chat-tools.ts';
import { ComposingAbout } from './composing-about.tsx';
import { EmojiSuggestions } from './emoji-suggestions.tsx';
import { LongText } from './long-text.tsx';
import { partsOf } from './parts-of.ts';
import { useComposed } from './use-composed.ts';
import { useEmojiWord } from './use-emoji-word.ts';
import { VoiceButton } from './voice-button.tsx';
import { VoiceStrip } from './voice-strip.tsx';

interface ComposerProps {
  readonly offline: boolean;
  /** Take the focus when shown. */
  readonly focus: boolean;
  readonly composing: Composing;
  /** Up in the empty field: change the last of ours. */
  readonly onEditLast: () => void;
}

/** Enter sends, Shift Enter makes a new line. The draft is kept. Grows to about seven lines, then scrolls. */
export function Composer({ offline, focus, composing, onEditLast }: ComposerProps): ReactNode {
  const { t } = useTranslation();
  const { messages, recorder, go, notify } = useSession();
  const { id, name, compose, pickEmoji } = useChatTools();
  const recording = useStore(recorder.state, (state) => (state?.conversationId === id ? state.recording : null));
  const composed = useComposed(id, composing);
  const { text } = composed;
  const field = useFocusOnShow<HTMLTextAreaElement>(focus);
  const suggestionsId = useId();
  const [caret, setCaret] = useState(0);
  const sendable = text.trim() !== '' && text.trim().length <= messageMaxChars;
  const parts = useMemo(() => (text.length > messageMaxChars ? partsOf(text, messageMaxChars) : []), [text]);

  useEffect(() => {
    if (composing.kind !== 'new') field.current?.focus();
  }, [composing, field]);

  /** Puts `by` in the place of a part of the text, with the caret behind it. */
  const replace = (from: number, to: number, by: string) => {
    const next = text.slice(0, from) + by + text.slice(to);
    if (next.length > draftMaxChars) return;
    composed.write(next);
    setCaret(from + by.length);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(from + by.length, from + by.length);
    });
  };
  const help = useEmojiWord(text, caret, replace);

  const isSpoken = recording !== null;
  const wasSpoken = useRef(isSpoken);
  useEffect(() => {
    if (wasSpoken.current && !isSpoken) field.current?.focus();
    wasSpoken.current = isSpoken;
  }, [isSpoken, field]);
  // Nobody is recorded who has gone elsewhere; what was said so far is kept.
  useEffect(() => () => recorder.leave(id), [recorder, id]);

  const end = () => compose(composingNew);
  /** Takes the draft out of the field, and brings it back, with what it answers, where sending failed or was taken back. */
  const sendBy = async (partsIn: (draft: string) => readonly string[]) => {
    const draft = composed.takeDraft().trim();
    end();
    const restore = (back: string) => {
      composed.giveBack(back);
      if (composing.kind === 'reply') compose(composing);
    };
    const replyTo = composing.kind === 'reply' ? composing.to.id : null;
    if (await messages.send(id, partsIn(draft), replyTo, restore)) go.reveal(id, { kind: 'newest' });
  };
  const change = async (of: MessageView) => {
    end();
    if (!(await messages.edit(of, text.trim()))) compose(composing);
  };
  const send = () => {
    if (!sendable) return;
    void (composing.kind === 'edit' ? change(composing.of) : sendBy((draft) => [draft]));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // A key that finishes a composed letter (input methods) is not ours.
    if (event.nativeEvent.isComposing || help.onKeyDown(event)) return;
    if (event.key === 'Escape' && composing.kind !== 'new') {
      event.stopPropagation();
      return end();
    }
    if (event.key === 'ArrowUp' && text === '' && composing.kind === 'new') {
      event.preventDefault();
      return onEditLast();
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const room = draftMaxChars - text.length + selected(event.currentTarget);
    if (event.clipboardData.getData('text').length > room) notify.say(t('messages.long.cut'));
  };

  return (
    <div className="flex-none px-5 pt-1.5 pb-4 max-pair:px-2 max-pair:pb-2.5 @max-sm/panel:px-2.5 @max-sm/panel:pb-3">
      <div className="relative mx-auto max-w-[46rem]">
        <EmojiSuggestions id={suggestionsId} help={help} />
        {offline ? <p className="t-small px-2 pb-1.5 text-ink-2">{t('conversation.willWait', { name })}</p> : null}
        <LongText
          length={text.length}
          editing={composing.kind === 'edit'}
          parts={parts.length}
          onSendParts={() => void sendBy((draft) => partsOf(draft, messageMaxChars))}
        />
        <div className="rounded-r4 bg-raised p-[5px] edge-strong focus-within:edge-focus">
          {composing.kind === 'new' ? null : <ComposingAbout composing={composing} name={name} onEnd={end} />}
          {recording !== null ? <VoiceStrip recording={recording} name={name} /> : null}
          <div className={cx('flex items-end gap-1', isSpoken && 'hidden')}>
            <IconButton
              icon={Smile}
              size={19}
              label={t('messages.emoji.open')}
              className="size-[34px] rounded-full"
              onClick={(event) =>
                pickEmoji(event.currentTarget, (emoji) => {
                  const { selectionStart = 0, selectionEnd = 0 } = field.current ?? {};
                  replace(selectionStart, selectionEnd, emoji);
                })
              }
            />
            <textarea
              ref={field}
              data-composer
              rows={1}
              value={text}
              maxLength={draftMaxChars}
              onChange={(event) => {
                composed.write(event.target.value);
                setCaret(event.target.selectionStart);
                if (event.target.value.trim() !== '' && composing.kind !== 'edit') messages.typing(id);
              }}
              onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
              onKeyDown={onKeyDown}
              onPaste={onPaste}
              dir="auto"
              aria-label={t('conversation.write', { name })}
              aria-autocomplete="list"
              aria-controls={help.suggestions.length === 0 ? undefined : suggestionsId}
              aria-activedescendant={help.suggestions.length === 0 ? undefined : `${suggestionsId}-${help.active}`}
              placeholder={t('conversation.write', { name })}
              className="field-inner t-chat thin-scroll field-sizing-content max-h-44 min-h-[34px] min-w-0 flex-1 resize-none bg-transparent px-1 py-1.5"
            />
            {text.trim() === '' ? (
              composing.kind === 'edit' ? null : (
                <VoiceButton id={id} replyTo={composing.kind === 'reply' ? composing.to.id : null} />
              )
            ) : (
              <Tip label={t('conversation.send')} keys="Enter">
                <button
                  type="button"
                  aria-label={t('conversation.send')}
                  disabled={!sendable}
                  onClick={send}
                  className="grid size-[34px] flex-none place-items-center rounded-full bg-accent text-on-accent enabled:hover:bg-accent-hover disabled:opacity-55"
                >
                  <ArrowUp size={18} strokeWidth={1.75} aria-hidden="true" />
                </button>
              </Tip>
            )}
          </div>
        </div>
      </div>
    </div>
  );
}

/** How much a paste takes the place of. */
const selected = (field: HTMLTextAreaElement): number => field.selectionEnd - field.selectionStart;
