import { expect, test } from 'vitest';
import { createOpusEncoder, opusPacketBandwidthHz, opusPacketMode } from '../../../native-shims/opus/index.ts';
import { synthSpeech } from '../media/synth-speech.ts';

/** RFC 6716 §3.1, table 2: first and last configuration, mode, and the bandwidth of table 1. */
const table = [
  [0, 3, 'silk', 4_000],
  [4, 7, 'silk', 6_000],
  [8, 11, 'silk', 8_000],
  [12, 13, 'hybrid', 12_000],
  [14, 15, 'hybrid', 20_000],
  [16, 19, 'celt', 4_000],
  [20, 23, 'celt', 8_000],
  [24, 27, 'celt', 12_000],
  [28, 31, 'celt', 20_000],
] as const;

test('mode and bandwidth are read from the first byte, whatever its other bits', () => {
  for (const [first, last, mode, bandwidthHz] of table) {
    for (let toc = first << 3; toc < (last + 1) << 3; toc += 1)
      expect([toc, opusPacketMode(toc), opusPacketBandwidthHz(toc)]).toEqual([toc, mode, bandwidthHz]);
  }
});

test('an encoder that is told to code by transform alone makes such packets', () => {
  const encoder = createOpusEncoder({ bitrateBps: 64_000, complexity: 5, inbandFec: false, packetLossPercent: 0, dtx: false });
  const speech = synthSpeech(1, 7);
  const modeAfter = (isTransform: boolean): string => {
    encoder.setTransform(isTransform);
    let mode = '';
    for (let at = 0; at + 960 <= speech.length; at += 960)
      mode = opusPacketMode(encoder.encode(speech.subarray(at, at + 960))[0] ?? 0);
    return mode;
  };
  expect(modeAfter(true)).toBe('celt');
  expect(modeAfter(false)).not.toBe('celt');
  encoder.free();
});
