import { useId, useMemo, type KeyboardEvent, type ReactNode } from 'react';
import { resampled } from '../state/index.ts';
import { clockText } from '../ui/index.ts';

/** A bar and its gap, and the height, in the drawing's own units. */
const barStep = 4;
/** px, however wide the drawing is. */
const barWidth = 2;
const high = 28;
/** Silence is a dot, not nothing. */
const lowest = 2;
const bars = 44;

/** Arrow keys, and Page keys. */
const stepMs = 2_000;
const leapMs = 10_000;

interface WaveProps {
  readonly waveform: readonly number[];
  readonly durationMs: number;
  readonly positionMs: number;
  /** Its accessible name. */
  readonly label: string;
  /** "0:07 of 0:24". */
  readonly say: (positionMs: number) => string;
  readonly onSeek: (positionMs: number) => void;
  readonly disabled?: boolean;
  /** Whether Tab stops here. */
  readonly tabStop: boolean;
}

/** The waveform of a recording: gold up to where it is played, and a slider by pointer and keys. Runs left to right, as clocks do. */
export function VoiceWave({
  waveform,
  durationMs,
  positionMs,
  label,
  say,
  onSeek,
  disabled = false,
  tabStop,
}: WaveProps): ReactNode {
  const clip = useId();
  const path = useMemo(() => wavePath(resampled(waveform, bars)), [waveform]);
  const played = Math.max(0, Math.min(1, positionMs / durationMs));
  const clamp = (ms: number) => Math.max(0, Math.min(durationMs, ms));
  const onKeyDown = (event: KeyboardEvent) => {
    const target = keyTarget(event.key, positionMs, durationMs);
    if (target === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    onSeek(clamp(target));
  };
  return (
    <div
      dir="ltr"
      className="relative h-8 min-w-0 flex-1 rounded-r1 has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-focus"
    >
      <svg viewBox={`0 0 ${bars * barStep} ${high}`} preserveAspectRatio="none" aria-hidden="true" className="size-full">
        <clipPath id={clip}>
          <rect x={0} y={0} width={bars * barStep * played} height={high} />
        </clipPath>
        <path
          d={path}
          className="fill-none stroke-line-strong"
          strokeWidth={barWidth}
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
        <path
          d={path}
          clipPath={`url(#${clip})`}
          className="fill-none stroke-thread"
          strokeWidth={barWidth}
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <input
        type="range"
        min={0}
        max={durationMs}
        step={1}
        value={clamp(positionMs)}
        disabled={disabled}
        tabIndex={tabStop ? 0 : -1}
        aria-label={label}
        aria-valuetext={say(positionMs)}
        onKeyDown={onKeyDown}
        onChange={(event) => onSeek(clamp(event.target.valueAsNumber))}
        className="absolute inset-0 m-0 size-full cursor-pointer appearance-none opacity-0 [&::-webkit-slider-thumb]:w-px [&::-webkit-slider-thumb]:appearance-none"
      />
    </div>
  );
}

function wavePath(peaks: readonly number[]): string {
  return peaks
    .map((peak, index) => {
      const tall = Math.max(0.01, (peak / 255) * (high - lowest));
      const x = (index + 0.5) * barStep;
      return `M${x} ${((high - tall) / 2).toFixed(1)}v${tall.toFixed(2)}`;
    })
    .join('');
}

function keyTarget(key: string, positionMs: number, durationMs: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return positionMs + stepMs;
    case 'ArrowLeft':
      return positionMs - stepMs;
    case 'PageUp':
      return positionMs + leapMs;
    case 'PageDown':
      return positionMs - leapMs;
    case 'Home':
      return 0;
    case 'End':
      return durationMs;
    default:
      return null;
  }
}

/** A position for those who hear it: "0:07". */
export const positionText = (ms: number): string => clockText(Math.round(ms));
