import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growthOf, paneLimits, paneWidth, widthAfterKey, type PaneName } from '../../../renderer/app/pane-sizes.ts';
import { defaultWindowSettings, windowSettings } from '../../../preload/contract/index.ts';

const names: readonly PaneName[] = ['sidebar', 'panel'];
const aName = fc.constantFrom(...names);
const aWindow = fc.double({ min: 22, max: 240, noNaN: true });

describe('the width of a pane', () => {
  it('is always allowed and always kept, whatever is wanted', () => {
    fc.assert(
      fc.property(aName, fc.double({ min: -1e6, max: 1e6, noNaN: true }), aWindow, (name, wanted, windowRem) => {
        const { minRem, maxRem, share } = paneLimits[name];
        const width = paneWidth(paneLimits[name], wanted, windowRem);
        expect(width).toBeGreaterThanOrEqual(minRem);
        expect(width).toBeLessThanOrEqual(Math.max(minRem, Math.min(maxRem, windowRem * share)));
        expect(windowSettings.sidebarRem.safeParse(width).success).toBe(true);
      }),
    );
  });

  it('goes back with the opposite key, wherever there is room', () => {
    fc.assert(
      fc.property(aName, fc.boolean(), fc.boolean(), fc.constantFrom('ArrowLeft', 'ArrowRight'), (name, rtl, shift, key) => {
        const limits = paneLimits[name];
        const growth = growthOf(name, rtl);
        const there = widthAfterKey({ key, shift }, 22, limits, 100, growth);
        const opposite = key === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
        expect(Math.abs((there ?? 0) - 22)).toBe(shift ? 4 : 1);
        expect(widthAfterKey({ key: opposite, shift }, there ?? 0, limits, 100, growth)).toBe(22);
      }),
    );
  });

  it('grows towards what is beside it, in either direction of writing', () => {
    expect(names.map((name) => [growthOf(name, false), growthOf(name, true)])).toEqual([
      [1, -1],
      [-1, 1],
    ]);
  });

  it('knows its ends and its beginning, and no other key', () => {
    const after = (key: string) => widthAfterKey({ key, shift: false }, 20, paneLimits.sidebar, 60, 1);
    expect(after('Home')).toBe(13.75);
    expect(after('End')).toBeCloseTo(25.2);
    expect(after('Enter')).toBeNull();
    expect(after('Tab')).toBeUndefined();
    expect(defaultWindowSettings.sidebarRem).toBeNull();
  });
});
