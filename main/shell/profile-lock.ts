import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../ports/app-error.ts';

/** One app per profile. Released by `release`, or by the death of its holder. */
export interface ProfileLock {
  release(): void;
}

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  /** When the process began (kernel ticks), where the system tells: a pid alone may be somebody else's by now. */
  started: z.string().max(40).nullable(),
  nonce: z.string().max(40),
});
type Owner = z.infer<typeof ownerSchema>;

/** Each round somebody else got in between; more rounds than starters are never needed. */
const maxRounds = 20;

/** @throws AppError PROFILE_IN_USE with the holder's pid */
export function lockProfile(dir: string): ProfileLock {
  const path = join(dir, 'lock');
  const own: Owner = { pid: process.pid, started: startOf(process.pid), nonce: randomBytes(8).toString('hex') };
  for (let round = 0; round < maxRounds; round += 1) {
    if (create(path, own)) return { release: () => releaseIfOwn(path, own.nonce) };
    const text = read(path);
    if (text === null) continue;
    const owner = parse(text);
    if (owner !== null && isAlive(owner)) throw new AppError('PROFILE_IN_USE', 'locked', { pid: owner.pid });
    clearStale(path, text, own.nonce);
  }
  throw new AppError('PROFILE_IN_USE', 'contended');
}

/** Appears with its whole content or not at all: readers never see half a lock. */
function create(path: string, owner: Owner): boolean {
  const draft = `${path}.${owner.nonce}`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, JSON.stringify(owner));
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Takes a dead holder's lock away. Of several who try only one moves it; who moved a fresh one by mistake puts it back. */
function clearStale(path: string, staleText: string, nonce: string): void {
  const aside = `${path}.stale-${nonce}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    if (read(aside) !== staleText) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function releaseIfOwn(path: string, nonce: string): void {
  const text = read(path);
  if (text !== null && parse(text)?.nonce === nonce) rmSync(path, { force: true });
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    // Not written by us, or by a version that is long dead.
    return null;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, but is not ours.
    return codeOf(error) === 'EPERM';
  }
  const started = startOf(owner.pid);
  return started === null || owner.started === null || started === owner.started;
}

/** Boot id and start tick of a process (Linux, proc(5)); null where the system does not tell. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses that may hold anything; field 22 (start time) is the 20th after it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? null : `${boot}-${ticks}`;
  } catch {
    return null;
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
