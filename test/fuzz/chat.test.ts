import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChatMessage, encodeAck, encodePost, encodeTyping, type PostBody } from '../../main/chat/index.ts';

const seed = Date.now() % 2 ** 31;
const id = '0f'.repeat(16);

/** A valid message with some bytes overwritten finds what noise never reaches. */
const samples = [
  ...(
    [
      { kind: 'text', text: 'tiny strings, each insignificant', replyTo: id },
      { kind: 'edit', of: id, text: 'tiny strings' },
      { kind: 'delete', of: id },
      { kind: 'reaction', to: id, emoji: '👍🏽' },
      { kind: 'read', upTo: 7 },
      {
        kind: 'voice',
        attachment: id,
        sizeBytes: 900_000,
        hash: '0f'.repeat(32),
        durationMs: 299_000,
        waveform: Array.from({ length: 100 }, (_, index) => index),
        replyTo: null,
      },
      { kind: 'part', of: id, index: 3, bytes: new Uint8Array(200) },
    ] satisfies PostBody[]
  ).map((body) => encodePost({ id, sequence: 7, sentMs: 1_763_920_000_000, body })),
  encodeAck([id, id]),
  encodeTyping(),
];

describe(`The chat decoder with bytes from anywhere (seed ${seed})`, () => {
  it('understands within its bounds or refuses, and never throws', () => {
    assert(
      property(uint8Array({ maxLength: 400 }), uint8Array({ maxLength: 8 }), (noise, patch) => {
        for (const bytes of [noise, ...samples.map((sample) => patched(sample, patch, noise.byteLength))]) {
          const message = decodeChatMessage(bytes);
          expect(JSON.stringify(message).length).toBeLessThanOrEqual(6 * 16_000 + 400);
          expect(message?.type === 'ack' ? message.ids.length : 0).toBeLessThanOrEqual(50);
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
