import { Popover } from '@base-ui/react/popover';
import { CalendarDays, ChevronDown, ChevronUp, Search, X } from 'lucide-react';
import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { searchTotalMost } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { IconButton, useNow } from '../ui/index.ts';
import { DateJump } from './date-jump.tsx';
import { findFieldId } from './focus-find.ts';
import { useFind } from './use-find.ts';

/** Search in the open conversation: Enter goes to the match before, Shift Enter to the one after; and the way to a date. */
export function FindBar({ id, onLook }: { id: string; onLook: (looking: string) => void }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const [typed, setTyped] = useState('');
  const [choosing, setChoosing] = useState(false);
  const nowMs = useNow();
  const { state, step } = useFind(id, typed);

  useEffect(() => {
    document.getElementById(findFieldId)?.focus();
    return () => onLook('');
  }, [onLook]);

  const close = () => {
    go.findHere(false);
    document.querySelector<HTMLElement>('[data-composer]')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      return close();
    }
    const by =
      event.key === 'Enter' ? (event.shiftKey ? -1 : 1) : event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    void step(by);
  };
  const said =
    state.kind === 'failed'
      ? t('messages.find.failed')
      : state.kind !== 'found'
        ? ''
        : state.total === 0
          ? t('messages.find.nothing')
          : t(state.total < searchTotalMost ? 'messages.find.place' : 'messages.find.most', {
              place: state.at + 1,
              total: state.total,
            });
  const none = state.kind !== 'found' || state.total === 0;
  return (
    <search
      data-find
      className="block flex-none border-b border-line bg-surface px-3 py-1.5 max-pair:px-2"
      aria-label={t('messages.find.label')}
    >
      <div className="mx-auto flex max-w-[46rem] items-center gap-1">
        <div className="flex min-h-[34px] min-w-0 flex-1 items-center gap-2 rounded-r2 bg-raised ps-2.5 pe-2 text-ink-3 edge focus-within:edge-focus">
          <Search size={15} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
          <input
            id={findFieldId}
            type="text"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              onLook(event.target.value);
            }}
            onKeyDown={onKeyDown}
            aria-label={t('messages.find.label')}
            placeholder={t('messages.find.label')}
            dir="auto"
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            className="field-inner min-w-0 flex-1 bg-transparent py-1 text-ink"
          />
          <output className="t-small flex-none whitespace-nowrap text-ink-2">{said}</output>
        </div>
        <IconButton
          icon={ChevronUp}
          label={t('messages.find.earlier')}
          keys="Enter"
          disabled={none}
          onClick={() => void step(1)}
        />
        <IconButton
          icon={ChevronDown}
          label={t('messages.find.later')}
          keys="Shift Enter"
          disabled={none}
          onClick={() => void step(-1)}
        />
        <Popover.Root open={choosing} onOpenChange={setChoosing}>
          <Popover.Trigger render={<IconButton icon={CalendarDays} label={t('messages.date.jump')} />} />
          <Popover.Portal>
            <Popover.Positioner sideOffset={4} align="end" className="z-(--z-popover)">
              <DateJump id={id} fromMs={nowMs} nowMs={nowMs} onDone={() => setChoosing(false)} />
            </Popover.Positioner>
          </Popover.Portal>
        </Popover.Root>
        <IconButton icon={X} label={t('messages.find.close')} keys="Esc" onClick={close} />
      </div>
    </search>
  );
}
