import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All that makes a measured voice: our own sources, and how they are measured. */
const folders = ['main/media', 'renderer/audio', 'native-shims/opus', 'test/quality'];
/** What is compiled; a sentence in a README changes no figure. */
const isSource = (name: string): boolean => /\.(?:ts|c)$/u.test(name);
/** What is said of figures when they have been measured. */
const isAfterwards = (path: string): boolean => /^test\/quality\/(?:report\/|remarks\.ts$)/u.test(path);
/** Enough to tell versions apart, short enough for the head of a table. */
const shownDigits = 10;

/**
 * Names the voice sources under `root` by their contents, so that repeats of one voice add up over commits that change something else.
 * @returns hexadecimal digits; the same for the same names and contents
 */
export function voiceVersion(root: string): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(isSource)
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => !isAfterwards(path))
      .toSorted();
    for (const path of paths) {
      const source = readFileSync(join(root, path));
      hash.update(`${path}\n${source.length}\n`).update(source);
    }
  }
  return hash.digest('hex').slice(0, shownDigits);
}
