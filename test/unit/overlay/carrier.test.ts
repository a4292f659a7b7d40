import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { Carrier } from '../../../main/overlay/gateway/carrier.ts';
import { ClientPace, Pace } from '../../../main/overlay/gateway/pace.ts';
import { VirtualClock } from '../virtual-clock.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each([
  ['takes all at once', true],
  ['is full after each piece, and empties at once', false],
])('what is written to a client keeps to the pace where the line %s, and the client is read again soon', async (_, isRoomy) => {
  const clock = new VirtualClock();
  const sent = { bytes: 0 };
  const line = { isRead: true };
  const stream = Object.assign(new EventEmitter(), {
    write(bytes: Uint8Array) {
      sent.bytes += bytes.byteLength;
      if (!isRoomy) clock.setTimer(5, () => stream.emit('drain'));
      return isRoomy;
    },
    destroy: () => undefined,
    pause: () => void (line.isRead = false),
    resume: () => void (line.isRead = true),
  });
  const [perSecond, burst, seconds] = [100_000, 200_000, 30];
  const carrier = new Carrier({
    // A real one needs two ends and a line between them; a carrier uses these.
    stream: stream as unknown as SecretStream,
    isClient: false,
    remote: { host: '81.2.69.1', port: 5_000 },
    pace: new ClientPace(new Pace(perSecond, burst, 0), new Pace(perSecond, burst, 0), new Pace(10 * perSecond, burst, 0)),
    clock,
    events: { onRequest: () => Promise.resolve(null), onPipe: () => undefined, onDead: () => undefined },
  });
  const pipe = carrier.open(Buffer.alloc(1));
  const piece = Buffer.alloc(16_384);
  const write = (): void => {
    if (pipe?.destroyed === false) pipe.write(piece, write);
  };
  write();
  for (let tick = 0; tick < seconds * 20; tick += 1) {
    // oxlint-disable-next-line no-await-in-loop -- what was written is written in a turn of its own
    for (let turn = 0; turn < 3; turn += 1) await settle();
    clock.advance(50);
  }
  expect(sent.bytes).toBeLessThanOrEqual(perSecond * seconds + burst + 2 * piece.byteLength);
  expect(sent.bytes).toBeGreaterThan(perSecond * seconds * 0.8);
  pipe?.destroy();
  clock.advance(1_000);
  expect(line.isRead).toBe(true);
  carrier.close();
});
