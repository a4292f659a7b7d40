import type { ProcessName } from '../ports/process-host.ts';

/** True while the sources run as they are; bundles lie side by side as `.js`. */
const fromSources = import.meta.url.endsWith('.ts');

const sourceEntries: Readonly<Record<ProcessName, string>> = {
  engine: '../engine/engine-process.ts',
  media: '../media/media-process.ts',
  relay: '../relay/relay-process.ts',
};

/** The entry module of a process: a source file, or the bundle `<name>-process.js` beside the shell's own bundle. */
export const processEntry = (name: ProcessName): URL =>
  new URL(fromSources ? sourceEntries[name] : `./${name}-process.js`, import.meta.url);
