/**
 * Writes a picture of every screen, light and dark, and fails on an accessibility violation (axe) or a page error:
 * `node test/e2e/screens.ts OUT_DIR [NAME_PART]`. The page runs over an in-memory backend (fixtures/page): pictures, not proof.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { withPicturePage } from './picture-page.ts';
import { screens, type Screen } from './screens-list.ts';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const themes = ['light', 'dark'] as const;
/** Each page has a process of its own, which axe keeps busy. */
const drawnAtOnce = 2;

export interface ScreenResult {
  readonly name: string;
  readonly problems: readonly string[];
}

/**
 * Builds and serves the picture page, draws each screen into `directory`, and tells what axe and the page complained of.
 * `isSample`: every second screen, in one of its themes only, the next in the other, which takes a quarter of the time.
 */
export async function takeScreens(
  directory: string,
  options: {
    readonly executablePath: string;
    readonly only?: string;
    readonly isSample?: boolean;
    readonly onResult?: (result: ScreenResult) => void;
  },
): Promise<readonly ScreenResult[]> {
  await mkdir(directory, { recursive: true });
  return withPicturePage(options.executablePath, async (browser, address) => {
    const isSample = options.isSample === true;
    const wanted = screens.filter(({ name }, index) => name.includes(options.only ?? '') && !(isSample && index % 2 === 1));
    const left = wanted.flatMap((screen, index) => {
      const all = screen.themes ?? themes;
      const chosen = isSample ? all.filter((_, turn) => turn === index % all.length) : all;
      return chosen.map((theme) => ({ screen, theme }));
    });
    const results: ScreenResult[] = [];
    const lane = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const result = await takeOne(browser, address, next.screen, next.theme, directory);
        options.onResult?.(result);
        results.push(result);
      }
    };
    await Promise.all(Array.from({ length: drawnAtOnce }, lane));
    return results;
  });
}

async function takeOne(
  browser: Browser,
  address: string,
  screen: Screen,
  theme: 'light' | 'dark',
  directory: string,
): Promise<ScreenResult> {
  const context = await browser.newContext({
    viewport: { width: screen.width ?? 1180, height: screen.height ?? 760 },
    colorScheme: theme,
    reducedMotion: screen.calm === true ? 'reduce' : 'no-preference',
    forcedColors: screen.contrast === 'forced' ? 'active' : 'none',
    contrast: screen.contrast === 'more' ? 'more' : 'no-preference',
    timezoneId: 'Europe/Zurich',
  });
  const problems: string[] = [];
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console: ${message.text()}`);
    });
    // Half past seven in the evening, so that greetings and "today" read alike on every run.
    await page.clock.install({ time: new Date('2026-03-04T19:30:00+01:00') });
    const query = new URLSearchParams({ scene: screen.scene ?? 'full', theme, ...screen.query });
    await page.goto(`${address}?${query}`);
    await page.evaluate(() => document.fonts.ready);
    await page.locator('.starting').waitFor({ state: 'detached' });
    await screen.act?.(page);
    await page.clock.runFor(700);
    // Movements on their way in are taken at their end; those that never end (the ring of a voice) go on.
    await page.evaluate(() => {
      for (const animation of document.getAnimations())
        if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    });
    await page.screenshot({ path: join(directory, `${screen.name}.${theme}.png`) });
    problems.push(...(await violations(page, screen)));
  } catch (error) {
    problems.push(`could not be drawn: ${String(error).split('\n').slice(0, 4).join(' ')}`);
  } finally {
    await context.close();
  }
  return { name: `${screen.name}.${theme}`, problems };
}

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

async function violations(page: Page, { contrast }: Screen): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  // axe reads the page; the clock is ours, so let it run on while it does.
  await page.clock.resume();
  const found = await page.evaluate(async (areColoursForced) => {
    const { axe } = window as unknown as {
      axe: { run: (root: Document, options: object) => Promise<{ violations: AxeViolation[] }> };
    };
    // A menu lives at the end of the body, outside of every landmark, as menus do: not a fault of the page around it.
    const region = { enabled: document.querySelector('[role=menu]') === null };
    // Forced colours are the system's, and axe sees those that they took the place of.
    const colours = { enabled: !areColoursForced };
    return (await axe.run(document, { resultTypes: ['violations'], rules: { region, 'color-contrast': colours } })).violations;
  }, contrast === 'forced');
  return found.map(
    (violation) =>
      `axe ${violation.id}: ${violation.nodes
        .slice(0, 3)
        .map((node) => `${node.target.join(' ')} (${node.failureSummary?.split('\n')[1]?.trim() ?? ''})`)
        .join('; ')}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , directory = 'test-results/screens', only = ''] = process.argv;
  const results = await takeScreens(directory, {
    executablePath: process.env['LILLIPUT_CHROMIUM'] ?? '/usr/bin/chromium',
    only,
    onResult: ({ name, problems }) =>
      console.log(problems.length === 0 ? `ok ${name}` : `PROBLEM ${name}\n  ${problems.join('\n  ')}`),
  });
  const bad = results.filter(({ problems }) => problems.length > 0);
  console.log(`${results.length} pictures, ${bad.length} with problems, in ${directory}`);
  process.exitCode = bad.length === 0 ? 0 : 1;
}
