import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { firstPaintSource, firstScreenSource } from './page-moments.ts';

export interface ElectronWindow {
  /** Resolves when the page's first text field has taken a letter. @throws if that takes a minute */
  typeOneLetter(): Promise<void>;
  /** ms from the page's navigation to its first content; after it was typed into. */
  firstPaintMs(): Promise<number>;
  /** ms from the page's navigation to the first screen with something to do on it. */
  firstScreenMs(): Promise<number>;
  /** ms from the start of the program to the first content. */
  startToPaintMs(): Promise<number>;
  stop(): Promise<void>;
}

const limitMs = 60_000;
const pollMs = 20;

const targetsSchema = z.array(z.looseObject({ type: z.string(), webSocketDebuggerUrl: z.string() }));
const answerSchema = z.looseObject({
  id: z.number(),
  result: z.looseObject({ result: z.looseObject({ value: z.unknown() }).optional() }).optional(),
});

/** What a person does first, done in the page: find the field, write into it, see it written. */
const typing = `(() => {
  const field = document.querySelector('input[type="text"], input:not([type])');
  if (field === null || field.disabled) return false;
  field.focus();
  return document.execCommand('insertText', false, 'j') && field.value.includes('j');
})()`;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pollMs));

async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const endMs = performance.now() + limitMs;
  while (performance.now() < endMs) {
    // oxlint-disable no-await-in-loop -- waiting for a condition
    const found = await look();
    if (found !== null) return found;
    await pause();
    // oxlint-enable no-await-in-loop
  }
  throw new Error(`never happened: ${what}`);
}

/**
 * Starts Electron and speaks to its page by the DevTools protocol. Playwright hung in several of some nine attempts here, by its launcher and by
 * attaching alike, while the window was there; why is not known.
 */
export function openElectronWindow(
  executablePath: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly display: string },
): ElectronWindow {
  const startedMs = performance.timeOrigin + performance.now();
  const electron = spawn(executablePath, ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', ...args], {
    cwd: options.cwd,
    env: { ...process.env, DISPLAY: options.display },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => electron.once('exit', () => resolve()));
  const port = new Promise<string>((resolve, reject) => {
    electron.once('exit', (code) => reject(new Error(`Electron ended with ${code}`)));
    createInterface({ input: electron.stderr }).on('line', (line) => {
      const found = /DevTools listening on ws:\/\/[^:]+:(?<port>\d+)/u.exec(line)?.groups?.['port'];
      if (found !== undefined) resolve(found);
    });
  });

  /** The page, as long as `use` takes. */
  async function withPage<T>(use: (socket: WebSocket) => Promise<T>): Promise<T> {
    const list = `http://127.0.0.1:${await port}/json/list`;
    const address = await until('a page', async () => {
      const targets = targetsSchema.parse(await (await fetch(list)).json());
      return targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? null;
    });
    const socket = new WebSocket(address);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('open', () => resolve());
        socket.once('error', reject);
      });
      return await use(socket);
    } finally {
      socket.close();
    }
  }

  return {
    typeOneLetter: () =>
      withPage(async (socket) => {
        await until('a letter was taken', () => evaluate(socket, typing).then((taken) => (taken === true ? true : null)));
      }),
    firstPaintMs: () => withPage(async (socket) => z.number().parse(await evaluate(socket, firstPaintSource))),
    firstScreenMs: () => withPage(async (socket) => z.number().parse(await evaluate(socket, firstScreenSource))),
    startToPaintMs: () =>
      withPage(async (socket) => {
        const paintedMs = z.number().parse(await evaluate(socket, `performance.timeOrigin + ${firstPaintSource}`));
        return paintedMs - startedMs;
      }),
    async stop() {
      electron.kill('SIGTERM');
      const timer = setTimeout(() => electron.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

let nextId = 0;

async function evaluate(socket: WebSocket, expression: string): Promise<unknown> {
  const id = (nextId += 1);
  return new Promise((resolve) => {
    const hear = (data: WebSocket.RawData): void => {
      // DevTools sends text frames, which come as one Buffer.
      const answer = answerSchema.safeParse(JSON.parse(Buffer.isBuffer(data) ? data.toString() : '{}'));
      if (!answer.success || answer.data.id !== id) return;
      socket.off('message', hear);
      resolve(answer.data.result?.result?.value);
    };
    socket.on('message', hear);
    socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression } }));
  });
}
