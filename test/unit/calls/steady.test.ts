import { expect, it } from 'vitest';
import { settle, steadyMs, steadyOf } from '../../../main/calls/steady.ts';

it('a word changes only after three seconds in the new state', () => {
  let memory = steadyOf('clear');
  for (const nowMs of [1_000, 2_000, 3_000]) memory = settle(memory, 'patchy', nowMs);
  expect(memory.shown).toBe('clear');
  memory = settle(memory, 'patchy', 1_000 + steadyMs);
  expect(memory.shown).toBe('patchy');
});

it('a word does not follow a state that flickers', () => {
  let memory = steadyOf('clear');
  for (let nowMs = 1_000; nowMs <= 60_000; nowMs += 1_000) {
    memory = settle(memory, nowMs % 2_000 === 0 ? 'clear' : 'struggling', nowMs);
    expect(memory.shown).toBe('clear');
  }
});

it('waiting starts again when the state went on to a third', () => {
  let memory = settle(steadyOf('clear'), 'patchy', 0);
  memory = settle(memory, 'lost', 2_500);
  expect(settle(memory, 'lost', 3_500).shown).toBe('clear');
  expect(settle(memory, 'lost', 2_500 + steadyMs).shown).toBe('lost');
});
