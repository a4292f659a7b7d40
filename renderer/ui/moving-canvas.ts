import { onPaint } from './paint-clock.ts';

export interface MovingCanvas {
  /** Its units are CSS px; (0, 0) is the upper left corner of the host. */
  readonly context: OffscreenCanvasRenderingContext2D;
  /** CSS px; 0 while the host has no size. */
  readonly width: number;
  readonly height: number;
  /** The host's text colour. */
  readonly colour: string;
  clear(): void;
}

/**
 * A canvas that fills `host` until the returned function is called. What is drawn on it goes straight to the compositor: no
 * style, layout or paint of the page. What moves in one place shares one: each is a delivery of its own to the display's process.
 * Nothing moves where a canvas can't be had.
 * @param paint draws the next picture, at a time on the page's steady clock; asked again when the canvas has another size, which
 * empties it
 */
export function openMovingCanvas(host: HTMLElement, paint: (canvas: MovingCanvas, timeMs: number) => void): () => void {
  const element = document.createElement('canvas');
  element.style.cssText = 'position:absolute;inset:0;width:100%;height:100%';
  const canvas = element.transferControlToOffscreen();
  const context = canvas.getContext('2d');
  if (context === null) return () => undefined;
  host.append(element);
  let width = 0;
  let height = 0;
  const moving: MovingCanvas = {
    context,
    get width() {
      return width;
    },
    get height() {
      return height;
    },
    get colour() {
      return getComputedStyle(host).color;
    },
    clear: () => context.clearRect(0, 0, width, height),
  };
  const observer = new ResizeObserver(() => {
    const scale = devicePixelRatio;
    width = host.clientWidth;
    height = host.clientHeight;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.scale(scale, scale);
    paint(moving, performance.now());
  });
  observer.observe(host);
  const leave = onPaint((timeMs) => paint(moving, timeMs));
  return () => {
    leave();
    observer.disconnect();
    element.remove();
  };
}
