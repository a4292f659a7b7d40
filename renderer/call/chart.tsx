import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { barsOf, chartBox, highestOf, linePath, topOf, type ChartPoint } from './chart-geometry.ts';

interface ChartProps {
  readonly title: string;
  /** The newest value in words. */
  readonly value: string;
  readonly kind: 'line' | 'bars';
  readonly points: readonly ChartPoint[];
  /** What the scale may end at. */
  readonly tops: readonly [number, ...number[]];
  readonly inWords: (value: number) => string;
}

/** The last 60 seconds of one figure. Gold is for sound; figures are drawn in ink of the harbour. */
export function Chart({ title, value, kind, points, tops, inWords }: ChartProps): ReactNode {
  const { t } = useTranslation();
  const nowMs = points.at(-1)?.atMs ?? 0;
  const top = topOf(points, tops);
  const highest = highestOf(points);
  return (
    <section className="grid gap-3">
      <h3 className="flex flex-wrap items-baseline justify-between gap-x-3 font-semibold">
        <span>{title}</span>
        <span className="ms-auto text-end">{value}</span>
      </h3>
      <div className="t-meta grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 text-ink-3" dir="ltr">
        <div className="flex min-w-[3.5rem] flex-col items-end justify-between" aria-hidden="true">
          <span className="-mt-2">{inWords(top)}</span>
          <span className="-mb-2">0</span>
        </div>
        <svg
          viewBox={`0 0 ${chartBox.width} ${chartBox.height}`}
          preserveAspectRatio="none"
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn here, not loaded
          role="img"
          aria-label={
            highest === null ? t('call.chart.empty', { title }) : t('call.chart.label', { title, highest: inWords(highest) })
          }
          className="h-11 w-full overflow-visible text-accent-ink"
        >
          <path d={`M0 0H${chartBox.width}`} className="chart-rule" strokeDasharray="2 4" />
          <path d={`M0 ${chartBox.height}H${chartBox.width}`} className="chart-rule" />
          {kind === 'line' ? (
            <path d={linePath(points, top, nowMs)} className="chart-line" />
          ) : (
            barsOf(points, top, nowMs).map(({ key, x, y, height }) => (
              <rect key={key} x={x - 3} y={y} width="3" height={height} fill="currentColor" />
            ))
          )}
        </svg>
        <div className="col-start-2 mt-2 flex justify-between" aria-hidden="true">
          <span>{t('call.chart.from')}</span>
          <span>{t('call.chart.to')}</span>
        </div>
      </div>
    </section>
  );
}
