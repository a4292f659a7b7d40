import { expect, it } from 'vitest';
import { openStage, peer4, FakePath, FakePort } from './stage.ts';

/** What a socket that keeps nothing does with a frame. */
class Void extends FakePath {
  override send(frame: Parameters<FakePath['send']>[0]): void {
    frame.release();
  }
}

const packets = 200_000;

/** Less than any object is; a collection in between can only hide what a run of this length shows elsewhere. */
const bytesPerPacket = 4;

it('relays channel data both ways without making anything', () => {
  const stage = openStage({ limits: { bytesPerSecond: 1e12, totalBytesPerSecond: 1e12 } });
  const client = stage.client();
  client.allocate();
  client.bind(0x4000, peer4);
  const [port] = stage.ports.opened;
  const allocation = client.path.allocation;
  if (!(port instanceof FakePort) || allocation === null) throw new Error('no allocation');
  const path = new Void(client.path.address);
  path.allocation = allocation;
  Object.defineProperty(allocation, 'path', { value: path });
  const channel = allocation.channelOf(0x4000, 0);
  if (channel === null) throw new Error('no channel');
  Object.defineProperty(channel, 'path', { value: { send: (frame: { release(): void }) => frame.release() } });
  const bytes = Buffer.alloc(176);
  bytes.writeUInt16BE(0x4000, 0);
  bytes.writeUInt16BE(172, 2);
  const carry = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      stage.fromClient(path, bytes);
      stage.fromPeer(port, bytes, peer4);
    }
  };
  // Compiled first: that makes something, once.
  carry(packets);
  const before = process.memoryUsage().heapUsed;
  carry(packets);
  expect((process.memoryUsage().heapUsed - before) / (2 * packets)).toBeLessThan(bytesPerPacket);
  expect(stage.server.counts.packets).toBe(4 * packets);
});
