import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf, missingCase, timeOf, useSession, useUi, type TimelineState } from '../state/index.ts';
import type { TimelineRow } from './timeline-rows.ts';

/** px from the end within which the reader is "at the end" and follows new messages. */
const endWithin = 60;
/** px from either end of what is held at which more is asked for. */
const moreWithin = 600;
/** How long a message stands out after somebody was led to it. */
const standsOutMs = 3_000;
/** First guesses in px; rows are measured once shown. */
const guesses: Record<TimelineRow['kind'], number> = { day: 44, new: 36, call: 56, bubble: 44 };

/** Where the list is to be, as soon as its rows are there. */
type Wish =
  | { readonly kind: 'end' }
  | { readonly kind: 'new' }
  | { readonly kind: 'message'; readonly id: string }
  | { readonly kind: 'time'; readonly ms: number };

export interface Shown {
  readonly id: string;
  readonly typed: string;
}

export interface TimelineScroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly virtual: Virtualizer<HTMLDivElement, Element>;
  /** Where the reader is; null: not known yet. */
  readonly place: 'end' | 'away' | null;
  /** The message that somebody was led to. */
  readonly shown: Shown | null;
  readonly onScroll: () => void;
  readonly toNewest: () => void;
}

/** Moves the timeline: begins at what is new, follows the end, goes where somebody wants to be led, and reads on at both ends. */
export function useTimelineScroll(
  id: string,
  timeline: TimelineState,
  rows: readonly TimelineRow[],
  newFromMs: number | null,
): TimelineScroll {
  const { t } = useTranslation();
  const { timelines, notify, go, store } = useSession();
  const reveal = useUi((state) => (state.reveal?.conversationId === id ? state.reveal : null));
  const scroller = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  /** Where the list stood when it was last looked at, in px. */
  const lastTop = useRef(0);
  const wish = useRef<Wish | null>(null);
  const begun = useRef(false);
  const [asked, ask] = useState(0);
  const [place, setPlace] = useState<'end' | 'away' | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);

  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by a compiler
  const virtual = useVirtualizer<HTMLDivElement, Element>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => guesses[rows[index]?.kind ?? 'bubble'],
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 10,
    paddingEnd: 8,
    // Rows that come or go at either end leave what is being read where it is.
    anchorTo: 'end',
  });
  const total = virtual.getTotalSize();

  /** Where the reader is now, and what is needed there. */
  const look = useCallback(() => {
    const element = scroller.current;
    const now = store.getState().timelines.get(id);
    if (element === null || now?.ready !== true || wish.current !== null) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    // Rows that grow (the window became narrow) move the end away from a reader who did not move: only scrolling back leaves it.
    const isStill = following.current && element.scrollTop >= lastTop.current;
    lastTop.current = element.scrollTop;
    following.current = (below <= endWithin || isStill) && !now.newer;
    if (following.current && isStill && below > 1) element.scrollTop = element.scrollHeight;
    setPlace(following.current ? 'end' : 'away');
    // What failed is tried again when somebody says so.
    if (element.scrollTop < moreWithin && now.failed !== 'older') void timelines.loadOlder(id);
    if (below < moreWithin && now.failed !== 'newer') void timelines.loadNewer(id);
  }, [id, store, timelines]);

  const toNewest = useCallback(() => {
    wish.current = { kind: 'end' };
    void notify.attempt(() => timelines.toNewest(id)).then(() => ask((count) => count + 1));
  }, [id, notify, timelines]);

  // Begins once the first items are there: at what is new, else at the end. Whoever wants to be led elsewhere says so below.
  useLayoutEffect(() => {
    if (begun.current || !timeline.ready) return;
    begun.current = true;
    if (store.getState().reveal?.conversationId === id) return;
    wish.current = newFromMs === null ? { kind: 'end' } : { kind: 'new' };
    if (newFromMs !== null && !covers(timeline, newFromMs)) {
      void notify.attempt(() => timelines.show(id, { ms: newFromMs })).then(() => ask((count) => count + 1));
    }
  }, [timeline, newFromMs, id, store, notify, timelines]);

  useEffect(() => {
    if (reveal === null || !timeline.ready) return;
    const { to } = reveal;
    go.revealed();
    if (to.kind === 'newest') return toNewest();
    following.current = false;
    wish.current = to;
    if (to.kind === 'message') setShown({ id: to.id, typed: to.typed });
    const isGone = () => {
      wish.current = null;
      notify.say(t('conversation.quote.gone'));
    };
    timelines.show(id, to.kind === 'message' ? { messageId: to.id } : { ms: to.ms }).then(
      () => {
        // It was hidden: its place is there, it is not.
        const held = store.getState().timelines.get(id)?.items;
        if (to.kind === 'message' && wish.current === to && held?.has(to.id) !== true) isGone();
        ask((count) => count + 1);
      },
      (error: unknown) => {
        if (codeOf(error) === 'NO_SUCH_MESSAGE') return isGone();
        wish.current = null;
        notify.fail(error);
      },
    );
  }, [reveal, timeline.ready, id, go, notify, t, timelines, toNewest, store]);

  // Takes the list where it is wanted, once the rows are there; else the end is followed, which moves as rows are measured.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || !timeline.ready) return;
    const wanted = wish.current;
    if (wanted !== null) {
      const target = targetOf(wanted, rows, timeline);
      if (target === null) return;
      wish.current = null;
      following.current = target === 'end';
      if (target !== 'end') virtual.scrollToIndex(target.index, { align: target.align });
    }
    if (following.current) element.scrollTop = element.scrollHeight;
  }, [total, rows, timeline, asked, virtual]);

  // Short conversations are never scrolled: where they are is seen once they are laid out.
  useEffect(() => {
    const frame = requestAnimationFrame(() => requestAnimationFrame(look));
    return () => cancelAnimationFrame(frame);
  }, [total, rows, asked, look]);

  // The composer below grows while something is written: the end stays in sight. An empty conversation has no list to look at yet.
  const isEmpty = rows.length === 0;
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      if (following.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the list is there once both are so
  }, [timeline.ready, isEmpty]);

  useFocusOn(scroller, shown);
  useEffect(() => {
    if (shown === null) return undefined;
    const timer = setTimeout(() => setShown(null), standsOutMs);
    return () => clearTimeout(timer);
  }, [shown]);

  return { scroller, virtual, place, shown, onScroll: look, toNewest };
}

