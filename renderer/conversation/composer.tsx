import { ArrowUp } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { messageMaxChars } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { Tip, useFocusOnShow } from '../ui/index.ts';
import { useDraft } from './use-draft.ts';

interface ComposerProps {
  readonly id: string;
  readonly name: string;
  readonly offline: boolean;
  /** Take the focus when shown. */
  readonly focus: boolean;
}

/** Enter sends, Shift Enter makes a new line. The draft is kept. Grows to about seven lines, then scrolls. */
export function Composer({ id, name, offline, focus }: ComposerProps): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const draft = useDraft(id);
  const field = useFocusOnShow<HTMLTextAreaElement>(focus);
  const over = draft.text.length - messageMaxChars;
  const sendable = draft.text.trim() !== '' && over <= 0;

  const send = async () => {
    if (!sendable) return;
    const text = draft.take().trim();
    if (!(await notify.attempt(() => client.conversations.send({ id, text })))) draft.write(text);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // A key that finishes a composed letter (input methods) is not ours.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
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
        <div className="flex items-end gap-1 rounded-r4 bg-raised p-[5px] edge-strong focus-within:edge-focus">
          <textarea
            ref={field}
            data-composer
            rows={1}
            value={draft.text}
            onChange={(event) => draft.write(event.target.value)}
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
  );
}
