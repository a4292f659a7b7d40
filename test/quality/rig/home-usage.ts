import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Home } from './homes.ts';
import { runProgram } from './run-program.ts';

/** CPU time of everything that runs in a home, milliseconds by process. */
export interface HomeUsage {
  readonly atMs: number;
  readonly cpuMs: ReadonlyMap<number, number>;
}

const firstOf = (read: () => string): string | null => {
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
  const cpuMs = new Map<number, number>();
  const atMs = performance.now();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/u.test(name) || firstOf(() => readlinkSync(`/proc/${name}/ns/net`)) !== network) continue;
    const stat = firstOf(() => readFileSync(`/proc/${name}/stat`, 'utf8'));
    if (stat === null) continue;
    // proc(5): after the name in brackets, utime and stime are the 12th and 13th fields.
    const fields = stat.replace(/^.*\) /su, '').split(' ');
    cpuMs.set(Number(name), ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000);
  }
  return { atMs, cpuMs };
}

/** Per cent of one core between two looks. A process that came counts from its beginning; one that went no longer counts. */
export function cpuPercent(before: HomeUsage, after: HomeUsage): number {
  let usedMs = 0;
  for (const [process, cpuMs] of after.cpuMs) usedMs += cpuMs - (before.cpuMs.get(process) ?? 0);
  return (100 * usedMs) / (after.atMs - before.atMs);
}
