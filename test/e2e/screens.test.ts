import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { takeScreens } from './screens.ts';

const chromium = process.env['LILLIPUT_CHROMIUM'];
const directory = fileURLToPath(new URL('../../test-results/screens', import.meta.url));

// All of them in both themes take a quarter of an hour: `node test/e2e/screens.ts OUT_DIR` draws those.
describe.skipIf(chromium === undefined)('every second screen, light and dark in turn', () => {
  it('is drawn without an error of the page and without an accessibility violation', { timeout: 900_000, retry: 0 }, async () => {
    const results = await takeScreens(directory, { executablePath: chromium ?? '', isSample: true });
    expect(results.length).toBeGreaterThan(100);
    expect(results.filter(({ problems }) => problems.length > 0)).toEqual([]);
  });
});
