/* oxlint-disable no-underscore-dangle -- private a member of the untyped library */
import type { SecretStream } from './dht-types.ts';

/**
 * secret-stream reads a 3-byte frame length (up to 16 MiB) and allocates it before anybody has proved who they are. The only
 * call it makes between learning the length and allocating is `_utp.setContentSize(missing)` (an optimisation hint to UDX), so
 * that is where a frame over `maxBytes` ends the stream. Watched by test/unit/overlay/bounded-stream.test.ts.
 */
export function boundFrames(stream: SecretStream, maxBytes: number): void {
  // A private field of the untyped library, see above.
  const inner = stream as unknown as { _utp: { setContentSize(missingBytes: number): void } | null };
  inner._utp = {
    setContentSize(missingBytes) {
      if (missingBytes > maxBytes) stream.destroy(new Error('frame too large'));
    },
  };
}
