import type { ChildProcess } from 'node:child_process';

/** Then no more is waited for. */
const patienceMs = 10_000;

/** Ends a process and everything it holds; resolves when it is gone. */
export async function endsWithin(child: ChildProcess, signal: NodeJS.Signals, ms = patienceMs): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  await gone;
  clearTimeout(timer);
}
