import { equalBytes } from '../../native-shims/sodium/index.ts';
import { toHex } from '../identity/index.ts';
import type { DirectoryAnswer } from '../overlay/directory-store.ts';
import { openRecord, targetOf, type ClaimRecord } from './claim-record.ts';
import { isWorkDone, isWorkTimely, type WorkPolicy } from './work.ts';

/** An answer after its record was checked. Null: nothing held, or nothing that a reader may believe. */
export interface CheckedAnswer {
  readonly network: string;
  readonly record: ClaimRecord | null;
}

/**
 * Checks every answer: form, signatures, name, proof of work. Nodes mostly hold the same bytes, and the device signs far
 * more often than it works, so each distinct record and each distinct work is checked once.
 */
export async function checkAnswers(
  answers: readonly DirectoryAnswer[],
  name: string,
  policy: WorkPolicy,
): Promise<readonly CheckedAnswer[]> {
  const checkRecord = createRecordCheck(name, policy);
  return Promise.all(answers.map(async ({ network, record }) => ({ network, record: record && (await checkRecord(record)) })));
}

/** Opens records of one name and remembers what was already found of them. */
export function createRecordCheck(name: string, policy: WorkPolicy): (bytes: Uint8Array) => Promise<ClaimRecord | null> {
  const target = targetOf(name);
  const opened = new Map<string, Promise<ClaimRecord | null>>();
  const worked = new Map<string, Promise<boolean>>();

  const check = async (bytes: Uint8Array): Promise<ClaimRecord | null> => {
    const record = openRecord(bytes);
    if (record === null || !equalBytes(target, targetOf(record.name))) return null;
    if (!isWorkTimely(record.work, record.heartbeatMs)) return null;
    const isDone = once(worked, `${record.account}/${record.work.epoch}/${toHex(record.work.nonce)}`, () =>
      isWorkDone(record.work, record, policy),
    );
    return (await isDone) ? record : null;
  };
  return (bytes) => once(opened, toHex(bytes), () => check(bytes));
}

function once<Value>(known: Map<string, Promise<Value>>, key: string, compute: () => Promise<Value>): Promise<Value> {
  const value = known.get(key) ?? compute();
  known.set(key, value);
  return value;
}
