import { fileURLToPath } from 'node:url';
import { defineConfig } from 'electron-vite';
import page from './vite.config.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * What stays in node_modules beside the bundles: native addons and WASM find their binaries by their own place on disk,
 * and HyperDHT's family shares module state that must exist once. Everything else is bundled, so that
 * the packed app does not carry hundreds of packages.
 */
const packages = [
  'hyperdht',
  '@hyperswarm/secret-stream',
  'dht-rpc',
  'protomux',
  'b4a',
  'compact-encoding',
  'sodium-native',
  'udx-native',
  'node-sqlite3-wasm',
  '@evan/opus',
  '@sapphi-red/web-noise-suppressor',
  'koffi',
];

const external = [/^node:/, 'electron', ...packages.map((name) => new RegExp(`^${name}(/|$)`))];

export default defineConfig({
  main: {
    build: {
      outDir: here('./out/main'),
      target: 'node20.18',
      externalizeDeps: false,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: {
          main: here('./main/main.ts'),
          'engine-process': here('./main/engine/engine-process.ts'),
          'media-process': here('./main/media/media-process.ts'),
          'relay-process': here('./main/relay/relay-process.ts'),
        },
        external,
        // Chunks lie beside the entries: main/shell/process-entries.ts resolves the others relative to itself.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: here('./out/preload'),
      // electron-vite takes nothing but Node here; what the preload runs in is the same Electron 33 or newer.
      target: 'node20.18',
      externalizeDeps: false,
      // A sandboxed preload is one file: what both use stands in both.
      isolatedEntries: true,
      minify: false,
      rolldownOptions: {
        input: { preload: here('./preload/preload.ts'), 'incoming-preload': here('./preload/incoming-preload.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: page,
});
