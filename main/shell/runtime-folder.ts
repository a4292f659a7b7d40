import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings } from './profile.ts';

/**
 * One folder of this user's for sockets and meeting points, whatever `--home` says; touches no disk. `$XDG_RUNTIME_DIR` is the
 * user's own (XDG Base Directory); so is Windows' folder for temporary files. Elsewhere that folder is everybody's, and the
 * name can be computed: `openRuntimeFolder` makes sure whose it is.
 */
export function runtimeFolder({ platform, env, tempDir, uid }: Surroundings): string {
  if (platform === 'win32' || uid === null) return join(tempDir, 'lilliput');
  const runtime = env['XDG_RUNTIME_DIR'];
  return runtime !== undefined && runtime.startsWith('/') ? join(runtime, 'lilliput') : join(tempDir, `lilliput-${uid}`);
}

/** Makes the folder (0700). False if it can't be made, or another user was there first and could read or replace what is in it. */
export function openRuntimeFolder(around: Surroundings): boolean {
  const folder = runtimeFolder(around);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Not `stat`: a link of somebody else's may lead to a folder of ours.
    const found = lstatSync(folder);
    if (!found.isDirectory()) return false;
    return around.uid === null || (found.uid === around.uid && (found.mode & 0o077) === 0);
  } catch {
    // A runtime folder that is named but not there, a full disk, a file in the way.
    return false;
  }
}
