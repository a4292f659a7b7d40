import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export interface Usage {
  readonly rssMb: number;
  readonly cpuMs: number;
  readonly atMs: number;
}

const bytesPerMegabyte = 1e6;

/** A whole process with all its threads, seen from outside. Null where there is no /proc. */
export async function usageOf(pid: number): Promise<Usage | null> {
  if (process.platform !== 'linux') return null;
  const ticksPerSecond = Number((await promisify(execFile)('getconf', ['CLK_TCK'])).stdout);
  // proc(5): after the name in brackets, utime and stime are the 12th and 13th fields; resident pages are 4 kB in `status`.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /su, '')
    .split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kilobytes = Number(/^VmRSS:\s+(?<kb>\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.groups?.['kb']);
  return { rssMb: (kilobytes * 1024) / bytesPerMegabyte, cpuMs: (ticks / ticksPerSecond) * 1000, atMs: performance.now() };
}
