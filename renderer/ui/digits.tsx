import { useEffect, useState, type ReactNode } from 'react';

const two = (n: number): string => String(n).padStart(2, '0');

/** Minutes and seconds, hours only when there are some: 0:08, 12:47, 1:02:03. */
export function clockText(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Digits of equal width (the font has no tabular figures), left to right in every language. */
export function Digits({ text }: { text: string }): ReactNode {
  return (
    <span className="whitespace-nowrap" dir="ltr">
      <span className="sr-only">{text}</span>
      <span aria-hidden="true">
        {text.split('').map((character, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- places of a clock, not things
          <span key={index} className={/\d/u.test(character) ? 'inline-block w-[0.6em] text-center' : undefined}>
            {character}
          </span>
        ))}
      </span>
    </span>
  );
}

/** A running clock from the moment it is first shown. */
export function Stopwatch(): ReactNode {
  const [sinceMs] = useState(() => Date.now());
  return <Timer sinceMs={sinceMs} />;
}

/** A running clock from `sinceMs`; ticks on the second, says nothing to live regions. */
export function Timer({ sinceMs }: { sinceMs: number }): ReactNode {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const now = Date.now();
      setNowMs(now);
      timer = setTimeout(tick, 1000 - ((now - sinceMs) % 1000) + 5);
    };
    tick();
    return () => clearTimeout(timer);
  }, [sinceMs]);
  return <Digits text={clockText(nowMs - sinceMs)} />;
}
