import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeContactMessage, readRequest } from '../../main/contacts/index.ts';
import { encodeAddressAck, encodeAddressMessage } from '../../main/contacts/contact-wire.ts';

const seed = Date.now() % 2 ** 31;

/** A valid message with some bytes overwritten finds what noise never reaches. */
const samples = [
  encodeAddressAck(1_763_920_000),
  encodeAddressMessage({ base: new Uint8Array(32).fill(1), secret: new Uint8Array(32).fill(2), sequence: 9 }),
];

describe(`Contact decoders with bytes from anywhere (seed ${seed})`, () => {
  it('a message is understood or refused, never thrown about', () => {
    assert(
      property(uint8Array({ maxLength: 600 }), uint8Array({ maxLength: 6 }), (noise, patch) => {
        expect(decodeContactMessage(noise)).toBeNull();
        for (const sample of samples) {
          const bytes = sample.slice();
          bytes.set(patch, noise.byteLength % (bytes.byteLength - 6 > 0 ? bytes.byteLength - 6 : 1));
          const message = decodeContactMessage(bytes);
          expect(message?.type === 'address' ? message.address.byteLength : 0).toBeLessThanOrEqual(256);
        }
      }),
      { seed, numRuns: 2000 },
    );
  });

  it('a request is refused, never thrown about', () => {
    assert(
      property(uint8Array({ maxLength: 2100 }), (bytes) => {
        expect(readRequest(bytes, 'aa'.repeat(32), () => null, 0)).toBeNull();
      }),
      { seed, numRuns: 2000 },
    );
  });
});
