import { useEffect, useRef, type ReactNode } from 'react';

/** How many ticks of `count` a level (0…1) lights. Speech sits around 0.05–0.3 of full scale, so the scale is a root. */
export const ticksLit = (level: number, count: number): number =>
  Math.round(Math.min(1, Math.sqrt(Math.max(0, level)) * 1.15) * count);

interface LevelTicksProps {
  readonly label: string;
  readonly count?: number;
  /** Called with a sink for levels (0…1); returns how to stop. */
  readonly listen: (sink: (level: number) => void) => () => void;
}

/** A meter of gold ticks. Drawn without React: twenty values a second. */
export function LevelTicks({ label, count = 44, listen }: LevelTicksProps): ReactNode {
  const meter = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      listen((level) => {
        const element = meter.current;
        if (element === null) return;
        const lit = ticksLit(level, count);
        element.setAttribute('aria-valuenow', String(lit));
        for (const [index, tick] of [...element.children].entries()) tick.toggleAttribute('data-lit', index < lit);
      }),
    [listen, count],
  );
  return (
    <div
      ref={meter}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the ticks are drawn by us; <meter> draws its own
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={count}
      aria-valuenow={0}
      className="flex h-[22px] items-stretch justify-between gap-[3px]"
    >
      {Array.from({ length: count }, (_, index) => (
        <i
          key={index}
          className="flex-[0_1_4px] rounded-[2px] bg-[light-dark(oklch(0.86_0.008_90),oklch(0.36_0.014_225))] data-lit:bg-thread"
        />
      ))}
    </div>
  );
}
