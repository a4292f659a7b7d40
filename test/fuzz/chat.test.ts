import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChatMessage, encodeAck, encodeText } from '../../main/chat/index.ts';

const seed = Date.now() % 2 ** 31;
const id = '0f'.repeat(16);

/** A valid message with some bytes overwritten finds what noise never reaches. */
const samples = [
  encodeText({ id, sequence: 7, text: 'tiny strings, each insignificant', sentMs: 1_763_920_000_000 }),
  encodeAck([id, id]),
];

describe(`The chat decoder with bytes from anywhere (seed ${seed})`, () => {
  it('understands within its bounds or refuses, and never throws', () => {
    assert(
      property(uint8Array({ maxLength: 400 }), uint8Array({ maxLength: 8 }), (noise, patch) => {
        for (const bytes of [noise, ...samples.map((sample) => patched(sample, patch, noise.byteLength))]) {
          const message = decodeChatMessage(bytes);
          const size = message === null ? 1 : message.type === 'text' ? message.text.length : message.ids.length;
          expect(size).toBeGreaterThanOrEqual(1);
          expect(size).toBeLessThanOrEqual(16_000);
        }
      }),
      { seed, numRuns: 3000 },
    );
  });
});

function patched(sample: Uint8Array, patch: Uint8Array, at: number): Uint8Array {
  const bytes = sample.slice();
  bytes.set(patch, at % (bytes.byteLength - patch.byteLength));
  return bytes;
}
