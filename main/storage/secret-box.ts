import { createCipheriv, createDecipheriv } from 'node:crypto';
import { z } from 'zod';
import type { SqliteDatabase } from '../../native-shims/sqlite/index.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { Random } from '../ports/random.ts';
import { bytesColumn, type StoreDatabase } from './database.ts';

const keyBytes = 32;
/** NIST SP 800-38D §8.2.2: 96-bit random nonces, far fewer than 2^32 of them under one key. */
const nonceBytes = 12;
const tagBytes = 16;
const metaKey = 'sealed-box-key';

/** Seals small secrets for the database, at once, under one key that the `KeyVault` keeps. */
export interface SecretBox {
  /** @param purpose bound to the bytes: what was sealed for one row can't be moved to another */
  seal(purpose: string, secret: Uint8Array): Uint8Array;
  /** Null if the bytes are not of this box and purpose. */
  open(purpose: string, sealed: Uint8Array): Uint8Array | null;
  /** The key itself, for the account's archive: what it sealed goes along. */
  readonly key: Uint8Array;
}

/** @throws AppError VAULT_LOCKED */
export async function openSecretBox(database: StoreDatabase, vault: KeyVault, random: Random): Promise<SecretBox> {
  const stored = database.query('SELECT value FROM meta WHERE key = ?', z.object({ value: bytesColumn })).get(metaKey);
  if (stored !== undefined) return secretBox(await vault.open(stored.value), random);
  const key = random.bytes(keyBytes);
  database.write('INSERT INTO meta (key, value) VALUES (?, ?)').run(metaKey, await vault.seal(key));
  return secretBox(key, random);
}

/** In a new database, the key that its rows were sealed with. */
export const keepSecretBoxKey = (sqlite: SqliteDatabase, sealedKey: Uint8Array): void =>
  void sqlite.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(metaKey, sealedKey);

function secretBox(key: Uint8Array, random: Random): SecretBox {
  return {
    key,
    seal(purpose, secret) {
      const nonce = random.bytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open(purpose, sealed) {
      if (sealed.byteLength < nonceBytes + tagBytes) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
      } catch {
        return null; // The tag does not match: not ours.
      }
    },
  };
}
