import type { Rectangle } from 'electron';

/** UI.md: the small windows of a call, and of somebody who rings. */
export const smallWindow = { width: 372, height: 216 } as const;
/** px to the edges of the screen. */
const margin = 28;

/**
 * Where a small window stands: at the lower end corner of what a screen leaves free.
 * @param zoom what its page is enlarged by; the window grows along, as far as there is room
 */
export function cornerOf(area: Rectangle, direction: 'ltr' | 'rtl', zoom = 1): Rectangle {
  const width = Math.min(Math.round(smallWindow.width * zoom), area.width);
  const height = Math.min(Math.round(smallWindow.height * zoom), area.height);
  const start = area.x + Math.min(margin, area.width - width);
  const end = area.x + Math.max(0, area.width - width - margin);
  return { width, height, x: direction === 'ltr' ? end : start, y: area.y + Math.max(0, area.height - height - margin) };
}
