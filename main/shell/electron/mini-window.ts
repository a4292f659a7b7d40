import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { cornerOf, smallWindow } from './small-window.ts';

/** How a window was before it became small. */
interface Before {
  readonly bounds: Rectangle;
  readonly minimum: readonly [number, number];
  readonly isMaximized: boolean;
}

/** Makes a window small and keeps it above others, at the lower end corner of its screen; and as it was again. */
export function createMiniWindow(): (window: BrowserWindow, on: boolean) => void {
  const before = new WeakMap<BrowserWindow, Before>();

  function shrink(window: BrowserWindow): void {
    const bounds = window.getNormalBounds();
    const [minWidth = 0, minHeight = 0] = window.getMinimumSize();
    before.set(window, { bounds, minimum: [minWidth, minHeight], isMaximized: window.isMaximized() });
    if (window.isMaximized()) window.unmaximize();
    const { workArea } = screen.getDisplayMatching(bounds);
    window.setMinimumSize(smallWindow.width, smallWindow.height);
    window.setBounds(cornerOf(workArea, 'ltr'));
    window.setResizable(false);
    window.setAlwaysOnTop(true, 'floating');
  }

  function restore(window: BrowserWindow, { bounds, minimum, isMaximized }: Before): void {
    before.delete(window);
    window.setAlwaysOnTop(false);
    window.setResizable(true);
    window.setMinimumSize(...minimum);
    window.setBounds(bounds);
    if (isMaximized) window.maximize();
  }

  return (window, on) => {
    const was = before.get(window);
    if (on && was === undefined) shrink(window);
    else if (!on && was !== undefined) restore(window, was);
  };
}
