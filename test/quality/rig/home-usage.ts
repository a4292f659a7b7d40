import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { Home } from './homes.ts';
import { runProgram } from './run-program.ts';

interface ProcessUsage {
  /** The program's name, and what it is for where a browser says so. */
  readonly part: string;
  readonly cpuMs: number;
}

/** CPU time of everything that runs in a home, by process id. */
export interface HomeUsage {
  readonly atMs: number;
  readonly processes: ReadonlyMap<number, ProcessUsage>;
}

const unlessGone = (read: () => string): string | null => {
  try {
    return read();
  } catch {
    return null; // it ended between the list and the look
  }
};

/** Reads the CPU time that all processes of a home have used so far: shell with engine and media, and every process of the browser. */
export async function usageIn({ inside }: Home): Promise<HomeUsage> {
  const [command = '', ...args] = inside;
  const network = (await runProgram(command, [...args, 'readlink', '/proc/self/ns/net'])).trim();
  const ticksPerSecond = Number(await runProgram('getconf', ['CLK_TCK']));
  const processes = new Map<number, ProcessUsage>();
  const atMs = performance.now();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/u.test(name) || unlessGone(() => readlinkSync(`/proc/${name}/ns/net`)) !== network) continue;
    const stat = unlessGone(() => readFileSync(`/proc/${name}/stat`, 'utf8'));
    const line = unlessGone(() => readFileSync(`/proc/${name}/cmdline`, 'utf8'));
    if (stat === null || line === null) continue;
    // proc(5): after the name in brackets, utime and stime are the 12th and 13th fields.
    const fields = stat.replace(/^.*\) /su, '').split(' ');
    const cpuMs = ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
    processes.set(Number(name), { part: partOf(line), cpuMs });
  }
  return { atMs, processes };
}

function partOf(commandLine: string): string {
  const program = basename(commandLine.split(/[\0 ]/u, 1)[0] ?? '');
  const kind = /--utility-sub-type=(?<service>\w+)/u.exec(commandLine) ?? /--type=(?<type>[\w-]+)/u.exec(commandLine);
  return kind?.[1] === undefined ? program : `${program}/${kind[1]}`;
}

/**
 * Per cent of one core between two looks, by what used it. A process that came counts from its beginning; one that went no
 * longer counts.
 */
export function cpuPercents(before: HomeUsage, after: HomeUsage): Readonly<Record<string, number>> {
  const parts: Record<string, number> = {};
  for (const [id, { part, cpuMs }] of after.processes) {
    const percent = (100 * (cpuMs - (before.processes.get(id)?.cpuMs ?? 0))) / (after.atMs - before.atMs);
    if (percent > 0) parts[part] = (parts[part] ?? 0) + percent;
  }
  return parts;
}

export const sumOf = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((sum, percent) => sum + percent, 0);
