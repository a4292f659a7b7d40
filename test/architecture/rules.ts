import type { Import, Source } from './source.ts';
import { areaOf, isCompositionRoot, isPage, mayDepend, ownersOfPackages, ownersOfShims, placed } from './layers.ts';

/** One sentence about one file. */
export type Violation = string;

/** STYLE: a file is one concept; beyond this it is several. */
export const maxLines = 400;

/** The contract is schemas, and the calls that keep to them; nothing that runs a process or draws a window. */
const contractPackages = ['zod', '@orpc/contract', '@orpc/client'];

/** Tables that are one thing however long they grow: the words of a language. */
const mayBeLong = /^renderer\/strings\//;

/** Every rule of the house, on every source. Pure: the sources are handed in. */
export function violations(sources: readonly Source[]): Violation[] {
  return [
    ...sources.flatMap(placeOf),
    ...sources.flatMap((source) => source.imports.flatMap((entry) => judgeImport(source, entry))),
    ...sources.flatMap(lengthOf),
    ...onlyOneFile(sources, 'ipcMain', ({ identifiers }) => identifiers.has('ipcMain')),
    ...bridgeTouchers(sources),
  ];
}

function lengthOf({ path, lines }: Source): Violation[] {
  return lines <= maxLines || mayBeLong.test(path) ? [] : [`${path} has ${lines} lines, more than ${maxLines}`];
}

/** The packages that are loaded with a module: its own imports, and those of everything it imports. Types load nothing. */
export function packagesLoadedBy(entry: string, sources: readonly Source[]): ReadonlySet<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const packages = new Set<string>();
  const seen = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { target, isRelative, isTypeOnly } of byPath.get(path)?.imports ?? []) {
      if (isTypeOnly) continue;
      if (isRelative) waiting.push(target);
      else packages.add(target);
    }
  }
  return packages;
}

function placeOf({ path }: Source): Violation[] {
  return placed(areaOf(path)) ? [] : [`${path} is in a folder that has no place in the design (test/architecture/layers.ts)`];
}

function judgeImport(source: Source, { target, isRelative, isTypeOnly }: Import): Violation[] {
  const from = areaOf(source.path);
  if (from === 'test') return [];
  if (!isRelative) return packageAllowed(source.path, target, isTypeOnly) ? [] : [`${source.path} imports the package ${target}`];
  const to = areaOf(target);
  if (to === from) return [];
  const found: Violation[] = [];
  const isRoot = isCompositionRoot(source.path);
  const allowed =
    (isRoot && (to === 'main' || to.startsWith('main/') || to === 'preload/contract')) || mayDepend(from, to, isTypeOnly);
  if (!allowed) found.push(`${source.path} imports ${target}: ${from} may not depend on ${to}`);
  const owners = ownersOfShims[to];
  if (owners !== undefined && !owners.includes(from))
    found.push(`${source.path} imports ${to}, which belongs to ${owners.join(' and ')}`);
  if (!isRoot && hasFace(to) && !isFace(target)) found.push(`${source.path} imports ${target}, past the folder's index.ts`);
  return found;
}

/** The ports are as many faces as files, and so are the contract's parts: worklets take its PCM format without its schemas. */
function hasFace(area: string): boolean {
  return area !== 'main/ports' && area !== 'preload/contract' && area !== 'assets';
}

/** A style sheet or an image is not code; it has no insides to reach into. */
function isFace(target: string): boolean {
  return /\/index\.tsx?$/.test(target) || !/\.tsx?$/.test(target);
}

function packageAllowed(path: string, specifier: string, isTypeOnly: boolean): boolean {
  const area = areaOf(path);
  const name = specifier.startsWith('node:') ? specifier : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (area === 'preload/contract') return contractPackages.includes(name);
  if (area === 'preload') return name === 'electron';
  if (isPage(area) && (name.startsWith('node:') || name === 'electron')) return false;
  const owners = ownersOfPackages[name];
  return owners === undefined || owners.some((owner) => path.startsWith(owner)) || (isTypeOnly && name === 'electron');
}

function onlyOneFile(sources: readonly Source[], what: string, touches: (source: Source) => boolean): Violation[] {
  const files = sources.filter((source) => areaOf(source.path) !== 'test' && touches(source)).map(({ path }) => path);
  return files.length <= 1 ? [] : [`${what} is touched by ${files.join(' and ')}: one file should`];
}

/** The bridge is whatever preload exposes; in the page one file may know its name. */
function bridgeTouchers(sources: readonly Source[]): Violation[] {
  const names = sources.filter(({ path }) => areaOf(path) === 'preload').flatMap(({ exposes }) => exposes);
  const page = sources.filter(({ path }) => isPage(areaOf(path)));
  return names.flatMap((name) =>
    onlyOneFile(page, `window.${name}`, ({ members }) => members.has(`window.${name}`) || members.has(`globalThis.${name}`)),
  );
}
