import type { CallRecordView } from '../../preload/contract/index.ts';
import type { StoreDatabase } from './database.ts';
import { callColumns, callPlaceholders, callRow, callRowSchema } from './timeline-rows.ts';

/** Calls that are not over, as the history would have them if the engine fell now. */
export interface OpenCallRepository {
  /** Replaces what was noted of the same call. */
  note(record: CallRecordView): void;
  /** The call is over, or was none. */
  forget(id: string): void;
  /** What a former engine left behind; afterwards nothing is open. */
  takeAll(): CallRecordView[];
}

export function openCallRepository(database: StoreDatabase): OpenCallRepository {
  const insert = database.write(`INSERT OR REPLACE INTO open_calls (${callColumns}) VALUES (${callPlaceholders})`);
  const remove = database.write('DELETE FROM open_calls WHERE id = ?');
  const removeAll = database.write('DELETE FROM open_calls');
  const all = database.query('SELECT * FROM open_calls ORDER BY started_ms', callRowSchema);
  return {
    note: (record) => void insert.run(...callRow(record)),
    forget: (id) => void remove.run(id),
    takeAll: () =>
      database.transaction(() => {
        const left = all.all();
        removeAll.run();
        return left;
      }),
  };
}
