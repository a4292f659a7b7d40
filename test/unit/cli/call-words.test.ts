import { describe, expect, it } from 'vitest';
import { callTroubleKinds, type CallView } from '../../../preload/contract/index.ts';
import { createCallTeller, summarySentence, troubleSentence } from '../../../main/cli/call-words.ts';
import { goodStats } from '../calls/descriptions.ts';
import { aCall } from '../renderer/samples.ts';

describe('quality at the command line', () => {
  it('is said when the word or its reason changes, and not with every measurement', () => {
    const said: [string, unknown][] = [];
    const figures: unknown[] = [];
    const tell = createCallTeller({
      say(event, { stats }, sentence) {
        said.push([event, sentence]);
        figures.push(stats);
      },
    });
    const call = aCall({ phase: 'active', quality: 'clear', stats: goodStats });
    const bad: Partial<CallView> = { quality: 'patchy', trouble: { kind: 'their-loss', amount: 12 } };
    const far = { ...goodStats, theirCaptureMs: null, lossFraction: 0.1234, codecMode: null, bandwidthHz: null };
    for (const change of [{}, {}, bad, { ...bad, stats: far }, {}, { phase: 'reconnecting', quality: 'lost' } as const])
      tell({ ...call, ...change });
    expect(said).toEqual([
      ['quality', 'Sound is clear (119 ms, 0 % lost, sent as SILK and CELT up to 20 kHz)'],
      [
        'quality',
        'Sound is patchy: their connection is losing 12 % of packets (119 ms, 0 % lost, sent as SILK and CELT up to 20 kHz)',
      ],
      ['quality', 'Sound is clear (119 ms, 0 % lost, sent as SILK and CELT up to 20 kHz)'],
    ]);
    tell({ ...call, trouble: { kind: 'unsteady', amount: 0 }, stats: far });
    expect(said.at(-1)).toEqual(['quality', 'Sound is clear: the network is unsteady (at least 107 ms, 12.3 % lost)']);
    expect(figures).toEqual([goodStats, goodStats, goodStats, far]);
  });

  it('comes with how the sound is coded', () => {
    const said: unknown[] = [];
    const tell = createCallTeller({ say: (_event, _fields, sentence) => said.push(sentence) });
    const narrow = { ...goodStats, codecMode: 'silk', bandwidthHz: 8_000 } as const;
    tell(aCall({ phase: 'active', quality: 'clear', stats: narrow }));
    expect(said).toEqual(['Sound is clear (119 ms, 0 % lost, sent as SILK up to 8 kHz)']);
  });

  it('has a sentence for everything that can be to blame', () => {
    const sentences = callTroubleKinds.map((kind) => troubleSentence({ kind, amount: 12 }));
    expect(new Set(sentences).size).toBe(callTroubleKinds.length);
  });

  it('is one line of a past call', () => {
    const summary = {
      mouthToEarMs: { mean: 129, p95: 220 },
      delayPartsMs: null,
      jitterMs: 4,
      lossFraction: 0.0201,
      sentLossFraction: null,
      concealedFraction: 0.01,
      repairedFraction: 0.015,
      bitrateBps: 32_000,
      copies: null,
      codec: { mode: 'silk', bandwidthHz: 8_000 },
      path: 'direct',
      worst: 'patchy',
      trouble: null,
    } as const;
    expect(summarySentence(summary)).toBe(
      'patchy at worst, 129 ms, 4 ms of jitter, 2 % lost, 1.5 % repaired, 1 % made up, SILK up to 8 kHz, direct',
    );
    const old = { ...summary, mouthToEarMs: null, path: null, jitterMs: null, repairedFraction: null, codec: null };
    expect(summarySentence(old)).toBe('patchy at worst, 2 % lost, 1 % made up');
  });
});

it('who is recorded is told when it begins and when it ends, with the call at the latest', () => {
  const said: unknown[] = [];
  const tell = createCallTeller({ say: (event, { on }, sentence) => said.push([event, on, sentence]) });
  const call = aCall({ phase: 'active', name: 'wren' });
  const theirs = { recordedMs: 0, runningSinceMs: 0 };
  for (const remoteRecording of [null, theirs, { ...theirs, runningSinceMs: 1_000 }, null, theirs])
    tell({ ...call, remoteRecording });
  tell({ ...call, phase: 'ended', remoteRecording: null });
  const [begins, ends] = [
    ['recording', true, 'wren is recording this call'],
    ['recording', false, 'wren stopped recording'],
  ];
  expect(said).toEqual([begins, ends, begins, ends]);
});
