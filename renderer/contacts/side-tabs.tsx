import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi, type SideTab } from '../state/index.ts';
import { cx } from '../ui/index.ts';

const tabs: readonly SideTab[] = ['recent', 'people', 'calls'];

/** Which list is shown. Arrow keys move between tabs, as tabs do. */
export function SideTabs({ panelId }: { panelId: string }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const tab = useUi((state) => state.tab);
  const move = (event: KeyboardEvent<HTMLElement>, by: number) => {
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    go.tab(next);
    event.currentTarget.parentElement?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const forward = document.documentElement.dir === 'rtl' ? -1 : 1;
    if (event.key === 'ArrowRight') move(event, forward);
    if (event.key === 'ArrowLeft') move(event, -forward);
  };
  return (
    <div role="tablist" aria-label={t('side.tabs.label')} className="flex flex-wrap gap-0.5 px-0.5 pt-2.5 pb-1.5">
      {tabs.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          data-tab={each}
          aria-selected={tab === each}
          aria-controls={panelId}
          tabIndex={tab === each ? 0 : -1}
          onClick={() => go.tab(each)}
          onKeyDown={onKeyDown}
          className={cx(
            'min-h-[28px] rounded-full px-[11px] text-[0.8125rem] font-medium',
            tab === each ? 'bg-selected text-ink' : 'text-ink-2 hover:bg-hover',
          )}
        >
          {t(`side.tabs.${each}`)}
        </button>
      ))}
    </div>
  );
}
