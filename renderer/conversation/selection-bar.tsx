import { Copy, Forward, Trash2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isForwardable, isText, useSession } from '../state/index.ts';
import { Button, IconButton } from '../ui/index.ts';
import { useChatTools } from './chat-tools.ts';
import { copiedText } from './copied-text.ts';
import { inOrder } from './selection.ts';

/** In the composer's place while messages are chosen: what can be done with all of them. */
export function SelectionBar(): ReactNode {
  const { t } = useTranslation();
  const { messages, notify } = useSession();
  const { id, name, selection, select, forward } = useChatTools();
  const chosen = inOrder(selection);
  const texts = chosen.filter(isText);
  const end = () => {
    select({ type: 'clear' });
    document.querySelector<HTMLElement>('[role=log]')?.focus();
  };
  const copy = async () => {
    if (!(await messages.copy(copiedText(t, texts, name)))) return;
    notify.say(t('messages.select.copied', { count: texts.length }));
    end();
  };
  return (
    <div
      role="toolbar"
      tabIndex={-1}
      aria-label={t('messages.select.bar')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        end();
      }}
      className="flex-none border-t border-line px-5 py-2.5 max-pair:px-2"
    >
      <div className="mx-auto flex max-w-[46rem] flex-wrap items-center gap-1.5">
        <IconButton icon={X} label={t('messages.select.cancel')} keys="Esc" onClick={end} />
        <output className="me-auto font-semibold">{t('messages.select.count', { count: chosen.length })}</output>
        <Button icon={Copy} kind="quiet" disabled={texts.length === 0} onClick={() => void copy()}>
          <span className="max-pair:sr-only">{t('messages.select.copy')}</span>
        </Button>
        <Button icon={Forward} kind="quiet" disabled={!chosen.some(isForwardable)} onClick={() => forward(chosen)}>
          <span className="max-pair:sr-only">{t('messages.select.forward')}</span>
        </Button>
        <Button
          icon={Trash2}
          kind="danger"
          onClick={() => {
            void messages.deleteForMe(id, chosen);
            end();
          }}
        >
          <span className="max-pair:sr-only">{t('messages.select.delete')}</span>
        </Button>
      </div>
    </div>
  );
}
