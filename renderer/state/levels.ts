import type { CallLevels } from '../../preload/contract/index.ts';
import type { Client } from './ports.ts';
import { follow } from './follow.ts';

export const silence: CallLevels = { local: 0, remote: 0 };

/** Levels of one call, for things that draw at display rate: read `current`, no React render per value. */
export interface LevelSource {
  readonly current: () => CallLevels;
  readonly stop: () => void;
}

/** Follows the levels of a call. After `stop`, and before the first value, it is silent. */
export function followLevels(
  client: Client,
  callId: string,
  onLevels: (levels: CallLevels) => void = () => undefined,
): LevelSource {
  const stop = new AbortController();
  let last = silence;
  void follow(
    (signal) => client.calls.watchLevels({ id: callId }, { signal }),
    (levels) => {
      last = levels;
      onLevels(levels);
    },
    stop.signal,
  );
  return {
    current: () => last,
    stop: () => {
      last = silence;
      stop.abort();
    },
  };
}
