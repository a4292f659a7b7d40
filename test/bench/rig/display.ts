import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Display {
  /** For the environment variable DISPLAY. */
  readonly name: string;
  stop(): void;
}

/** The display that is there, or a virtual one (Xvfb chooses its number and says it); null where neither can be had. */
export async function openDisplay(): Promise<Display | null> {
  const present = process.env['DISPLAY'];
  if (present !== undefined && present !== '') return { name: present, stop: () => undefined };
  const numberPipe = 3;
  const xvfb = spawn('Xvfb', ['-displayfd', String(numberPipe), '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve) => {
    xvfb.once('error', () => resolve(null));
    xvfb.once('exit', () => resolve(null));
    const pipe = xvfb.stdio[numberPipe];
    if (pipe === null || pipe === undefined || !('read' in pipe)) return;
    createInterface({ input: pipe }).once('line', (number) => resolve({ name: `:${number}`, stop: () => void xvfb.kill() }));
  });
}
