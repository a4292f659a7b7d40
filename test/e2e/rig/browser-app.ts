import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BrowserContext } from 'playwright-core';
import { launchChromium, type ChromiumOptions } from './chromium.ts';
import { installEar } from './ear.ts';
import type { App, AppStart } from './story.ts';

const shellPath = fileURLToPath(new URL('../../../main/browser.ts', import.meta.url));

/** One whole app: the browser shell as its own process, and its page in a Chromium of its own. */
export interface BrowserApp extends App {
  readonly context: BrowserContext;
  readonly shell: ChildProcess;
}

export interface BrowserAppOptions extends Omit<AppStart, 'speechWav'>, Omit<ChromiumOptions, 'sound'> {
  /** Plays into the page's microphone; 44.1 kHz, looped. Null: the machine's sound cards. */
  readonly speechWav: string | null;
  readonly shellArgs?: readonly string[];
  /** Gets the browser ready before the page is there. By default it listens at the page's loudspeaker. */
  readonly prepare?: (context: BrowserContext) => Promise<void>;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;

export async function startBrowserApp(options: BrowserAppOptions): Promise<BrowserApp> {
  const [command, ...before] = [...(options.place?.inside ?? []), process.execPath];
  const shell = spawn(
    command ?? process.execPath,
    [
      ...before,
      '--disable-warning=ExperimentalWarning',
      shellPath,
      '--home',
      options.home,
      '--profile',
      options.profile,
      '--no-open',
      '--keep-running',
      ...(options.shellArgs ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...options.environment } },
  );
  const url = await entryUrl(shell);
  const { speechWav } = options;
  const browser = await launchChromium({ ...options, sound: speechWav === null ? 'real' : { speechWav } });
  const context = await browser.newContext({
    viewport: { width: 1180, height: 760 },
    permissions: options.microphone === 'denied' ? [] : ['microphone'],
  });
  await (options.prepare ?? installEar)(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  await page.goto(url);
  return {
    page,
    context,
    shell,
    complaints,
    async stop() {
      await browser.close();
      await end(shell);
    },
  };
}

/** The one-time address that the shell prints where it opens no window. */
function entryUrl(shell: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the shell printed no address')), startTimeoutMs);
    const { stdout } = shell;
    if (stdout === null) return reject(new Error('the shell has no output'));
    createInterface({ input: stdout }).on('line', (line) => {
      const url = /http:\/\/127\.0\.0\.1:\d+\/\S+/u.exec(line)?.[0];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    shell.once('exit', (code) => reject(new Error(`the shell ended with ${code}`)));
    return undefined;
  });
}

async function end(shell: ChildProcess): Promise<void> {
  if (shell.exitCode !== null || shell.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => shell.once('exit', () => resolve()));
  shell.kill('SIGTERM');
  const timer = setTimeout(() => shell.kill('SIGKILL'), stopTimeoutMs);
  await gone;
  clearTimeout(timer);
}
