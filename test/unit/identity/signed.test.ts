import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkSignature, openSealed, seal, signBytes, verifyBytes } from '../../../main/identity/index.ts';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { keyPairFromSeed } from '../../../native-shims/sodium/index.ts';

const keys = keyPairFromSeed(new Uint8Array(32).fill(3));
const other = keyPairFromSeed(new Uint8Array(32).fill(4));
const schema = z.object({ text: z.string() });
const open = (bytes: Uint8Array, signer = keys.publicKey) => openSealed('lilliput/test/1', bytes, schema, () => signer, 200);

describe('a signed envelope', () => {
  it('opens for the right domain and key only', () => {
    const envelope = seal('lilliput/test/1', { text: 'hello' }, keys.secretKey);
    expect(open(envelope)).toEqual({ text: 'hello' });
    expect(open(envelope, other.publicKey)).toBeNull();
    expect(openSealed('lilliput/test/2', envelope, schema, () => keys.publicKey, 200)).toBeNull();
  });

  it('keeps its signature when it carries fields that this version does not know', () => {
    expect(open(seal('lilliput/test/1', { text: 'hello', later: [1, 2] }, keys.secretKey))).toEqual({ text: 'hello' });
  });

  it('refuses a payload over the bound', () => {
    expect(open(seal('lilliput/test/1', { text: 'x'.repeat(300) }, keys.secretKey))).toBeNull();
  });

  it('does not open after any single bit was flipped', () => {
    const envelope = seal('lilliput/test/1', { text: 'hello' }, keys.secretKey);
    for (let bit = 0; bit < envelope.byteLength * 8; bit += 1) {
      const flipped = envelope.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(open(flipped)).toBeNull();
    }
  });

  it('never throws on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(open(bytes)).toBeNull();
      }),
    );
    const parts = fc.tuple(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ minLength: 60, maxLength: 68 }));
    fc.assert(
      fc.property(parts, (pair) => {
        expect(open(encodeCbor(pair))).toBeNull();
      }),
    );
  });
});

describe('a detached signature', () => {
  it('does not let a domain and the start of a message trade bytes', () => {
    const signature = signBytes('lilliput/a/1', Buffer.from('1x'), keys.secretKey);
    expect(verifyBytes('lilliput/a/1', Buffer.from('1x'), signature, keys.publicKey)).toBe(true);
    expect(verifyBytes('lilliput/a/11', Buffer.from('x'), signature, keys.publicKey)).toBe(false);
  });

  it('is checked against a hex key, and anything else than one is false', () => {
    const message = Buffer.from('m');
    const signature = signBytes('lilliput/a/1', message, keys.secretKey);
    expect(checkSignature(toHex(keys.publicKey), 'lilliput/a/1', message, signature)).toBe(true);
    expect(checkSignature(toHex(keys.publicKey).toUpperCase(), 'lilliput/a/1', message, signature)).toBe(false);
    expect(checkSignature('', 'lilliput/a/1', message, signature)).toBe(false);
    expect(checkSignature(toHex(keys.publicKey), 'lilliput/a/1', message, signature.subarray(2))).toBe(false);
  });
});
