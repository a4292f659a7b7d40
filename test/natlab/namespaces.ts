import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { runProgram } from '../quality/rig/run-program.ts';

/** Where `ip netns` keeps its names. */
const namesDir = '/run/netns';
const family = 'lilliput-nat-';

/** Network namespaces of this process: their names hold its number, so that several laboratories don't meet. */
export const namespaceName = (name: string): string => `${family}${process.pid}-${name}`;

/** Runs a command there; when this process dies, however it does, so does that. */
export const insideOf = (name: string): readonly string[] => [
  'setpriv',
  '--pdeathsig',
  'KILL',
  'nsenter',
  `--net=${namesDir}/${namespaceName(name)}`,
  '--',
];

/** @throws Error with what it complained of */
export async function feedProgram(program: string, args: readonly string[], input: string): Promise<void> {
  const child = spawn(program, [...args], { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk.toString()}`.slice(-4000);
  });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.on('error', () => undefined); // it went before it had read all: its exit code tells
  child.stdin.end(input);
  if ((await code) !== 0) throw new Error(`${program} ${args.join(' ')}: ${complaints}\n${input}`);
}

/** Many commands of `ip` in one namespace, or in none: one process for all of them. */
export const ipBatch = (namespace: string | null, lines: readonly string[]): Promise<void> =>
  feedProgram('ip', [...(namespace === null ? [] : ['-n', namespaceName(namespace)]), '-batch', '-'], `${lines.join('\n')}\n`);

/** A program that is part of the laboratory itself, run to its end in a namespace. */
export function feedInside(namespace: string, program: string, args: readonly string[], input: string): Promise<void> {
  const [command = program, ...before] = insideOf(namespace);
  return feedProgram(command, [...before, program, ...args], input);
}

/** `/proc/sys/net` shows the namespace of whoever looks. */
export const setKernel = (namespace: string, values: Readonly<Record<string, number>>): Promise<void> =>
  feedInside(
    namespace,
    'sh',
    ['-e'],
    Object.entries(values)
      .map(([key, value]) => `echo ${value} > /proc/sys/net/${key}\n`)
      .join(''),
  );

const isAlive = (id: number): boolean => {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false; // we are root: nothing but its absence can be the reason
  }
};

function namespacesWhere(wanted: (owner: number) => boolean): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(namesDir);
  } catch {
    return []; // none was ever made here
  }
  return names.filter((name) => name.startsWith(family) && wanted(Number.parseInt(name.slice(family.length), 10)));
}

/** Whatever runs there was started there by a laboratory. */
async function removeAll(names: readonly string[]): Promise<void> {
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- few; and two at a time would wait for the same lock
    const processes = await runProgram('ip', ['netns', 'pids', name]);
    for (const id of processes.split('\n').filter((line) => line !== '')) {
      try {
        process.kill(Number(id), 'SIGKILL');
      } catch {
        continue; // gone by itself
      }
    }
    // oxlint-disable-next-line no-await-in-loop -- as above
    await runProgram('ip', ['netns', 'delete', name]);
  }
}

/** Takes away what this laboratory made. */
export const removeOwn = (): Promise<void> => removeAll(namespacesWhere((owner) => owner === process.pid));

/** Takes away what laboratories left behind that did not come to their end. */
export const removeAbandoned = (): Promise<void> => removeAll(namespacesWhere((owner) => !isAlive(owner)));
