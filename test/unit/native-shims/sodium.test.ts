import { argon2Sync, createPrivateKey, createPublicKey, diffieHellman, sign, verify } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  argon2id,
  blake2b256,
  dhKeyPair,
  dhSecret,
  equalBytes,
  keyedBlake2b256,
  keyPairFromSeed,
  signDetached,
  verifyDetached,
} from '../../../native-shims/sodium/index.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('ed25519', () => {
  it('gives the keys and signatures of RFC 8032 §7.1, tests 1 and 2', () => {
    const empty = keyPairFromSeed(hex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'));
    expect(toHex(empty.publicKey)).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    expect(toHex(signDetached(hex(''), empty.secretKey))).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    const one = keyPairFromSeed(hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'));
    expect(toHex(one.publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
  });

  it("agrees with OpenSSL's Ed25519 on any seed and message", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 200 }), (seed, message) => {
        const ours = keyPairFromSeed(seed);
        const key = createPrivateKey({
          key: Buffer.concat([hex('302e020100300506032b657004220420'), seed]),
          format: 'der',
          type: 'pkcs8',
        });
        expect(toHex(signDetached(message, ours.secretKey))).toBe(sign(null, message, key).toString('hex'));
        expect(verify(null, message, createPublicKey(key), signDetached(message, ours.secretKey))).toBe(true);
        expect(verifyDetached(sign(null, message, key), message, ours.publicKey)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a flipped bit, a wrong length and the all-zero key', () => {
    const { publicKey, secretKey } = keyPairFromSeed(new Uint8Array(32).fill(7));
    const message = hex('00ff');
    const signature = signDetached(message, secretKey);
    expect(verifyDetached(signature, message, publicKey)).toBe(true);
    expect(verifyDetached(signature, hex('00fe'), publicKey)).toBe(false);
    expect(verifyDetached(signature.subarray(1), message, publicKey)).toBe(false);
    expect(verifyDetached(Buffer.concat([signature, hex('00')]), message, publicKey)).toBe(false);
    expect(verifyDetached(signature, message, publicKey.subarray(1))).toBe(false);
    expect(verifyDetached(new Uint8Array(64), message, new Uint8Array(32))).toBe(false);
  });
});

describe('blake2b-256', () => {
  it('gives the known digests of nothing and of "abc"', () => {
    expect(toHex(blake2b256())).toBe('0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8');
    expect(toHex(blake2b256(Buffer.from('abc')))).toBe('bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319');
  });

  it('hashes parts as if they were one piece, wherever the cuts are', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (parts) => {
        expect(toHex(blake2b256(...parts))).toBe(toHex(blake2b256(Buffer.concat(parts))));
      }),
    );
  });

  it('depends on its key', () => {
    const message = Buffer.from('abc');
    const keyed = keyedBlake2b256(new Uint8Array(32).fill(1), message);
    expect(keyed).not.toEqual(blake2b256(message));
    expect(keyed).not.toEqual(keyedBlake2b256(new Uint8Array(32).fill(2), message));
    expect(keyed).toEqual(keyedBlake2b256(new Uint8Array(32).fill(1), Buffer.from('a'), Buffer.from('bc')));
  });
});

describe('argon2id', () => {
  it.each([
    { memoryBytes: 8192, passes: 1 },
    { memoryBytes: 65_536, passes: 3 },
    { memoryBytes: 16 * 1024 * 1024, passes: 1 },
  ])("agrees with OpenSSL's Argon2id at $memoryBytes bytes and $passes passes", async (cost) => {
    const message = Buffer.from('lilliput');
    const nonce = Buffer.from('0123456789abcdef');
    const memory = cost.memoryBytes / 1024;
    const expected = argon2Sync('argon2id', { message, nonce, parallelism: 1, tagLength: 32, memory, passes: cost.passes });
    expect(toHex(await argon2id(message, nonce, cost))).toBe(expected.toString('hex'));
  });
});

describe('x25519', () => {
  const [alice, bob] = [dhKeyPair(new Uint8Array(32).fill(1)), dhKeyPair(new Uint8Array(32).fill(2))];

  it("agrees with OpenSSL's X25519", () => {
    const der = (prefix: string, key: Uint8Array): Buffer => Buffer.concat([Buffer.from(prefix, 'hex'), key]);
    const privateKey = createPrivateKey({
      key: der('302e020100300506032b656e04220420', alice.secretKey),
      format: 'der',
      type: 'pkcs8',
    });
    const publicKey = createPublicKey({ key: der('302a300506032b656e032100', bob.publicKey), format: 'der', type: 'spki' });
    const own = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    expect(toHex(alice.publicKey)).toBe(own.subarray(-32).toString('hex'));
    const shared = diffieHellman({ privateKey, publicKey }).toString('hex');
    expect(toHex(dhSecret(alice.secretKey, bob.publicKey) ?? hex(''))).toBe(shared);
    expect(toHex(dhSecret(bob.secretKey, alice.publicKey) ?? hex(''))).toBe(shared);
  });

  it('refuses keys of low order and of a wrong length', () => {
    expect(dhSecret(alice.secretKey, new Uint8Array(32))).toBeNull();
    expect(dhSecret(alice.secretKey, Uint8Array.of(1, ...new Uint8Array(31)))).toBeNull();
    expect(dhSecret(alice.secretKey, new Uint8Array(31))).toBeNull();
  });
});

describe('equalBytes', () => {
  it('compares content and length', () => {
    expect(equalBytes(hex('0102'), hex('0102'))).toBe(true);
    expect(equalBytes(hex('0102'), hex('0103'))).toBe(false);
    expect(equalBytes(hex('0102'), hex('010200'))).toBe(false);
    expect(equalBytes(hex(''), hex(''))).toBe(true);
  });
});
