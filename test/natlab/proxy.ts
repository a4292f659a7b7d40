import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { privateNetwork } from './address-plan.ts';
import type { Home } from './internet.ts';

const programPath = fileURLToPath(new URL('proxy-process.ts', import.meta.url));
const port = 3128;

/** The HTTP proxy in a home's router, as its computers are told of it. */
export interface HomeProxy {
  readonly environment: { readonly HTTPS_PROXY: string; readonly NO_PROXY: '' };
  stop(): void;
}

/** @throws Error if it does not begin */
export async function startProxy({ name, insideRouter }: Home): Promise<HomeProxy> {
  const host = `${privateNetwork}.1`;
  const [command, ...before] = [...insideRouter, process.execPath];
  const child = spawn(command, [...before, '--disable-warning=ExperimentalWarning', programPath, host, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the proxy of ${name} does not run`)));
  ended.catch(() => undefined);
  // It says one line, when it listens.
  await Promise.race([once(child.stdout, 'data'), ended]);
  return { environment: { HTTPS_PROXY: `http://${host}:${port}`, NO_PROXY: '' }, stop: () => void child.kill() };
}
