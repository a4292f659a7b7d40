import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../ports/app-error.ts';
import { recordingsFolder } from './recordings.ts';

export const databaseName = 'lilliput.db';
export const secretsName = 'account.secret';
const databaseFiles = ['', '-wal', '-shm', '-journal', '.lock-owner'].map((suffix) => databaseName + suffix);

/** An account that was brought back, ready to take the place of what is here. */
const broughtBackFolder = 'brought-back';
/** Lies in it when all of it is on the disk. */
const readyName = 'ready';
/** Lies in the profile while everything of the account is to go. */
const forgetName = 'forget-account';
const incomingName = 'incoming.archive';

export const incomingPath = (profileDir: string): string => join(profileDir, incomingName);
export const broughtBackPath = (profileDir: string, name: string): string => join(profileDir, broughtBackFolder, name);

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new AppError(code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'STORAGE_LOCKED', 'profile files', { code });
  }
}

/** An empty folder for what is brought back; what an attempt before left there goes. @throws AppError */
export const clearBroughtBack = (profileDir: string): void =>
  guarded(() => {
    rmSync(join(profileDir, broughtBackFolder), { recursive: true, force: true });
    mkdirSync(join(profileDir, broughtBackFolder), { mode: 0o700 });
  });

/** From now on the next start takes it. @throws AppError */
export const broughtBackIsReady = (profileDir: string): void =>
  guarded(() => writeFileSync(join(profileDir, broughtBackFolder, readyName), '', { flush: true, mode: 0o600 }));

/** @throws AppError */
export const forgetAtNextStart = (profileDir: string): void =>
  guarded(() => writeFileSync(join(profileDir, forgetName), '', { flush: true, mode: 0o600 }));

/**
 * Before anything of the profile is opened: takes what was brought back, in place of what was here, which is kept aside under a name with
 * the time in it; or ends what was to be forgotten. A start that is cut off in the middle is finished by the next.
 * @throws AppError STORAGE_LOCKED, DISK_FULL
 */
export function settleProfile(profileDir: string, nowMs: number): void {
  guarded(() => {
    if (existsSync(join(profileDir, forgetName))) forget(profileDir);
    const folder = join(profileDir, broughtBackFolder);
    if (existsSync(join(folder, readyName))) {
      takeBroughtBack(profileDir, folder, nowMs);
    } else {
      // An attempt that was not finished, and archives that nobody brought to an end.
      rmSync(folder, { recursive: true, force: true });
    }
    rmSync(incomingPath(profileDir), { force: true });
  });
}

function takeBroughtBack(profileDir: string, folder: string, nowMs: number): void {
  const kept = `.kept-${new Date(nowMs).toISOString().replaceAll(/[:.]/gu, '-')}`;
  // Once the new database is there, what stands in the profile is the new one's.
  if (existsSync(join(folder, databaseName))) {
    for (const name of [...databaseFiles, secretsName]) {
      const path = join(profileDir, name);
      if (existsSync(path)) renameSync(path, path + kept);
    }
    renameSync(join(folder, secretsName), join(profileDir, secretsName));
    renameSync(join(folder, databaseName), join(profileDir, databaseName));
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Everything that was kept of an account: also what was set aside, and recordings. */
function forget(profileDir: string): void {
  for (const name of readdirSync(profileDir)) {
    const isOurs = name.startsWith(databaseName) || name.startsWith(secretsName) || name === broughtBackFolder;
    if (isOurs) rmSync(join(profileDir, name), { recursive: true, force: true });
  }
  rmSync(recordingsFolder(profileDir), { recursive: true, force: true });
  // Last: until then the next start goes on.
  rmSync(join(profileDir, forgetName));
}

/** The size of all files directly in a folder; 0 where there is none. */
export function folderBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).reduce((sum, name) => {
    const entry = statSync(join(folder, name), { throwIfNoEntry: false });
    return entry?.isFile() === true ? sum + entry.size : sum;
  }, 0);
}
