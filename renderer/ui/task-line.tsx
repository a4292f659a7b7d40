import { Progress } from '@base-ui/react/progress';
import type { ReactNode } from 'react';

/** What is being done, in words, with a bar. @param fraction 0…1; null: nobody knows */
export function TaskLine({ fraction, children }: { fraction: number | null; children: ReactNode }): ReactNode {
  return (
    <Progress.Root value={fraction === null ? null : Math.round(fraction * 100)} className="grid gap-2">
      <Progress.Label className="t-small font-[550]" render={<output className="block" />}>
        {children}
      </Progress.Label>
      <Progress.Track className="h-1 overflow-hidden rounded-full bg-sunken edge">
        <Progress.Indicator className="h-full bg-accent data-indeterminate:w-1/3" />
      </Progress.Track>
    </Progress.Root>
  );
}
