import { describe, expect, it } from 'vitest';
import { callTroubleKinds, type CallView } from '../../../preload/contract/index.ts';
import { createQualityTeller, summarySentence, troubleSentence } from '../../../main/cli/call-words.ts';
import { goodStats } from '../calls/descriptions.ts';
import { aCall } from '../renderer/samples.ts';

describe('quality at the command line', () => {
  it('is said when the word or its reason changes, and not with every measurement', () => {
    const said: [string, unknown][] = [];
    const tell = createQualityTeller({ say: (event, _fields, sentence) => said.push([event, sentence]) });
    const call = aCall({ phase: 'active', quality: 'clear', stats: goodStats });
    const bad: Partial<CallView> = { quality: 'patchy', trouble: { kind: 'their-loss', amount: 12 } };
    const far = { ...goodStats, theirCaptureMs: null, lossFraction: 0.1234 };
    for (const change of [{}, {}, bad, { ...bad, stats: far }, {}, { phase: 'reconnecting', quality: 'lost' } as const])
      tell({ ...call, ...change });
    expect(said).toEqual([
      ['quality', 'Sound is clear (119 ms, 0 % lost)'],
      ['quality', 'Sound is patchy: their connection is losing 12 % of packets (119 ms, 0 % lost)'],
      ['quality', 'Sound is clear (119 ms, 0 % lost)'],
    ]);
    tell({ ...call, trouble: { kind: 'unsteady', amount: 0 }, stats: far });
    expect(said.at(-1)).toEqual(['quality', 'Sound is clear: the network is unsteady (at least 107 ms, 12.3 % lost)']);
  });

  it('has a sentence for everything that can be to blame', () => {
    const sentences = callTroubleKinds.map((kind) => troubleSentence({ kind, amount: 12 }));
    expect(new Set(sentences).size).toBe(callTroubleKinds.length);
  });

  it('is one line of a past call', () => {
    const summary = {
      mouthToEarMs: { mean: 129, p95: 220 },
      lossFraction: 0.0201,
      sentLossFraction: null,
      concealedFraction: 0.01,
      bitrateBps: 32_000,
      path: 'direct',
      worst: 'patchy',
      trouble: null,
    } as const;
    expect(summarySentence(summary)).toBe('patchy at worst, 129 ms, 2 % lost, 1 % made up, direct');
    expect(summarySentence({ ...summary, mouthToEarMs: null, path: null })).toBe('patchy at worst, 2 % lost, 1 % made up');
  });
});
