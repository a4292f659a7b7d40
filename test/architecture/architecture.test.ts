import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ownFiles, readSources, root } from './repository.ts';
import { foreignWords } from './words.ts';
import { packagesLoadedBy, violations } from './rules.ts';

const sources = readSources();

describe('this repository', () => {
  it('keeps every rule of the house', () => {
    expect(sources.length).toBeGreaterThan(50); // so that reading nothing can't pass
    expect(violations(sources)).toEqual([]);
  });

  it('keeps the media path out of the engine and the overlay out of media: each process loads its own only', () => {
    const engine = packagesLoadedBy('main/engine/engine-process.ts', sources);
    const media = packagesLoadedBy('main/media/media-process.ts', sources);
    expect([engine.has('werift'), media.has('werift')]).toEqual([false, true]);
    expect([engine.has('hyperdht'), media.has('hyperdht')]).toEqual([true, false]);
  });

  it('names no place where it was made', () => {
    const text = /\.(ts|tsx|mjs|js|json|md|ya?ml|html|css|sh|c|txt)$|(^|\/)\.?[a-z]+$/;
    const files = ownFiles().filter((path) => text.test(path));
    expect(files).toContain('package.json');
    expect(files.flatMap((path) => foreignWords(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
  });

  it('takes every package from the registry of whoever installs it, checked by its digest', () => {
    const lock = z.object({
      packages: z.record(z.string(), z.object({ resolved: z.string().optional(), integrity: z.string().optional() })),
    });
    const { packages } = lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
    const entries = Object.entries(packages).filter(([path]) => path !== '');
    expect(entries.length).toBeGreaterThan(100);
    expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
    expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('lets every script set up first, so that each works in a fresh clone', () => {
    const manifest = z.object({ scripts: z.record(z.string(), z.string()) });
    const { scripts } = manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    expect(Object.keys(scripts)).toEqual(
      expect.arrayContaining(['start', 'test', 'test:unit', 'test:e2e', 'check', 'bench', 'cli', 'build']),
    );
    expect(Object.values(scripts).filter((script) => !script.startsWith('node .setup/'))).toEqual([]);
  });
});
