/**
 * Ten times a second: a sixth of the work of a display's rate. Every paint wakes the page's main thread, the compositor and the
 * display's process; on a computer without a graphics card that was half of a call's CPU time.
 */
const paintEveryMs = 100;

const painters = new Set<(timeMs: number) => void>();
let timer: ReturnType<typeof setInterval> | null = null;

/** Calls `paint` for each picture of what moves. All painters share one clock, so that they share the display's work too. */
export function onPaint(paint: (timeMs: number) => void): () => void {
  painters.add(paint);
  timer ??= setInterval(paintAll, paintEveryMs);
  return () => {
    painters.delete(paint);
    if (painters.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function paintAll(): void {
  if (document.hidden) return;
  const timeMs = performance.now();
  for (const paint of painters) paint(timeMs);
}
