import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressesOf, attribute, method, readStun } from '../../main/stun/index.ts';
import { channelLength, readChannel } from '../../main/stun/channel-data.ts';
import { maxFrameBytes, StreamFrames } from '../../main/stun/stream-frames.ts';
import { openStage, peer4, udpWanted } from '../unit/relay/stage.ts';
import { mutationsOf } from './mutations.ts';

const { client } = openStage();
const someone = client();
someone.greet();
const allocate = Buffer.from(someone.request(method.allocate, udpWanted));
const bind = Buffer.from(
  someone.request(method.channelBind, (writer) => {
    writer.number(attribute.channelNumber, 0x4000_0000);
    writer.address(attribute.xorPeerAddress, peer4);
  }),
);
const channel = Buffer.from('@\0\0\u0005hello', 'latin1');
const near = fc.oneof(...[allocate, bind, channel].map(mutationsOf)).map((bytes) => Buffer.from(bytes));

/** A failure prints fast-check's seed and the smallest example. */
const always =
  <Value>(values: fc.Arbitrary<Value>, check: (value: Value) => boolean, numRuns = 5_000) =>
  (): void =>
    fc.assert(fc.property(values, check), { numRuns });

it('any bytes are a STUN message or null, and no attribute of it lies outside', () => {
  const isSafe = (bytes: Buffer): boolean => {
    const message = readStun(bytes);
    if (message === null) return true;
    addressesOf(message, attribute.xorPeerAddress);
    return message.attributes.every(({ start, end }) => start <= end && end <= bytes.length);
  };
  expect(always(near, isSafe)).not.toThrow();
});

it('any bytes are channel data or not, and its data never lies outside', () => {
  expect(always(near, (bytes) => readChannel(bytes) < 0 || 4 + channelLength(bytes) <= bytes.length)).not.toThrow();
});

it('a stream is cut into the same frames however it comes, or found broken, and no frame is too long', () => {
  const pieces = fc.tuple(fc.array(fc.oneof(near, fc.constantFrom(allocate, padded(channel))), { maxLength: 4 }), fc.nat(40));
  const isSafe = ([parts, size]: readonly [readonly Buffer[], number]): boolean => {
    const whole = Buffer.concat(parts);
    const cut = (step: number): readonly string[] => {
      const frames = new StreamFrames();
      const found: string[] = [];
      let isFine = true;
      for (let at = 0; at < whole.length && isFine; at += step) {
        isFine = frames.push(whole.subarray(at, at + step), (frame) => {
          if (frame.length > maxFrameBytes) throw new Error('a frame is too long');
          found.push(frame.toString('hex'));
        });
      }
      return [...found, String(isFine)];
    };
    return cut(whole.length + 1).join(' ') === cut(size + 1).join(' ');
  };
  expect(always(pieces, isSafe, 1_000)).not.toThrow();
});

it('the server survives any bytes from clients and peers, opens nothing for them, and loses no frame', () => {
  const stage = openStage();
  const known = stage.client();
  known.allocate();
  known.bind(0x4000, peer4);
  const [port] = stage.ports.opened;
  const isSafe = (bytes: Buffer): boolean => {
    stage.nowMs += 100;
    const stranger = stage.client('81.2.70.1');
    for (const path of [known.path, stranger.path]) stage.fromClient(path, bytes);
    if (port !== undefined) stage.fromPeer(port, bytes, peer4);
    known.path.got.length = 0;
    stage.server.sweep(stage.nowMs);
    return stage.frames.free === 64 && stranger.path.allocation === null && stage.ports.opened.length === 1;
  };
  expect(always(near, isSafe)).not.toThrow();
});

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
