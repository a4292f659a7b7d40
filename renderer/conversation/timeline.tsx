import { useEffect, useMemo, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { freshTimeline, useSession, useUi, type TimelineState } from '../state/index.ts';
import { Button, useNow } from '../ui/index.ts';
import { Bubble } from './bubble.tsx';
import { CallEvent } from './call-event.tsx';
import { useChatTools } from './chat-tools.ts';
import { DayLine, NewLine } from './separators.tsx';
import { TimelineOpening } from './timeline-opening.tsx';
import { timelineRows, type TimelineRow } from './timeline-rows.ts';
import { ToNewest } from './to-newest.tsx';
import { useNewLine } from './use-new-line.ts';
import { useRead } from './use-read.ts';
import { covers, useTimelineScroll, type Shown } from './use-timeline-scroll.ts';

/** Messages and calls, virtualised: a piece of the conversation, which is read on at both of its ends. */
export function Timeline({ empty }: { empty: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const { timelines } = useSession();
  const { id, name, select, selection, order } = useChatTools();
  const timeline = useUi((state) => state.timelines.get(id)) ?? freshTimeline;
  const unread = useUi((state) => state.conversations.get(id)?.unread ?? 0);
  const [newFromMs, setSeeing] = useNewLine(id);
  const lineMs = newFromMs !== null && covers(timeline, newFromMs) ? newFromMs : null;
  const rows = useMemo(() => timelineRows(timeline.items.values(), lineMs), [timeline.items, lineMs]);
  const { scroller, virtual, place, shown, onScroll, toNewest } = useTimelineScroll(id, timeline, rows, newFromMs);
  const nowMs = useNow();

  useEffect(() => timelines.open(id), [timelines, id]);
  useEffect(() => setSeeing(place === 'end'), [setSeeing, place]);
  useRead(id, place === 'end');

  /** Up and down go from message to message; with Shift they choose them; End goes to the newest. */
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || scroller.current === null) return;
    if (event.key === 'End' && timeline.newer) return toNewest();
    if (event.key === 'Escape' && selection.anchor !== null) {
      event.stopPropagation();
      return select({ type: 'clear' });
    }
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step === 0) return;
    const bubbles = [...scroller.current.querySelectorAll<HTMLElement>('[data-message]')];
    const at = bubbles.findIndex((bubble) => bubble === document.activeElement);
    const next = at < 0 ? bubbles.at(-1) : bubbles[at + step];
    if (next === undefined) return;
    event.preventDefault();
    if (event.shiftKey) {
      const messages = order();
      const messageOf = (bubble: HTMLElement | undefined) => messages.find((each) => each.id === bubble?.dataset['message']);
      const [from, to] = [messageOf(bubbles[at]), messageOf(next)];
      if (from !== undefined && selection.anchor === null) select({ type: 'toggle', message: from });
      if (to !== undefined) select({ type: 'extend', message: to, order: messages });
    }
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  };

  if (!timeline.ready) return <TimelineOpening failed={timeline.failed !== null} />;
  if (rows.length === 0) return <div className="grid min-h-0 flex-1 place-items-center overflow-y-auto p-6">{empty}</div>;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its arrow keys go from message to message */}
      <div
        ref={scroller}
        role="log"
        // Rows come and go as one scrolls: what is new is said by the page's own live region.
        aria-live="off"
        aria-label={t('conversation.timeline', { name })}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it, it can't be scrolled by keyboard (WCAG 2.1.1)
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        className="thin-scroll flex min-h-0 flex-1 flex-col overflow-y-auto px-5 pt-4 [overflow-anchor:none] max-pair:px-3 focus-visible:-outline-offset-2"
      >
        <Edge timeline={timeline} way="older" />
        <div className="relative mx-auto mt-auto w-full max-w-[46rem] flex-none" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Row row={row} shown={shown} nowMs={nowMs} />
              </div>
            );
          })}
        </div>
        <Edge timeline={timeline} way="newer" />
      </div>
      {place === 'away' ? <ToNewest unread={unread} onGo={toNewest} /> : null}
    </div>
  );
}

function Row({ row, shown, nowMs }: { row: TimelineRow; shown: Shown | null; nowMs: number }): ReactNode {
  const { name, writable } = useChatTools();
  if (row.kind === 'day') return <DayLine atMs={row.atMs} nowMs={nowMs} />;
  if (row.kind === 'new') return <NewLine />;
  if (row.kind === 'call') return <CallEvent call={row.call} name={name} callable={writable} />;
  return <Bubble row={row} shown={shown?.id === row.id ? shown : null} />;
}

/** What stands beyond the first or the last item that is held: that more is being read, or could not be. */
function Edge({ timeline, way }: { timeline: TimelineState; way: 'older' | 'newer' }): ReactNode {
  const { t } = useTranslation();
  const { timelines } = useSession();
  const { id } = useChatTools();
  if (timeline.loading === way) {
    return (
      <p className="t-small flex-none py-2 text-center text-ink-2">
        {t(way === 'older' ? 'conversation.older' : 'messages.newer')}
      </p>
    );
  }
  if (timeline.failed !== way) return null;
  return (
    <div role="alert" className="t-small flex flex-none flex-wrap items-center justify-center gap-2 py-2 text-danger-ink">
      {t(way === 'older' ? 'messages.olderFailed' : 'messages.newerFailed')}
      <Button onClick={() => void (way === 'older' ? timelines.loadOlder(id) : timelines.loadNewer(id))}>
        {t('messages.retry')}
      </Button>
    </div>
  );
}
