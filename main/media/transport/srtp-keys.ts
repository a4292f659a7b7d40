import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto';

/** The two protections we negotiate (RFC 7714 §12; RFC 5764 §4.1.2). */
export type SrtpProfile = 'AEAD_AES_128_GCM' | 'AES128_CM_HMAC_SHA1_80';

/** What one direction's packets of one kind, RTP or RTCP, are protected with. */
export interface SessionKeys {
  readonly key: KeyObject;
  /** Empty for GCM, which authenticates with `key`. */
  readonly authKey: KeyObject | null;
  /** GCM 12 bytes, counter mode 14. */
  readonly salt: Buffer;
}

const labels = { rtp: { key: 0, auth: 1, salt: 2 }, rtcp: { key: 3, auth: 4, salt: 5 } } as const;
const keyBytes = 16;
const authKeyBytes = 20;

export const masterSaltBytes = (profile: SrtpProfile): number => (profile === 'AEAD_AES_128_GCM' ? 12 : 14);

/**
 * RFC 3711 §4.3.3 with a key derivation rate of 0: the keystream of AES in counter mode, beginning at the salt with a label
 * mixed in. GCM's shorter salt fills the left end (RFC 7714 §11).
 */
export function deriveSessionKeys(
  profile: SrtpProfile,
  masterKey: Buffer,
  masterSalt: Buffer,
  kind: 'rtp' | 'rtcp',
): SessionKeys {
  const derive = (label: number, bytes: number): Buffer => {
    const counter = Buffer.alloc(16);
    masterSalt.copy(counter);
    counter.writeUInt8(counter.readUInt8(7) ^ label, 7);
    return createCipheriv('aes-128-ctr', masterKey, counter).update(Buffer.alloc(bytes));
  };
  const { key, auth, salt } = labels[kind];
  return {
    key: createSecretKey(derive(key, keyBytes)),
    authKey: profile === 'AEAD_AES_128_GCM' ? null : createSecretKey(derive(auth, authKeyBytes)),
    salt: derive(salt, masterSaltBytes(profile)),
  };
}
