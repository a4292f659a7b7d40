import { availableParallelism, loadavg, platform, release } from 'node:os';

/** Enough to compare runs by; nothing that says whose computer it was. */
export interface Machine {
  readonly cores: number;
  readonly node: string;
  readonly os: string;
}

export const describeMachine = (): Machine => ({
  cores: availableParallelism(),
  node: process.versions.node,
  os: `${platform()} ${release().split('.').slice(0, 2).join('.')}`,
});

/** Processes that wanted a core in the last minute, ours too: far above `cores`, times say more about others than about us. */
export const load = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;
