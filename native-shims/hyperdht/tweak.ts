import sodiumModule from 'sodium-native';
import type { DhtKeyPair } from './dht-types.ts';

/** sodium-native's key-tweaking extension (its README calls it experimental), beside what `native-shims/sodium` declares. */
interface TweakExtension {
  crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
  crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
  extension_tweak_ed25519_sk_to_scalar(scalar: Uint8Array, secretKey: Uint8Array): void;
  extension_tweak_ed25519_keypair(publicKey: Uint8Array, scalar: Uint8Array, scalarIn: Uint8Array, tweak: Uint8Array): void;
  extension_tweak_ed25519_pk(tweaked: Uint8Array, publicKey: Uint8Array, tweak: Uint8Array): void;
  extension_tweak_ed25519_sign_detached(
    signature: Uint8Array,
    message: Uint8Array,
    scalar: Uint8Array,
    publicKey: Uint8Array,
  ): void;
}

// The package ships no types.
const sodium = sodiumModule as unknown as TweakExtension;

const signatureBytes = 64;

/** An Ed25519 signature by either kind of pair. */
export function signWithPair(keyPair: DhtKeyPair, message: Uint8Array): Buffer {
  if ('sign' in keyPair) return keyPair.sign(message);
  const signature = Buffer.alloc(signatureBytes);
  sodium.crypto_sign_detached(signature, message, keyPair.secretKey);
  return signature;
}

/** The public half of a key pair from a 32-byte seed. */
export function publicKeyOfSeed(seed: Uint8Array): Buffer {
  return seedPair(seed).publicKey;
}

export function seedPair(seed: Uint8Array): { readonly publicKey: Buffer; readonly secretKey: Buffer } {
  const publicKey = Buffer.alloc(32);
  const secretKey = Buffer.alloc(64);
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
  return { publicKey, secretKey };
}

/** Public key moved by `tweak` (P + H(tweak)·G): whoever knows P and the tweak can compute it, nobody else can link it to P. */
export function tweakPublicKey(publicKey: Uint8Array, tweak: Uint8Array): Buffer {
  const tweaked = Buffer.alloc(32);
  sodium.extension_tweak_ed25519_pk(tweaked, publicKey, tweak);
  return tweaked;
}

/** The key pair to `tweakPublicKey(publicKeyOfSeed(seed), tweak)`. Its signatures are ordinary Ed25519 to a verifier. */
export function tweakedPair(seed: Uint8Array, tweak: Uint8Array): DhtKeyPair {
  const base = seedPair(seed);
  const baseScalar = Buffer.alloc(32);
  const scalar = Buffer.alloc(32);
  const publicKey = Buffer.alloc(32);
  sodium.extension_tweak_ed25519_sk_to_scalar(baseScalar, base.secretKey);
  sodium.extension_tweak_ed25519_keypair(publicKey, scalar, baseScalar, tweak);
  return {
    publicKey,
    scalar,
    sign(message) {
      const signature = Buffer.alloc(signatureBytes);
      sodium.extension_tweak_ed25519_sign_detached(signature, message, scalar, publicKey);
      return signature;
    },
  };
}
