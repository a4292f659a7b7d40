import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pcmFrameSamples, pcmMaxCredit } from '../../../preload/contract/index.ts';
import { SharedFrames, sharedFramesBytes } from '../../../renderer/audio/shared-frames.ts';

const frameOf = (value: number): Int16Array => new Int16Array(pcmFrameSamples).fill(value);
/** Two ends over the same memory, whose counters begin where it is said. */
function ends(begin = 0) {
  const memory = new SharedArrayBuffer(sharedFramesBytes);
  new Int32Array(memory, 0, 2).fill(begin);
  return { writer: new SharedFrames(memory), reader: new SharedFrames(memory) };
}

describe('Frames that two threads share', () => {
  test('come in order, whole, each once, and what finds no room is dropped, also where the counters turn over', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 2 ** 31 - 20, -20),
        fc.array(fc.boolean(), { minLength: 200, maxLength: 400 }),
        (begin, turns) => {
          const { writer, reader } = ends(begin);
          const [read, expected]: (number | null)[][] = [[], []];
          const waiting: number[] = [];
          for (const [index, writes] of turns.entries()) {
            if (writes) {
              if (waiting.length < 32) waiting.push(index);
              writer.write(frameOf(index));
            } else {
              expected?.push(waiting.shift() ?? null);
              const frame = reader.next();
              const isWhole = frame?.every((sample) => sample === frame[0]) ?? false;
              read?.push(isWhole ? (frame?.[0] ?? null) : null);
              if (frame !== null) reader.taken();
            }
          }
          expect(read).toEqual(expected);
        },
      ),
    );
  });

  test('have room for all that may be asked for ahead', () => {
    const { writer } = ends();
    const written = Array.from({ length: 33 }, (_, index) => writer.write(frameOf(index)));
    expect(pcmMaxCredit).toBeLessThanOrEqual(32);
    expect([written.indexOf(false), written.at(-1)]).toEqual([32, false]);
  });
});
