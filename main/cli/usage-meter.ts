import type { Clock } from '../ports/clock.ts';

export interface UsageMeter {
  restart(): void;
  /** CPU of all threads of this process in percent of one core since the start, and resident memory now. */
  read(): { readonly cpuPercent: number; readonly rssMb: number };
}

const microsecondsPerMillisecond = 1000;
const bytesPerMegabyte = 1e6;

export function startUsage(clock: Clock): UsageMeter {
  let atMs = clock.monotonicMs();
  let cpu = process.cpuUsage();
  return {
    restart() {
      atMs = clock.monotonicMs();
      cpu = process.cpuUsage();
    },
    read() {
      const used = process.cpuUsage(cpu);
      const elapsedMs = Math.max(1, clock.monotonicMs() - atMs);
      const cpuPercent = ((used.user + used.system) / microsecondsPerMillisecond / elapsedMs) * 100;
      return { cpuPercent: Math.round(cpuPercent * 10) / 10, rssMb: Math.round(process.memoryUsage().rss / bytesPerMegabyte) };
    },
  };
}
