import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { build, preview, type PreviewServer } from 'vite';

/** Once per test process. */
let built: Promise<unknown> | null = null;

/** Builds the interface over the in-memory backend (fixtures/page), serves it on loopback, and opens a browser for it. */
export async function withPicturePage<Result>(
  executablePath: string,
  use: (browser: Browser, address: string) => Promise<Result>,
  moreArgs: readonly string[] = [],
): Promise<Result> {
  const configFile = fileURLToPath(new URL('./fixtures/page/vite.config.ts', import.meta.url));
  built ??= build({ configFile, logLevel: 'error' });
  await built;
  const server: PreviewServer = await preview({ configFile, logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } });
  let browser: Browser | null = null;
  try {
    const address = server.resolvedUrls?.local[0];
    if (address === undefined) throw new Error('the page server has no address');
    browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', ...moreArgs],
    });
    return await use(browser, address);
  } finally {
    await browser?.close();
    await server.close();
  }
}
