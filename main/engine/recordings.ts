import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordingTarget } from '../calls/index.ts';

/** Where a profile keeps its recordings of calls. */
export const recordingsFolder = (profileDir: string): string => join(profileDir, 'recordings');

const two = (n: number): string => String(n).padStart(2, '0');

/** What stands in file names on every system: letters, digits and hyphens of any script. */
const fileNamePart = (name: string): string => name.replaceAll(/[^\p{L}\p{M}\p{N}-]/gu, '_');

/** A new file for a recording of `name` that begins now; by its name it sorts by time. Times are this computer's own. */
export function recordingTarget(profileDir: string, name: string, nowMs: number): RecordingTarget {
  const at = new Date(nowMs);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}-${two(at.getMinutes())}-${two(at.getSeconds())}`;
  const stem = join(recordingsFolder(profileDir), `${day} ${time} ${fileNamePart(name)}`);
  let path = `${stem}.opus`;
  for (let copy = 2; existsSync(path); copy += 1) path = `${stem} ${copy}.opus`;
  return { path, title: `Call with ${name}` };
}
