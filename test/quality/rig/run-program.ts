import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a short program to its end. @returns what it printed @throws Error with what it complained of */
export async function runProgram(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], { timeout: 30_000 });
  return stdout;
}
