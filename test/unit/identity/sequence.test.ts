import { describe, expect, it } from 'vitest';
import { createSequenceMemory, nextSequence } from '../../../main/identity/index.ts';

describe('the sequence memory', () => {
  it('keeps the highest number of each account and topic', () => {
    const memory = createSequenceMemory();
    memory.raise('claim', 'a', 5);
    memory.raise('claim', 'a', 3);
    expect(memory.highest('claim', 'a')).toBe(5);
    expect(memory.highest('certificate', 'a')).toBe(0);
    expect(memory.highest('claim', 'b')).toBe(0);
  });

  it('forgets those not heard of for longest when a flood of strangers comes', () => {
    const memory = createSequenceMemory();
    memory.raise('claim', 'friend', 5);
    memory.raise('claim', 'once met', 5);
    for (let stranger = 0; stranger < 30_000; stranger += 1) {
      if (stranger % 1000 === 0) memory.raise('claim', 'friend', 1);
      memory.raise('claim', `stranger ${stranger}`, 1);
    }
    expect(memory.highest('claim', 'friend')).toBe(5);
    expect(memory.highest('claim', 'once met')).toBe(0);
  });
});

describe('the next sequence number', () => {
  it('is the time in seconds, or one more than the last where that is ahead', () => {
    expect(nextSequence(0, 5_999)).toBe(5);
    expect(nextSequence(5, 5_999)).toBe(6);
    expect(nextSequence(900, 5_999)).toBe(901);
  });
});
