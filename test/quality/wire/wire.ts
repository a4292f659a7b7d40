import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../rig/run-program.ts';
import type { Cable } from './cable.ts';
import { confOf, type Impairment } from './impairment.ts';
import { parseTrace } from './wire-trace.ts';

const source = fileURLToPath(new URL('wire.c', import.meta.url));
const builtDir = fileURLToPath(new URL('../../../.cache/quality', import.meta.url));

/** One end of the wire: a TAP device that it makes in a network namespace. */
export interface Plug {
  readonly namespace: string;
  readonly device: string;
}

/** Compiled once, and again when the source is newer. */
async function compiledWire(): Promise<string> {
  const built = join(builtDir, 'wire');
  mkdirSync(builtDir, { recursive: true });
  if (!existsSync(built) || statSync(built).mtimeMs < statSync(source).mtimeMs) {
    await runProgram('gcc', ['-O2', '-Wall', '-Wextra', '-o', built, source]);
  }
  return built;
}

/** Joins two namespaces. `dir` gets the wire's configuration and its trace. */
export async function plugWire(a: Plug, b: Plug, dir: string, impairment: Impairment): Promise<Cable> {
  const conf = join(dir, 'wire.conf');
  const tracePath = join(dir, 'wire.trace');
  writeFileSync(conf, confOf(impairment));
  const wire = await compiledWire();
  const process = spawn(wire, [a.namespace, a.device, b.namespace, b.device, conf, tracePath], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => process.once('close', () => resolve()));
  const waiting: { word: string; heard: () => void }[] = [];
  createInterface({ input: process.stdout }).on('line', (line) => {
    const at = waiting.findIndex(({ word }) => word === line);
    for (const { heard } of at < 0 ? [] : waiting.splice(at, 1)) heard();
  });
  const said = async (word: string): Promise<void> => {
    const heard = new Promise<true>((resolve) => waiting.push({ word, heard: () => resolve(true) }));
    if ((await Promise.race([heard, gone])) !== true) throw new Error('the cable ended; see what the wire said');
  };
  await said('ready');
  const reread = async (): Promise<void> => {
    const done = said('changed');
    process.kill('SIGUSR1');
    await done;
  };
  let tracedBytes = 0;
  return {
    async impair(changed) {
      writeFileSync(conf, confOf(changed));
      await reread();
    },
    async trace() {
      // Whenever it reads its configuration, what it noted is whole.
      await reread();
      const all = readFileSync(tracePath);
      const since = all.toString('latin1', tracedBytes);
      tracedBytes = all.length;
      return parseTrace(since);
    },
    async unplug() {
      process.kill('SIGTERM');
      await gone;
    },
  };
}
