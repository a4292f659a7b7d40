import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSource, type Source } from './source.ts';

export const root = join(import.meta.dirname, '../..');

const codeFolders = ['main', 'preload', 'renderer', 'native-shims', 'test'];

/** All our TypeScript, parsed. Declaration files are somebody else's shape written down; they import nothing. */
export function readSources(): Source[] {
  return codeFolders
    .flatMap((folder) => filesUnder(folder))
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** Paths from the root of everything that is ours to write: no dependencies, no products, no history. */
export function ownFiles(): string[] {
  const others = new Set(['node_modules', 'out', 'dist', '.git', '.cache', 'test-results']);
  return readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !others.has(name))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(entry.name) : [entry.name]));
}

function filesUnder(path: string): string[] {
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const inner = `${path}/${entry.name}`;
    return entry.isDirectory() ? filesUnder(inner) : [inner];
  });
}
