import { equalBytes } from '../../native-shims/sodium/index.ts';
import type { DirectoryAnswer } from '../overlay/index.ts';
import { toHex } from '../ports/hex.ts';
import { openRecord, targetOf, type ClaimRecord } from './claim-record.ts';
import type { WorkCheck } from './work-check.ts';

/** An answer after its record was checked. Null: nothing held, or nothing that a reader may believe. */
export interface CheckedAnswer {
  readonly network: string;
  readonly record: ClaimRecord | null;
}

/** Checks every answer: form, signatures, name, proof of work. Nodes mostly hold the same bytes: those are checked once. */
export async function checkAnswers(
  answers: readonly DirectoryAnswer[],
  name: string,
  isWorked: WorkCheck,
): Promise<readonly CheckedAnswer[]> {
  const target = targetOf(name);
  const opened = new Map<string, Promise<ClaimRecord | null>>();

  const check = async (bytes: Uint8Array): Promise<ClaimRecord | null> => {
    const record = openRecord(bytes);
    if (record === null || !equalBytes(target, targetOf(record.name))) return null;
    return (await isWorked(record)) ? record : null;
  };
  const checkOnce = (bytes: Uint8Array): Promise<ClaimRecord | null> => {
    const key = toHex(bytes);
    const record = opened.get(key) ?? check(bytes);
    opened.set(key, record);
    return record;
  };
  return Promise.all(answers.map(async ({ network, record }) => ({ network, record: record && (await checkOnce(record)) })));
}
