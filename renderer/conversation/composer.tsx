import { ArrowUp, Pencil, Reply, X } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { messageMaxChars } from '../../preload/contract/index.ts';
import { composingNew, useSession, type Composing } from '../state/index.ts';
import { IconButton, Tip, useFocusOnShow } from '../ui/index.ts';
import { useDraft } from './use-draft.ts';

interface ComposerProps {
  readonly id: string;
  readonly name: string;
  readonly offline: boolean;
  /** Take the focus when shown. */
  readonly focus: boolean;
  readonly composing: Composing;
  readonly compose: (composing: Composing) => void;
  /** Up in the empty field: change the last of ours. */
  readonly onEditLast: () => void;
}

/** Enter sends, Shift Enter makes a new line. The draft is kept. Grows to about seven lines, then scrolls. */
export function Composer({ id, name, offline, focus, composing, compose, onEditLast }: ComposerProps): ReactNode {
  const { t } = useTranslation();
  const { messages } = useSession();
  const draft = useDraft(id);
  const field = useFocusOnShow<HTMLTextAreaElement>(focus);
  const over = draft.text.length - messageMaxChars;
  const sendable = draft.text.trim() !== '' && over <= 0;
  /** What was being written when an edit began: it comes back afterwards. */
  const aside = useRef('');

  useEffect(() => {
    if (composing.kind === 'new') return;
    if (composing.kind === 'edit') {
      aside.current = draft.text;
      draft.write(composing.of.text);
    }
    field.current?.focus();
    // Only when something else begins to be composed: the draft changes with every key.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [composing]);

  const end = () => {
    if (composing.kind === 'edit') draft.write(aside.current);
    compose(composingNew);
  };

  const send = async () => {
    if (!sendable) return;
    const text = draft.take().trim();
    const restore = (back: string) => draft.write(back);
    end();
    if (!(await messages.send(id, text, composing, restore))) restore(text);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // A key that finishes a composed letter (input methods) is not ours.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape' && composing.kind !== 'new') {
      event.stopPropagation();
      return end();
    }
    if (event.key === 'ArrowUp' && draft.text === '' && composing.kind === 'new') {
      event.preventDefault();
      return onEditLast();
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    void send();
  };

  return (
    <div className="flex-none px-5 pt-1.5 pb-4 max-pair:px-2 max-pair:pb-2.5 @max-sm/panel:px-2.5 @max-sm/panel:pb-3">
      <div className="mx-auto max-w-[46rem]">
        {offline ? <p className="t-small px-2 pb-1.5 text-ink-2">{t('conversation.willWait', { name })}</p> : null}
        {over > 0 ? (
          <p role="alert" className="t-small px-2 pb-1.5 text-danger-ink">
            {t('conversation.tooLong', { over })}
          </p>
        ) : null}
        <div className="rounded-r4 bg-raised p-[5px] edge-strong focus-within:edge-focus">
          {composing.kind === 'new' ? null : <About composing={composing} name={name} onEnd={end} />}
          <div className="flex items-end gap-1">
            <textarea
              ref={field}
              data-composer
              rows={1}
              value={draft.text}
              onChange={(event) => {
                draft.write(event.target.value);
                if (event.target.value.trim() !== '' && composing.kind !== 'edit') messages.typing(id);
              }}
              onKeyDown={onKeyDown}
              dir="auto"
              aria-label={t('conversation.write', { name })}
              placeholder={t('conversation.write', { name })}
              className="field-inner t-chat thin-scroll field-sizing-content max-h-44 min-h-[34px] min-w-0 flex-1 resize-none bg-transparent px-2 py-1.5"
            />
            {draft.text.trim() === '' ? null : (
              <Tip label={t('conversation.send')} keys="Enter">
                <button
                  type="button"
                  aria-label={t('conversation.send')}
                  disabled={!sendable}
                  onClick={() => void send()}
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

/** What is answered or changed, with a way out of it. */
function About({
  composing,
  name,
  onEnd,
}: {
  composing: Exclude<Composing, { kind: 'new' }>;
  name: string;
  onEnd: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const message = composing.kind === 'edit' ? composing.of : composing.to;
  const Icon = composing.kind === 'edit' ? Pencil : Reply;
  const whom = message.direction === 'out' ? t('conversation.yourself') : name;
  return (
    <div className="t-small flex items-center gap-2.5 border-b border-line ps-2 pb-1">
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none text-accent-ink" />
      <div className="min-w-0 flex-1">
        <output className="cut block font-semibold text-accent-ink">
          {composing.kind === 'edit' ? t('conversation.editing') : t('conversation.answering', { whom })}
        </output>
        <p dir="auto" className="cut text-ink-2">
          {message.text}
        </p>
      </div>
      <IconButton icon={X} size={16} label={t('conversation.endComposing')} keys="Esc" onClick={onEnd} />
    </div>
  );
}
