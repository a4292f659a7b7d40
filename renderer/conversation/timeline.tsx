import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi, type Composing } from '../state/index.ts';
import { Button, dayOf, useNow } from '../ui/index.ts';
import { Bubble } from './bubble.tsx';
import { CallEvent } from './call-event.tsx';
import { timelineRows, type TimelineRow } from './timeline-rows.ts';

/** px from the end within which the reader is "at the end" and follows new messages. */
const endWithin = 60;
/** px from the top at which earlier messages are asked for. */
const olderWithin = 400;
/** First guesses in px; rows are measured once shown. */
const guesses: Record<TimelineRow['kind'], number> = { day: 44, call: 56, bubble: 44 };

interface TimelineProps {
  readonly id: string;
  readonly name: string;
  readonly callable: boolean;
  readonly compose: (composing: Composing) => void;
  readonly empty: ReactNode;
}

/** Messages and calls, virtualised. Stays at the end while the reader is there; loads earlier ones on the way up. */
export function Timeline({ id, name, callable, compose, empty }: TimelineProps): ReactNode {
  const { t } = useTranslation();
  const { timelines, notify } = useSession();
  const timeline = useUi((state) => state.timelines.get(id));
  const rows = useMemo(() => timelineRows(timeline?.items.values() ?? []), [timeline?.items]);
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const following = useRef(true);
  const nowMs = useNow();
  const isEmpty = timeline?.ready === true && rows.length === 0;

  useEffect(() => timelines.open(id), [timelines, id]);

  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by a compiler
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => guesses[rows[index]?.kind ?? 'bubble'],
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 10,
    paddingEnd: 8,
  });
  const total = virtual.getTotalSize();

  // Sizes change as rows are measured, so the end moves: follow it until the reader scrolls away.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element !== null && following.current) element.scrollTop = element.scrollHeight;
  }, [total, rows]);

  // The composer below grows while something is written: the end stays in sight.
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      if (following.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isEmpty]);

  // Rows put in before the first one push the rest down: keep what is being read where it is.
  const firstId = rows[0]?.id;
  const before = useRef<{ firstId: string | undefined; total: number }>({ firstId, total });
  useLayoutEffect(() => {
    const element = scroller.current;
    const was = before.current;
    if (element !== null && !following.current && was.firstId !== firstId && was.firstId !== undefined) {
      element.scrollTop += total - was.total;
    }
    before.current = { firstId, total };
  }, [firstId, total]);

  const onScroll = () => {
    const element = scroller.current;
    if (element === null) return;
    const near = element.scrollHeight - element.scrollTop - element.clientHeight <= endWithin;
    following.current = near;
    setAtEnd(near);
    if (element.scrollTop < olderWithin) void notify.attempt(() => timelines.loadOlder(id));
  };

  /** The message that is answered, if it is loaded: in the middle, with the focus. */
  const showMessage = (messageId: string) => {
    const index = rows.findIndex((row) => row.id === messageId);
    if (index < 0) return notify.say(t('conversation.quote.notLoaded'));
    following.current = false;
    virtual.scrollToIndex(index, { align: 'center' });
    requestAnimationFrame(() => focusMessage(scroller.current, messageId));
    return undefined;
  };

  /** Up and down go from message to message. */
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step === 0 || event.altKey || event.ctrlKey || event.metaKey || scroller.current === null) return;
    const bubbles = [...scroller.current.querySelectorAll<HTMLElement>('[data-message]')];
    const at = bubbles.findIndex((bubble) => bubble === document.activeElement);
    const next = at < 0 ? bubbles.at(-1) : bubbles[at + step];
    if (next === undefined) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  };

  if (isEmpty) return <div className="grid min-h-0 flex-1 place-items-center overflow-y-auto p-6">{empty}</div>;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its arrow keys go from message to message */}
      <div
        ref={scroller}
        role="log"
        aria-label={t('conversation.timeline', { name })}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it, it can't be scrolled by keyboard (WCAG 2.1.1)
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        className="thin-scroll flex min-h-0 flex-1 flex-col overflow-y-auto px-5 pt-4 max-pair:px-3 focus-visible:-outline-offset-2"
      >
        {timeline?.loading === true ? <p className="t-small py-2 text-center text-ink-2">{t('conversation.older')}</p> : null}
        <div className="relative mx-auto mt-auto w-full max-w-[46rem] flex-none" style={{ height: total }}>
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
                {row.kind === 'day' ? (
                  <Day text={dayOf(t, row.atMs, nowMs)} />
                ) : row.kind === 'call' ? (
                  <CallEvent call={row.call} name={name} callable={callable} />
                ) : (
                  <Bubble row={row} name={name} writable={callable} compose={compose} onQuote={showMessage} />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {atEnd ? null : (
        <Button
          icon={ArrowDown}
          className="absolute inset-x-0 bottom-2 mx-auto w-fit rounded-full"
          onClick={() => {
            following.current = true;
            scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
          }}
        >
          {t('conversation.newBelow')}
        </Button>
      )}
    </div>
  );
}

const focusMessage = (scroller: HTMLElement | null, id: string): void =>
  scroller?.querySelector<HTMLElement>(`[data-message="${id}"]`)?.focus({ preventScroll: true });

function Day({ text }: { text: string }): ReactNode {
  return (
    <div className="t-meta flex items-center justify-center gap-2.5 pt-3.5 pb-1 text-ink-3">
      <span className="h-px w-[34px] bg-line" />
      {text}
      <span className="h-px w-[34px] bg-line" />
    </div>
  );
}
