import type { CallRecordView, CallView } from '../../preload/contract/index.ts';
import type { Calls } from '../calls/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Storage } from '../storage/index.ts';

/** How much of the talking time a crash may take from the history. A note is a write to disk, so not every second. */
const noteEveryMs = 30_000;

/** The history's line for a call, should the engine fall now. */
function recordIfCrashed(view: CallView, nowMs: number): CallRecordView {
  const { id, accountKey, direction, startedMs, activeSinceMs, phase } = view;
  return {
    kind: 'call',
    id,
    conversationId: accountKey,
    direction,
    startedMs,
    talkedMs: activeSinceMs === null ? 0 : Math.max(0, nowMs - activeSinceMs),
    reason: 'engine-crashed',
    missed: direction === 'in' && activeSinceMs === null && phase !== 'accepting',
  };
}

/** Keeps a note of every open call on disk, so that a call which the engine does not survive is in the history after all. */
export function noteOpenCalls(calls: Calls, { openCalls }: Pick<Storage, 'openCalls'>, clock: Clock): () => void {
  const noted = new Map<string, { readonly phase: CallView['phase']; readonly atMs: number }>();
  return calls.onChange((view) => {
    if (view.echo) return;
    if (view.phase === 'ended') {
      if (noted.delete(view.id)) openCalls.forget(view.id);
      return;
    }
    const last = noted.get(view.id);
    const nowMs = clock.monotonicMs();
    if (last?.phase === view.phase && nowMs - last.atMs < noteEveryMs) return;
    noted.set(view.id, { phase: view.phase, atMs: nowMs });
    openCalls.note(recordIfCrashed(view, clock.nowMs()));
  });
}
