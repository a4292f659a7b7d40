import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { HostPort } from '../../ports/host-port.ts';
import { isReachableForm } from '../address.ts';

/**
 * Where the nodes of one person on one machine find each other when multicast doesn't work: a file per node in a directory
 * that only this person can write to.
 */
export interface LocalRendezvous {
  /** Says, and keeps saying when repeated, where our node is. */
  publish(address: HostPort): void;
  /** The others that are alive. */
  list(): readonly HostPort[];
  withdraw(): void;
}

/** A node that hasn't repeated itself for so long is gone (it does every few seconds), even if its process id was reused. */
const staleAfterMs = 60_000;
const maxFiles = 64;
const maxFileBytes = 200;
const fileName = /^node-(\d{1,10})-[0-9a-f]{8}\.json$/u;

const entrySchema = z.object({ host: z.string().max(15), port: z.int() });

/**
 * @param directory per-user, for example `$XDG_RUNTIME_DIR/lilliput` or the directory that holds the profiles
 * @param token 8 hex digits that tell apart the nodes of one process
 */
export function createLocalRendezvous(directory: string, token: string, nowMs: () => number): LocalRendezvous {
  const own = `node-${process.pid}-${token}.json`;
  let published = '';
  return {
    publish({ host, port }) {
      const text = JSON.stringify({ host, port });
      const now = new Date(nowMs());
      if (text === published && touch(join(directory, own), now)) return;
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(join(directory, own), text, { mode: 0o600 });
      published = text;
    },
    list: () => namesIn(directory).flatMap((name) => (name === own ? [] : readEntry(directory, name, nowMs()))),
    withdraw() {
      rmSync(join(directory, own), { force: true });
      published = '';
    },
  };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => fileName.test(name))
      .slice(0, maxFiles);
  } catch {
    // No directory yet: nobody has published.
    return [];
  }
}

/** Zero or one address. Removes what is stale. */
function readEntry(directory: string, name: string, nowMs: number): HostPort[] {
  const path = join(directory, name);
  try {
    const { mtimeMs, size } = statSync(path);
    const pid = Number(fileName.exec(name)?.[1]);
    if (nowMs - mtimeMs > staleAfterMs || !isAlive(pid)) {
      rmSync(path, { force: true });
      return [];
    }
    const entry = size > maxFileBytes ? null : entrySchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return entry?.success === true && isReachableForm(entry.data) ? [entry.data] : [];
  } catch {
    // Half-written, removed meanwhile, or not ours to read: no address.
    return [];
  }
}

function touch(path: string, now: Date): boolean {
  try {
    utimesSync(path, now, now);
    return true;
  } catch {
    // Somebody tidied up the directory: written anew.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but not ours.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
