import { describe, expect, test } from 'vitest';
import { figuresApart, type CallsAndFigures } from '../../../renderer/state/call-figures.ts';
import { goodStats } from '../calls/descriptions.ts';
import { aCall, byKey } from './samples.ts';

const nothing: CallsAndFigures = { calls: new Map(), figures: new Map() };
const talking = aCall({ phase: 'active', accountKey: 'k', quality: 'clear' });
const told = (change: Partial<typeof talking>) => byKey([{ ...structuredClone(talking), ...change }], ({ id }) => id);

describe('the figures of a call', () => {
  const first = figuresApart(nothing, told({ stats: goodStats }));

  test('are kept apart from it', () => {
    expect(first.calls.get(talking.id)).toEqual({ ...talking, stats: null });
    expect(first.figures.get(talking.id)).toEqual(goodStats);
  });

  test('change, and the call stays the same object', () => {
    const next = figuresApart(first, told({ stats: { ...goodStats, jitterMs: 77 } }));
    expect(next.calls).toBe(first.calls);
    expect(next.figures.get(talking.id)?.jitterMs).toBe(77);
  });

  test('stay when something else of the call changes, and go with it', () => {
    const muted = figuresApart(first, told({ muted: true }));
    expect(muted.calls.get(talking.id)?.muted).toBe(true);
    expect(muted.figures.get(talking.id)).toEqual(goodStats);
    expect(figuresApart(muted, new Map())).toEqual(nothing);
  });
});
