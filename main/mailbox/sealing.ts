import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { AppError } from '../ports/app-error.ts';
import { sealedSizes } from '../overlay/index.ts';

/** HPKE, base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

const encapsulatedBytes = 32;
const tagBytes = 16;
const lengthBytes = 4;
const overheadBytes = encapsulatedBytes + tagBytes + lengthBytes;

/** What fits into the largest item. */
export const contentMaxBytes = (sealedSizes.at(-1) ?? 0) - overheadBytes;

export interface SealingKeys {
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  open(sealed: Uint8Array, purpose: Uint8Array): Promise<Uint8Array | null>;
}

/** Own memory: WebCrypto takes no views of shared buffers. */
const copy = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** @param secret 32 bytes; the same secret always makes the same keys */
export async function sealingKeysOf(secret: Uint8Array): Promise<SealingKeys> {
  const { publicKey, privateKey } = await suite.kem.deriveKeyPair(copy(secret));
  return {
    publicKey: new Uint8Array(await suite.kem.serializePublicKey(publicKey)),
    async open(sealed, purpose) {
      if (sealed.byteLength <= overheadBytes) return null;
      try {
        const enc = copy(sealed.subarray(0, encapsulatedBytes));
        const padded = await suite.open(
          { recipientKey: privateKey, enc, info: copy(purpose) },
          copy(sealed.subarray(encapsulatedBytes)),
        );
        return unpad(new Uint8Array(padded));
      } catch {
        return null; // Not sealed to us, or not as it was.
      }
    },
  };
}

/**
 * Seals for a public key, padded to the next of the sizes that all items have.
 * @param purpose bound to the content: what was sealed for one thing opens as nothing else
 * @throws AppError TOO_LONG beyond `contentMaxBytes`
 */
export async function sealFor(recipient: Uint8Array, purpose: Uint8Array, content: Uint8Array): Promise<Uint8Array> {
  const size = sealedSizes.find((each) => each >= content.byteLength + overheadBytes);
  if (size === undefined) throw new AppError('TOO_LONG', 'item', { limit: contentMaxBytes });
  const recipientPublicKey = await suite.kem.deserializePublicKey(copy(recipient));
  const padded = Buffer.alloc(size - encapsulatedBytes - tagBytes);
  padded.writeUInt32BE(content.byteLength);
  padded.set(content, lengthBytes);
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: copy(purpose) }, copy(padded));
  return new Uint8Array(Buffer.concat([new Uint8Array(enc), new Uint8Array(ct)]));
}

function unpad(padded: Uint8Array): Uint8Array | null {
  const length = Buffer.from(padded.buffer, padded.byteOffset, padded.byteLength).readUInt32BE(0);
  return length <= padded.byteLength - lengthBytes ? padded.slice(lengthBytes, lengthBytes + length) : null;
}
