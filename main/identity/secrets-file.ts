import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../ports/app-error.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import { decodeSecrets, encodeSecrets, type AccountSecrets } from './account-secrets.ts';

/** Where an account's secrets sleep: one small file, sealed by the vault. */
export interface SecretsFile {
  /** Null if there is no account. @throws AppError VAULT_LOCKED, STORAGE_CORRUPT, STORAGE_LOCKED; the file is left as it is */
  load(): Promise<AccountSecrets | null>;
  /** All or nothing, also when the power fails. @throws AppError VAULT_LOCKED, DISK_FULL, STORAGE_LOCKED */
  save(secrets: AccountSecrets): Promise<void>;
  /** Nothing happens if there is none. */
  remove(): Promise<void>;
}

/** Read and written by its owner only. */
const ownerOnly = 0o600;
const ownerOnlyFolder = 0o700;

export function createSecretsFile(filePath: string, vault: KeyVault): SecretsFile {
  // Two saves at once would share the temporary file: they queue.
  let last: Promise<unknown> = Promise.resolve();
  const save = async (secrets: AccountSecrets): Promise<void> => {
    const sealed = await vault.seal(encodeSecrets(secrets));
    await mkdir(path.dirname(filePath), { recursive: true, mode: ownerOnlyFolder }).catch(asStorageError);
    await replaceFile(filePath, sealed).catch(asStorageError);
  };
  return {
    async load() {
      const sealed = await readFile(filePath).catch(orMissing);
      return sealed === null ? null : decodeSecrets(await vault.open(sealed));
    },
    save(secrets) {
      const saved = last.then(() => save(secrets));
      last = saved.catch(() => undefined);
      return saved;
    },
    remove: () => rm(filePath, { force: true }).catch(asStorageError),
  };
}

/** Written beside, flushed, then renamed over: a crash leaves the old file or the new one, never half of one. */
async function replaceFile(filePath: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${filePath}.new`;
  // A leftover of a crash may have been made with other permissions.
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', ownerOnly);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, filePath);
}

const systemCode = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

function orMissing(error: unknown): null {
  if (systemCode(error) === 'ENOENT') return null;
  return asStorageError(error);
}

function asStorageError(error: unknown): never {
  const code = systemCode(error);
  throw new AppError(code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'STORAGE_LOCKED', 'secrets file', { code });
}
