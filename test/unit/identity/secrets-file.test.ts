import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccount, createSecretsFile, fileKeyVault } from '../../../main/identity/index.ts';
import { seededRandom, someDayMs } from './fixtures.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lilliput-secrets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const account = (name: string) => createAccount(name, { random: seededRandom(name), nowMs: someDayMs });

describe('the secrets file', () => {
  it('holds nothing, then what was saved last, then nothing again', async () => {
    const file = createSecretsFile(path.join(folder, 'profile', 'account.secrets'), fileKeyVault);
    expect(await file.load()).toBeNull();
    const [first, second] = [await account('wren'), await account('robin')];
    await Promise.all([file.save(first), file.save(second)]);
    expect(await file.load()).toEqual(second);
    await file.remove();
    await file.remove();
    expect(await file.load()).toBeNull();
  });

  it.skipIf(process.platform === 'win32')('can be read by its owner only, whatever a crash left behind', async () => {
    const filePath = path.join(folder, 'account.secrets');
    await writeFile(`${filePath}.new`, 'half a file');
    await chmod(`${filePath}.new`, 0o644);
    await createSecretsFile(filePath, fileKeyVault).save(await account('wren'));
    expect((await stat(filePath)).mode & 0o777).toBe(0o600);
  });

  it('that is damaged is refused and left as it is', async () => {
    const filePath = path.join(folder, 'account.secrets');
    const file = createSecretsFile(filePath, fileKeyVault);
    await file.save(await account('wren'));
    const damaged = (await readFile(filePath)).subarray(0, -1);
    await writeFile(filePath, damaged);
    await expect(file.load()).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    expect(await readFile(filePath)).toEqual(damaged);
  });

  it('that the system cannot write is a storage error, not a crash', async () => {
    await writeFile(path.join(folder, 'blocked'), '');
    const file = createSecretsFile(path.join(folder, 'blocked', 'account.secrets'), fileKeyVault);
    await expect(file.save(await account('wren'))).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
  });
});

describe('the file vault', () => {
  it('opens what it sealed, of any length, and nothing else', async () => {
    for (const length of [0, 1, 500]) {
      const secret = seededRandom('vault').bytes(length);
      expect(Buffer.from(await fileKeyVault.open(await fileKeyVault.seal(secret)))).toEqual(Buffer.from(secret));
    }
    await expect(fileKeyVault.open(new Uint8Array(0))).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    await expect(fileKeyVault.open(new Uint8Array(200))).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  });
});
