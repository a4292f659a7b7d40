import { toHex } from '../ports/hex.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import { isWorkDone, isWorkTimely, type Work, type WorkPolicy } from './work.ts';

/** What is needed of a record to judge its work. */
export interface WorkedRecord {
  readonly name: string;
  readonly account: AccountKey;
  readonly root: Uint8Array;
  readonly heartbeatMs: number;
  readonly work: Work;
}

export type WorkCheck = (record: WorkedRecord) => Promise<boolean>;

/** About 200 bytes each. */
const maxRemembered = 2000;

/**
 * Judges work, and remembers what it found good: a device signs twice a day but works once in thirty days, so the same proof
 * is met again and again, and each check of a new one costs 16 ms of a core.
 */
export function createWorkCheck(policy: WorkPolicy): WorkCheck {
  const good = new Set<string>();
  /** Checks under way: twenty nodes answer with the same proof at once. */
  const running = new Map<string, Promise<boolean>>();

  const check = async (key: string, record: WorkedRecord): Promise<boolean> => {
    try {
      const isDone = await isWorkDone(record.work, record, policy);
      if (isDone) good.add(key);
      const oldest = good.size > maxRemembered ? good.values().next().value : undefined;
      if (oldest !== undefined) good.delete(oldest);
      return isDone;
    } finally {
      running.delete(key);
    }
  };
  return async (record) => {
    if (!isWorkTimely(record.work, record.heartbeatMs)) return false;
    const key = `${record.account}/${record.work.epoch}/${toHex(record.work.nonce)}/${record.name}`;
    if (good.has(key)) return true;
    const result = running.get(key) ?? check(key, record);
    running.set(key, result);
    return result;
  };
}
