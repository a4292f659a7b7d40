import { equalBytes } from '../../native-shims/sodium/index.ts';
import type { RecordValidator, StoreVerdict } from '../overlay/index.ts';
import { openRecord, targetOf, type ClaimRecord } from './claim-record.ts';
import { compareAge, endOf, freshUntil, isContested, isFromTheFuture } from './claim-standing.ts';
import { createWorkCheck } from './work-check.ts';
import { isWorkTimely, ticketOf, type Work, type WorkPolicy } from './work.ts';

type Refusal = Extract<StoreVerdict, { readonly verdict: 'refuse' }>;

const refuse = (code: Refusal['code'], inTheWay?: ClaimRecord): Refusal =>
  inTheWay === undefined ? { verdict: 'refuse', code } : { verdict: 'refuse', code, inTheWay: inTheWay.bytes };

/**
 * What a supernode stores. A name belongs to the root key whose record is held, until 180 days after its last heartbeat;
 * who was first counts by what is held, never by what a record says about its age. For 14 days more the owner can come back,
 * and one of those who want the name waits beside the held record: the one with the lowest hash of work, so that all supernodes
 * come to the same in whatever order they hear of them. The cheap questions come first, the proof of work last, and only when
 * it is not the one already checked.
 */
export function createRecordValidator(policy: WorkPolicy): RecordValidator {
  const isWorked = createWorkCheck(policy);
  const isDone = async (record: ClaimRecord, checked: ClaimRecord | null): Promise<boolean> =>
    checked !== null && checked.account === record.account && isSameWork(checked.work, record.work)
      ? isWorkTimely(record.work, record.heartbeatMs)
      : isWorked(record);

  const contend = async (record: ClaimRecord, before: ClaimRecord | null): Promise<StoreVerdict> => {
    const objection = before === null ? objectionToNew(record) : objectionToContender(record, before);
    if (objection !== null) return objection;
    if (!(await isDone(record, before))) return refuse('BAD_RECORD');
    if (before !== null && before.account !== record.account && !before.released) {
      const [offered, waiting] = await Promise.all([record, before].map((each) => ticketOf(each.work, each, policy)));
      if (Buffer.compare(offered ?? none, waiting ?? none) >= 0) return refuse('NAME_TAKEN', before);
    }
    return { verdict: 'wait', expiresAtMs: freshUntil(record) };
  };

  return {
    async judge(target, offered, heldBytes, nowMs, waitingBytes) {
      const record = openRecord(offered);
      if (record === null || !equalBytes(target, targetOf(record.name))) return refuse('BAD_RECORD');
      if (isFromTheFuture(record, nowMs)) return refuse('BAD_RECORD');
      if (endOf(record) <= nowMs) return refuse('STALE');
      const held = heldNow(heldBytes, target, nowMs);
      if (held !== null && held.account !== record.account && isContested(held, nowMs)) {
        // Who wants a name is there to take it: a record of the past is nobody who waits.
        if (freshUntil(record) <= nowMs) return refuse('STALE');
        return contend(record, heldNow(waitingBytes, target, nowMs));
      }
      const objection = held === null ? objectionToNew(record) : objectionBeside(record, held);
      if (objection !== null) return objection;
      return (await isDone(record, held)) ? { verdict: 'store', expiresAtMs: endOf(record) } : refuse('BAD_RECORD');
    },
  };
}

const none = new Uint8Array(0);

/** The held record, unless it no longer counts. What is on our own shelf was judged when it came. */
function heldNow(bytes: Uint8Array | null, target: Uint8Array, nowMs: number): ClaimRecord | null {
  const held = bytes === null ? null : openRecord(bytes);
  return held !== null && equalBytes(target, targetOf(held.name)) && nowMs < endOf(held) ? held : null;
}

/** Beside a lapsed record: an account's newer record takes the place of its older one; others are compared by their work. */
function objectionToContender(record: ClaimRecord, before: ClaimRecord): StoreVerdict | null {
  if (before.account !== record.account) return objectionToNew(record);
  if (equalBytes(before.bytes, record.bytes)) return null;
  return compareAge(record, before) > 0 ? null : refuse('STALE', before);
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