/** A moment lies within what is held, or at its end. */
export function covers(timeline: TimelineState, ms: number): boolean {
  const times = [...timeline.items.values()].map(timeOf);
  return times.some((time) => time >= ms) && (!timeline.older || times.some((time) => time <= ms));
}

/** The row that is wanted and where on screen it is to be; null: it is not there yet. */
function targetOf(
  wanted: Wish,
  rows: readonly TimelineRow[],
  timeline: TimelineState,
): 'end' | null | { readonly index: number; readonly align: 'start' | 'center' } {
  switch (wanted.kind) {
    case 'end':
      return timeline.newer ? null : 'end';
    case 'new': {
      const index = rows.findIndex(({ kind }) => kind === 'new');
      if (index >= 0) return { index: Math.max(0, index - 1), align: 'start' };
      // It was deleted meanwhile.
      return timeline.loading === null ? 'end' : null;
    }
    case 'message': {
      const index = rows.findIndex((row) => row.id === wanted.id);
      return index < 0 ? null : { index, align: 'center' };
    }
    case 'time': {
      if (timeline.loading === 'elsewhere') return null;
      const index = rows.findIndex((row) => row.kind !== 'new' && timeOfRow(row) >= wanted.ms);
      return index < 0 ? 'end' : { index, align: 'start' };
    }
    default:
      return missingCase(wanted);
  }
}

const timeOfRow = (row: Exclude<TimelineRow, { kind: 'new' }>): number =>
  row.kind === 'day' ? row.atMs : timeOf(row.kind === 'call' ? row.call : row.message);

/** Puts the focus on the message, as soon as it is drawn; not while somebody goes from hit to hit. */
function useFocusOn(scroller: RefObject<HTMLElement | null>, shown: Shown | null): void {
  const waiting = useRef<Shown | null>(null);
  useEffect(() => {
    if (shown !== null) waiting.current = shown;
  }, [shown]);
  useEffect(() => {
    if (waiting.current === null || document.activeElement?.closest('[data-find]') !== null) return;
    const bubble = scroller.current?.querySelector<HTMLElement>(`[data-message="${waiting.current.id}"]`);
    if (bubble === null || bubble === undefined) return;
    waiting.current = null;
    bubble.focus({ preventScroll: true });
  });
}
