import type { SequenceMemory } from '../identity/index.ts';
import type { DirectoryStore } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { LineGate } from '../ports/line-gate.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import { createWorkCheck, type WorkCheck } from './work-check.ts';
import type { WorkPolicy } from './work.ts';

/** Our own record as it was last stored by others: carries its proof of work and count over restarts. One per profile. */
export interface OwnRecordShelf {
  load(): Uint8Array | null;
  save(record: Uint8Array): void;
}

/** For tests, and where a restart may cost a new proof of work. */
export function createOwnRecordShelf(): OwnRecordShelf {
  let kept: Uint8Array | null = null;
  return {
    load: () => kept,
    save: (record) => {
      kept = record;
    },
  };
}

/** What the directory stands on. */
export interface DirectoryOptions {
  readonly store: DirectoryStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly work: WorkPolicy;
  readonly memory: SequenceMemory;
  readonly own: OwnRecordShelf;
  /** Without it nothing waits. */
  readonly gate?: LineGate;
}

/** What its parts share. */
export interface DirectoryContext extends DirectoryOptions {
  readonly isWorked: WorkCheck;
}

export const createContext = (options: DirectoryOptions): DirectoryContext => ({
  ...options,
  log: options.log.child('directory'),
  isWorked: createWorkCheck(options.work),
});
