import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The page. Both shells serve the same files: Electron from disk (hence the relative base), the browser shell over HTTP. */
export default defineConfig({
  root: here('./renderer'),
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: here('./out/renderer'),
    emptyOutDir: true,
    // The older of the two Electrons it runs in is 33 (Chromium 130), the one of the tests.
    target: 'chrome130',
    // Nothing becomes a data: URL: the page's content security policy allows only its own files.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2_000,
    // The window, and the small one of somebody who rings.
    rolldownOptions: { input: { index: here('./renderer/index.html'), incoming: here('./renderer/incoming.html') } },
  },
});
