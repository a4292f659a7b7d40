import type { ReactNode } from 'react';

/** The last seconds of what is being recorded, the newest at the end. */
export function LiveWave({ peaks }: { peaks: readonly number[] }): ReactNode {
  return (
    <div aria-hidden="true" dir="ltr" className="flex h-7 min-w-0 flex-1 items-center justify-end overflow-hidden">
      {peaks.map((peak, index) => (
        <span
          // oxlint-disable-next-line react/no-array-index-key -- places on a line, not things
          key={index}
          className="mx-px w-[2px] flex-none rounded-full bg-thread"
          style={{ height: Math.max(2, (peak / 255) * 26) }}
        />
      ))}
    </div>
  );
}
