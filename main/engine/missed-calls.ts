import type { CallRecordView, CallView } from '../../preload/contract/index.ts';
import { untoldWhenUnaccepted } from '../calls/index.ts';
import type { Chat, MissedCall } from '../chat/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { Storage } from '../storage/index.ts';

/** A call of ours that ended without an answer: who was called is left word, for it may not have rung there. */
export function tellMissed(record: CallRecordView, chat: Pick<Chat, 'missedCall'>): void {
  if (record.direction !== 'out' || record.talkedMs > 0 || !untoldWhenUnaccepted(record.reason)) return;
  chat.missedCall(record.conversationId, { id: record.id, atMs: record.startedMs });
}

/** Their word of a call to us, into the log; null if it is there already, or is still going on and will be. */
export function addMissed(
  account: AccountKey,
  { id, atMs }: MissedCall,
  calls: { views(): readonly Pick<CallView, 'id' | 'phase'>[] },
  { callLog }: Pick<Storage, 'callLog'>,
  clock: Clock,
): CallRecordView | null {
  if (calls.views().some((view) => view.id === id && view.phase !== 'ended')) return null;
  const record: CallRecordView = {
    kind: 'call',
    id,
    conversationId: account,
    direction: 'in',
    startedMs: atMs,
    talkedMs: 0,
    reason: 'not-reachable',
    missed: true,
    summary: null,
  };
  return callLog.addLate(record, clock.nowMs());
}
