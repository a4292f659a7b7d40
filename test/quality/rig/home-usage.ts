import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
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

const unlessGone = <Value>(read: () => Value): Value | null => {
  try {
    return read();
  } catch {
    return null; // it ended between the list and the look
  }
};

/** Whether a process belongs to a home. @param parentOf of any process that still runs */
type Belongs = (id: number, parentOf: (id: number) => number) => boolean;

/** @param inside how a program is run in that network namespace */
export async function usageOfNamespace(inside: readonly string[]): Promise<HomeUsage> {
  const [command = '', ...args] = inside;
  const network = (await runProgram(command, [...args, 'readlink', '/proc/self/ns/net'])).trim();
  return usageOf((id) => unlessGone(() => readlinkSync(`/proc/${id}/ns/net`)) === network);
}

/** @param marks variables of the environment that the home's programs were started with; what they started counts */
export const usageOfMarked = (marks: Readonly<Record<string, string>>): Promise<HomeUsage> => {
  const lines = Object.entries(marks).map(([name, value]) => `${name}=${value}`);
  return usageOf((id, parentOf) => {
    // Up to the first process: browsers write their name over the environment of their children.
    for (let one = id; one > 1; one = parentOf(one)) {
      const environment = unlessGone(() => readFileSync(`/proc/${one}/environ`, 'utf8'))?.split('\0') ?? [];
      if (lines.every((line) => environment.includes(line))) return true;
    }
    return false;
  });
};

/** proc(5): the fields of a process from its state on, which is the third. */
const statOf = (id: number): string[] | null =>
  unlessGone(() =>
    readFileSync(`/proc/${id}/stat`, 'utf8')
      .replace(/^.*\) /su, '')
      .split(' '),
  );

/** Reads the CPU time that all processes of a home have used so far. */
async function usageOf(belongs: Belongs): Promise<HomeUsage> {
  const ticksPerSecond = Number(await runProgram('getconf', ['CLK_TCK']));
  const processes = new Map<number, ProcessUsage>();
  const atMs = performance.now();
  for (const id of readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)) {
    if (!belongs(id, (one) => Number(statOf(one)?.[1] ?? 0))) continue;
    const fields = statOf(id);
    const line = unlessGone(() => readFileSync(`/proc/${id}/cmdline`, 'utf8'));
    if (fields === null || line === null) continue;
    // utime and stime are the 14th and 15th.
    const cpuMs = ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
    processes.set(id, { part: partOf(line), cpuMs });
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

/** What the laboratory itself runs there is nobody's. */
export const without = ({ atMs, processes }: HomeUsage, ids: readonly number[]): HomeUsage => ({
  atMs,
  processes: new Map([...processes].filter(([id]) => !ids.includes(id))),
});

export const sumOf = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((sum, percent) => sum + percent, 0);
