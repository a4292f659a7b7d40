import { Slider } from '@base-ui/react/slider';
import { useRef, useState, type ReactNode } from 'react';

interface SliderFieldProps {
  /** Stands above it, and is its name. */
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value in words, beside the label and for assistive technology. */
  readonly say: (value: number) => string;
  /** Where it stands while it is moved. */
  readonly onMove?: (value: number) => void;
  /** It was let go, or moved by a key: the time to keep it. Resolves when it is kept, or refused. */
  readonly onSettle: (value: number) => Promise<void>;
}

/** A number between two ends, set by pointer or arrow keys. */
export function SliderField({ label, value, min, max, step, say, onMove, onSettle }: SliderFieldProps): ReactNode {
  /** Where it stands while it is moved, and until that is kept. */
  const [moved, setMoved] = useState<number | null>(null);
  const lastMove = useRef(0);
  const shown = moved ?? value;
  // A key that is held moves it faster than a value is kept: what comes back from an earlier step must not pull it back.
  const settle = async (next: number): Promise<void> => {
    lastMove.current += 1;
    const thisMove = lastMove.current;
    await onSettle(next);
    if (lastMove.current === thisMove) setMoved(null);
  };
  return (
    <Slider.Root
      value={shown}
      min={min}
      max={max}
      step={step}
      onValueChange={(next) => {
        setMoved(next);
        onMove?.(next);
      }}
      onValueCommitted={(next) => void settle(next)}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3"
    >
      <Slider.Label title={label} className="cut font-[550]">
        {label}
      </Slider.Label>
      <Slider.Value className="t-small text-ink-2">{() => say(shown)}</Slider.Value>
      <Slider.Control className="col-span-2 flex min-h-8 touch-none items-center px-2 select-none">
        <Slider.Track className="h-1 w-full rounded-full bg-line-strong">
          <Slider.Indicator className="rounded-full bg-accent" />
          <Slider.Thumb
            getAriaValueText={(_formatted, now) => say(now)}
            className="size-5 rounded-full border-2 border-raised bg-accent [box-shadow:var(--e-1)] has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-focus"
          />
        </Slider.Track>
      </Slider.Control>
    </Slider.Root>
  );
}
