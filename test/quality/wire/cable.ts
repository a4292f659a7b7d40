import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Homes } from '../rig/homes.ts';
import { runProgram } from '../rig/run-program.ts';
import { confOf, type Impairment } from './impairment.ts';
import { parseTrace, type WireTrace } from './wire-trace.ts';

const source = fileURLToPath(new URL('wire.c', import.meta.url));
const builtDir = fileURLToPath(new URL('../../../.cache/quality', import.meta.url));

export interface Cable {
  /** From now on the cable does this, and nothing of what it did before. Resolves once it does. */
  impair(impairment: Impairment): Promise<void>;
  /** Ends it. */
  unplug(): Promise<WireTrace>;
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

/** Joins two homes. `dir` gets the wire's configuration and its trace. */
export async function plugCable(homes: Homes, dir: string, impairment: Impairment): Promise<Cable> {
  const conf = join(dir, 'wire.conf');
  const tracePath = join(dir, 'wire.trace');
  writeFileSync(conf, confOf(impairment));
  const wire = await compiledWire();
  const process = spawn(wire, [homes.a.namespace, homes.a.device, homes.b.namespace, homes.b.device, conf, tracePath], {
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
  await homes.plugIn();
  return {
    async impair(changed) {
      writeFileSync(conf, confOf(changed));
      const done = said('changed');
      process.kill('SIGUSR1');
      await done;
    },
    async unplug() {
      process.kill('SIGTERM');
      await gone;
      return parseTrace(readFileSync(tracePath, 'utf8'));
    },
  };
}
