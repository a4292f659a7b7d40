import { equalBytes } from '../../native-shims/sodium/index.ts';
import type { RecordValidator, StoreVerdict } from '../overlay/index.ts';
import { openRecord, targetOf, type ClaimRecord } from './claim-record.ts';
import { compareAge, endOf, isFromTheFuture } from './claim-standing.ts';
import { createWorkCheck } from './work-check.ts';
import { isWorkTimely, type Work, type WorkPolicy } from './work.ts';

const refuse = (code: 'NAME_TAKEN' | 'STALE' | 'BAD_RECORD'): StoreVerdict => ({ verdict: 'refuse', code });

/**
 * What a supernode stores. A name belongs to the root key whose record is held, until 180 days after its last heartbeat;
 * who was first counts by what is held, never by what a record says about its age. The cheap questions come first, the proof
 * of work last, and only when it is not the one already checked.
 */
export function createRecordValidator(policy: WorkPolicy): RecordValidator {
  const isWorked = createWorkCheck(policy);
  return {
    async judge(target, offered, heldBytes, nowMs) {
      const record = openRecord(offered);
      if (record === null || !equalBytes(target, targetOf(record.name))) return refuse('BAD_RECORD');
      if (isFromTheFuture(record, nowMs)) return refuse('BAD_RECORD');
      if (endOf(record) <= nowMs) return refuse('STALE');
      const held = heldNow(heldBytes, target, nowMs);
      const objection = held === null ? objectionToNew(record) : objectionBeside(record, held);
      if (objection !== null) return objection;
      const isChecked = held !== null && held.account === record.account && isSameWork(held.work, record.work);
      const isDone = isChecked ? isWorkTimely(record.work, record.heartbeatMs) : await isWorked(record);
      return isDone ? { verdict: 'store', expiresAtMs: endOf(record) } : refuse('BAD_RECORD');
    },
  };
}

/** The held record, unless it no longer counts. What is on our own shelf was judged when it came. */
function heldNow(bytes: Uint8Array | null, target: Uint8Array, nowMs: number): ClaimRecord | null {
  const held = bytes === null ? null : openRecord(bytes);
  return held !== null && equalBytes(target, targetOf(held.name)) && nowMs < endOf(held) ? held : null;
}

/** A release says only that something older is over: with nothing held it would take a place for nothing. */
const objectionToNew = (record: ClaimRecord): StoreVerdict | null => (record.released ? refuse('STALE') : null);

function objectionBeside(record: ClaimRecord, held: ClaimRecord): StoreVerdict | null {
  if (held.account !== record.account) {
    if (!held.released) return refuse('NAME_TAKEN');
    return objectionToNew(record);
  }
  // The very same record again: replication, harmless.
  if (equalBytes(held.bytes, record.bytes)) return null;
  return compareAge(record, held) > 0 ? null : refuse('STALE');
}

const isSameWork = (left: Work, right: Work): boolean => left.epoch === right.epoch && equalBytes(left.nonce, right.nonce);
