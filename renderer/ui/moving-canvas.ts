export interface MovingCanvas {
  /** Its units are CSS px; (0, 0) is the upper left corner of the host. */
  readonly context: OffscreenCanvasRenderingContext2D;
  /** CSS px; 0 while the host has no size. */
  readonly width: number;
  readonly height: number;
  clear(): void;
  remove(): void;
}

/**
 * A canvas that fills `host`, in the host's text colour. What is drawn on it goes straight to the compositor: no style, layout
 * or paint of the page. Null where a canvas can't be had.
 */
export function openMovingCanvas(host: HTMLElement): MovingCanvas | null {
  const element = document.createElement('canvas');
  element.style.cssText = 'position:absolute;inset:0;width:100%;height:100%';
  const canvas = element.transferControlToOffscreen();
  const context = canvas.getContext('2d');
  if (context === null) return null;
  host.append(element);
  let width = 0;
  let height = 0;
  const observer = new ResizeObserver(() => {
    const scale = devicePixelRatio;
    width = host.clientWidth;
    height = host.clientHeight;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.scale(scale, scale);
  });
  observer.observe(host);
  return {
    context,
    get width() {
      return width;
    },
    get height() {
      return height;
    },
    clear: () => context.clearRect(0, 0, width, height),
    remove() {
      observer.disconnect();
      element.remove();
    },
  };
}
