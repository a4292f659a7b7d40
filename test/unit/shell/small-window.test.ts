import { describe, expect, it } from 'vitest';
import { cornerOf } from '../../../main/shell/electron/small-window.ts';

const screen = { x: 100, y: 50, width: 1_000, height: 700 };

describe('a small window', () => {
  it('stands in the lower end corner, whichever way the interface runs', () => {
    expect(cornerOf(screen, 'ltr')).toEqual({ width: 372, height: 216, x: 700, y: 506 });
    expect(cornerOf(screen, 'rtl')).toEqual({ width: 372, height: 216, x: 128, y: 506 });
  });

  it('grows with its text, and stays on the screen', () => {
    expect(cornerOf(screen, 'ltr', 2)).toEqual({ width: 744, height: 432, x: 328, y: 290 });
    for (const direction of ['ltr', 'rtl'] as const)
      expect(cornerOf(screen, direction, 5)).toEqual({ width: 1_000, height: 700, x: 100, y: 50 });
  });
});
