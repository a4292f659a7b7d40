import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { ProcessHost } from '../ports/process-host.ts';
import { fromRelaySchema, type FromRelay, type ToRelay } from './control.ts';
import { keepProcess, type KeptProcess } from './kept-process.ts';

/** What of the relay is told on. `relay-gone`: it fell, or was ended. */
export type RelayEvent = FromRelay | { readonly kind: 'relay-gone' };

/** What the engine says of it, unread: its own process judges that. */
export type RelayWishValues = Readonly<Record<string, unknown>>;

/** The relay's process: there while the engine wants it, and kept alive. */
export interface RelayKeeper {
  /** As the engine says it; null: none. What runs with the same values goes on, and is told of again. */
  want(wish: RelayWishValues | null): void;
  /** What runs begins nothing new. */
  drain(): void;
  stop(): Promise<void>;
}

/** @param bootOf what the process is started with, given what the engine wants */
export function createRelayKeeper(
  parts: { readonly host: ProcessHost; readonly clock: Clock; readonly logger: Logger },
  bootOf: (wish: RelayWishValues) => unknown,
  onEvent: (event: RelayEvent) => void,
): RelayKeeper {
  let wanted: RelayWishValues | null = null;
  let running: KeptProcess<ToRelay> | null = null;
  /** The last that it said of its listening, for an engine that is new. */
  let said: FromRelay | null = null;
  /** One after the other: two would want the same ports. */
  let ending: Promise<void> = Promise.resolve();

  const start = (wish: RelayWishValues): KeptProcess<ToRelay> => {
    const boot = bootOf(wish);
    const kept = keepProcess<ToRelay>(parts, 'relay', () => boot, {
      started(hosted) {
        hosted.port.onMessage((raw) => {
          const message = fromRelaySchema.safeParse(raw);
          if (!message.success) return parts.logger.warn('unknown control message', { from: 'relay' });
          if (running !== kept) return undefined;
          if (message.data.kind !== 'relay-counts') said = message.data;
          return onEvent(message.data);
        });
      },
      fell() {
        if (running === kept) gone();
      },
    });
    kept.start();
    return kept;
  };
  const gone = (): void => {
    said = null;
    onEvent({ kind: 'relay-gone' });
  };
  const end = (): Promise<void> => {
    const before = running;
    running = null;
    if (before === null) return ending;
    gone();
    ending = ending.then(() => before.stop());
    return ending;
  };

  return {
    want(wish) {
      if (isDeepStrictEqual(wish, wanted)) {
        if (said !== null) onEvent(said);
        return;
      }
      wanted = wish;
      void end().then(() => {
        if (wanted === wish && wish !== null && running === null) running = start(wish);
      });
    },
    drain() {
      running?.tell({ kind: 'drain' });
    },
    stop() {
      wanted = null;
      return end();
    },
  };
}
