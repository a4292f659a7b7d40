import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../preload/contract/index.ts';
import { cx } from '../ui/index.ts';
import { useChatTools } from './chat-tools.ts';

/** The box beside a message while messages are chosen. Shift chooses all up to it. */
export function SelectMark({ message, selected }: { message: MessageView; selected: boolean }): ReactNode {
  const { t } = useTranslation();
  const { select, order } = useChatTools();
  return (
    <button
      type="button"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the change of a real box does not tell of Shift
      role="checkbox"
      aria-checked={selected}
      aria-label={t('messages.select.message')}
      tabIndex={-1}
      onClick={(event) => select(event.shiftKey ? { type: 'extend', message, order: order() } : { type: 'toggle', message })}
      className="absolute start-0 bottom-0 grid size-(--hit) place-items-center"
    >
      <span
        className={cx(
          'grid size-5 place-items-center rounded-full',
          selected ? 'bg-accent text-on-accent' : 'bg-raised edge-strong',
        )}
      >
        {selected ? <Check size={14} strokeWidth={2.5} aria-hidden="true" /> : null}
      </span>
    </button>
  );
}
