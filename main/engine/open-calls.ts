import type { CallView } from '../../preload/contract/index.ts';
import type { Calls } from '../calls/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Storage } from '../storage/index.ts';

/** How much of the talking time a crash may take from the history. A note is a write to disk, so not every second. */
const noteEveryMs = 30_000;

/** Keeps a note of every open call on disk, so that a call which the engine does not survive is in the history after all. */
export function noteOpenCalls(calls: Calls, { openCalls }: Pick<Storage, 'openCalls'>, clock: Clock): () => void {
  const noted = new Map<string, { readonly phase: CallView['phase']; readonly atMs: number }>();
  return calls.onChange((view) => {
    if (view.phase === 'ended') {
      if (noted.delete(view.id)) openCalls.forget(view.id);
      return;
    }
    const last = noted.get(view.id);
    const nowMs = clock.monotonicMs();
    if (last?.phase === view.phase && nowMs - last.atMs < noteEveryMs) return;
    const record = calls.recordIfEnded(view.id, 'engine-crashed');
    if (record === null) return;
    noted.set(view.id, { phase: view.phase, atMs: nowMs });
    openCalls.note(record);
  });
}
