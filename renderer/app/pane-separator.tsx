import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { cssWidth, growthOf, paneLimits, paneWidth, widthAfterKey, type PaneName } from './pane-sizes.ts';

/** The style sheet's names for the widths, on the element that lays the panes out. */
export const paneProperty: Readonly<Record<PaneName, string>> = { sidebar: '--side-w', panel: '--panel-w' };
const settingOf = { sidebar: 'sidebarRem', panel: 'panelRem' } as const;

const remPx = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** The line between two panes: dragged, or moved by arrow keys; a double click or Enter gives back the first width. */
export function PaneSeparator({
  name,
  pane,
  layout,
}: {
  name: PaneName;
  /** The pane whose width it changes. */
  pane: RefObject<HTMLElement | null>;
  /** The element that has the width as a property. */
  layout: RefObject<HTMLElement | null>;
}): ReactNode {
  const { t } = useTranslation();
  const { settings } = useSession();
  const limits = paneLimits[name];
  const drag = useRef<{ readonly fromX: number; readonly fromRem: number; wanted: number | null } | null>(null);
  const [nowRem, setNowRem] = useState<number | null>(null);

  useEffect(() => {
    const element = pane.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setNowRem(element.offsetWidth / remPx()));
    observer.observe(element);
    return () => observer.disconnect();
  }, [pane]);

  const windowRem = () => innerWidth / remPx();
  const growth = () => growthOf(name, document.documentElement.dir === 'rtl');
  const widthNow = () => (pane.current?.offsetWidth ?? 0) / remPx();
  const keep = (rem: number | null) => void settings.change({ [settingOf[name]]: rem });
  /** At once, past React: every frame of a drag would draw the whole window anew. */
  const show = (rem: number) => layout.current?.style.setProperty(paneProperty[name], cssWidth(limits, rem));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = widthAfterKey({ key: event.key, shift: event.shiftKey }, widthNow(), limits, windowRem(), growth());
    if (next === undefined) return;
    event.preventDefault();
    keep(next);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { fromX: event.clientX, fromRem: widthNow(), wanted: null };
  };
  const onPointerMove = ({ clientX }: PointerEvent) => {
    if (drag.current === null) return;
    const moved = ((clientX - drag.current.fromX) / remPx()) * growth();
    drag.current.wanted = paneWidth(limits, drag.current.fromRem + moved, windowRem());
    show(drag.current.wanted);
  };
  const onPointerUp = () => {
    const wanted = drag.current?.wanted ?? null;
    drag.current = null;
    if (wanted !== null) keep(wanted);
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a separator with a value is a control (WAI-ARIA 1.2)
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an hr is no control
      role="separator"
      aria-orientation="vertical"
      aria-label={t(`panes.${name}`)}
      aria-valuemin={Math.round(limits.minRem)}
      aria-valuemax={Math.round(limits.maxRem)}
      aria-valuenow={Math.round(nowRem ?? limits.minRem)}
      title={t('panes.help')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
      tabIndex={0}
      onKeyDown={onKeyDown}
      onDoubleClick={() => keep(null)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      // Inside of the pane it begins, whose landmark it so belongs to.
      className="absolute inset-y-0 start-0 z-(--z-header) w-1.5 touch-none cursor-col-resize -outline-offset-2 after:absolute after:inset-y-0 after:start-0 after:w-0.5 hover:after:bg-line-strong active:after:bg-accent"
    />
  );
}
