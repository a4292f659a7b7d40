import { boundFrames, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';

/** The largest frame accepted at all: the largest message of a wire and its numbers. */
export const maxFrameBytes = 64 * 1024 + 1024;

/** Every stream needs an ear for errors (Node would throw), and a bound before its first byte. */
export function tame(stream: SecretStream, maxBytes: number): void {
  stream.on('error', () => undefined);
  if (stream.rawStream !== null) boundFrames(stream, maxBytes);
  // A dialed stream starts, and forgets the bound, only when the path is found.
  else stream.on('handshake', () => boundFrames(stream, maxBytes));
}

/**
 * Waits for one message and hands it to `take` in the very tick in which it arrives: what follows it belongs to whoever
 * listens then. Null: closed, or nothing came in time. Rejects with what `take` throws.
 */
export function takeFirst<T>(
  stream: SecretStream,
  clock: Clock,
  limitMs: number,
  take: (message: Uint8Array) => T,
): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(limitMs, () => {
      stream.removeListener('data', onData);
      resolve(null);
    });
    const onData = (message: Buffer): void => {
      timer.cancel();
      stream.removeListener('data', onData);
      try {
        resolve(take(new Uint8Array(message)));
      } catch (error) {
        // Judging a hello may write to the disk, which may be full: an event's listener is no place to throw that.
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    stream.on('data', onData);
    stream.on('close', () => {
      timer.cancel();
      resolve(null);
    });
  });
}
