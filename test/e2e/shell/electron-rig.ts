import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { build } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Sources of a small app, bundled as the real one is (electron.vite.config.ts); paths are relative to the repository. */
export interface AppSources {
  readonly main: string;
  readonly engine: string;
  readonly media?: string;
  readonly preload?: string;
  /** A folder with an `index.html`. */
  readonly page?: string;
}

export interface BuiltApp {
  /** An Electron that runs this app. */
  readonly electron: string;
  /** Empty, for profiles. */
  readonly home: string;
  remove(): void;
}

const isOutside = (id: string): boolean => id === 'electron' || id.startsWith('node:') || builtinModules.includes(id);

async function bundle(input: Record<string, string>, dir: string, format: 'es' | 'cjs', extension: string): Promise<void> {
  const rolled = await rolldown({
    input: Object.fromEntries(Object.entries(input).map(([name, path]) => [name, join(root, path)])),
    external: isOutside,
    platform: 'node',
    logLevel: 'silent',
  });
  await rolled.write({ dir, format, entryFileNames: `[name]${extension}`, chunkFileNames: `[name]-[hash]${extension}` });
  await rolled.close();
}

/** The page as vite.config.ts builds it, for what the content security policy makes of it. */
async function buildPage(folder: string, outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: join(root, folder),
    base: './',
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, target: 'chrome130', assetsInlineLimit: 0 },
  });
}

/** Bundles the app and puts it into a copy of the test Electron (hard links: no bytes are copied). */
export async function buildApp(sources: AppSources, testElectron: string): Promise<BuiltApp> {
  // On the same file system as the test Electron, for the links.
  const cache = dirname(dirname(testElectron));
  const work = mkdtempSync(join(cache, 'shell-e2e-'));
  const app = join(work, 'app');
  const { main, engine, media, preload, page } = sources;
  await bundle(
    { main, 'engine-process': engine, ...(media === undefined ? {} : { 'media-process': media }) },
    join(app, 'out', 'main'),
    'es',
    '.js',
  );
  if (preload !== undefined) await bundle({ preload }, join(app, 'out', 'preload'), 'cjs', '.cjs');
  if (page !== undefined) await buildPage(page, join(app, 'out', 'renderer'));
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({ name: 'lilliput-shell-test', version: '0.0.0', type: 'module', main: 'out/main/main.js' }),
  );
  const electronDir = join(work, 'electron');
  execFileSync('cp', ['-al', dirname(testElectron), electronDir]);
  const link = join(electronDir, 'resources', 'app');
  rmSync(link, { recursive: true, force: true });
  symlinkSync(app, link);
  const home = mkdtempSync(join(tmpdir(), 'lilliput-e2e-'));
  mkdirSync(home, { recursive: true });
  return {
    electron: join(electronDir, 'electron'),
    home,
    remove() {
      rmSync(work, { recursive: true, force: true });
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What every Electron in a container and under a virtual display needs; and a camera and a microphone to ask for. */
export const electronSwitches = ['--no-sandbox', '--disable-gpu', '--use-fake-device-for-media-stream'];
