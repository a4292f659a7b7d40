import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useUi } from '../state/index.ts';
import { FoundMessage } from './found-message.tsx';
import { PersonRow } from './person-row.tsx';
import { RequestCard } from './request-card.tsx';
import type { SideRow } from './side-rows.ts';

/** First guesses in px; rows are measured once shown. */
const guesses: Record<SideRow['kind'], number> = { section: 32, request: 140, person: 56, message: 66 };

interface SideListProps {
  readonly rows: readonly SideRow[];
  readonly label: string;
  readonly panelId: string;
  /** The last row came into view. */
  readonly onEnd: () => void;
}

/** A virtualised list with one stop for Tab; arrow keys, Home and End move inside it. */
export function SideList({ rows, label, panelId, onEnd }: SideListProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState(0);
  const openId = useUi((state) => (state.view.kind === 'conversation' ? state.view.id : null));
  const tab = useUi((state) => state.tab);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by a compiler
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => guesses[rows[index]?.kind ?? 'person'],
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  const shownTo = virtual.getVirtualItems().at(-1)?.index ?? -1;
  useEffect(() => {
    if (shownTo >= rows.length - 1) onEnd();
  }, [shownTo, rows.length, onEnd]);
  const people = rows.flatMap((row, index) => (row.kind === 'person' || row.kind === 'message' ? [index] : []));
  const tabStop = people.includes(stop) ? stop : (people[0] ?? -1);

  const moveTo = (index: number | undefined) => {
    if (index === undefined) return;
    setStop(index);
    virtual.scrollToIndex(index);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = people.indexOf(tabStop);
    const target = { ArrowDown: people[at + 1], ArrowUp: people[at - 1], Home: people[0], End: people.at(-1) }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    moveTo(target);
  };

  return (
    <div
      ref={scroller}
      id={panelId}
      role="tabpanel"
      aria-label={label}
      data-side-list
      className="thin-scroll -mx-1 min-h-0 flex-1 overflow-y-auto px-1 pb-3"
    >
      <ul className="relative" style={{ height: virtual.getTotalSize() }} aria-label={label}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {row.kind === 'section' ? (
                <div className="t-meta flex items-center justify-between gap-2 px-2 pt-2.5 pb-1 text-ink-3">
                  <span>{row.title}</span>
                  <span>{row.count}</span>
                </div>
              ) : row.kind === 'request' ? (
                <RequestCard person={row.person} />
              ) : row.kind === 'message' ? (
                <FoundMessage
                  row={row}
                  tabbable={item.index === tabStop}
                  onFocus={() => setStop(item.index)}
                  onKeyDown={onKeyDown}
                />
              ) : (
                <PersonRow
                  row={row}
                  current={row.accountKey === openId && tab !== 'calls'}
                  tabbable={item.index === tabStop}
                  onFocus={() => setStop(item.index)}
                  onKeyDown={onKeyDown}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
