import { safeStorage } from 'electron';
import type { KeyVault } from '../../ports/key-vault.ts';

/** `encryptStringAsync` and its like came after Electron 33, which the tests run in and whose synchronous ones do. */
type Storage = typeof safeStorage;
const hasAsync = (storage: Partial<Storage>): boolean => storage.encryptStringAsync !== undefined;

/**
 * The operating system's keychain; null where there is none. Linux without a keyring falls back to a fixed password
 * (`basic_text`), which protects nothing: that counts as none, and the engine says plainly that keys are in a file.
 */
export async function openKeychain(): Promise<KeyVault | null> {
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null;
  const isAsync = hasAsync(safeStorage);
  const available = isAsync ? await safeStorage.isAsyncEncryptionAvailable() : safeStorage.isEncryptionAvailable();
  if (!available) return null;
  return {
    kind: 'keychain',
    async seal(secret) {
      const text = Buffer.from(secret).toString('base64');
      return isAsync ? safeStorage.encryptStringAsync(text) : safeStorage.encryptString(text);
    },
    async open(sealed) {
      const bytes = Buffer.from(sealed);
      const text = isAsync ? (await safeStorage.decryptStringAsync(bytes)).result : safeStorage.decryptString(bytes);
      return new Uint8Array(Buffer.from(text, 'base64'));
    },
  };
}
