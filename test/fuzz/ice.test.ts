import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCheck, writeAnswer, writeCheck } from '../../main/media/ice/check-message.ts';
import { TurnSession } from '../../main/media/ice/turn-client/turn-session.ts';
import { attribute, method, readStun, StunWriter, transactionIdBytes } from '../../main/stun/index.ts';
import { seededRandom } from '../unit/media/ice/sim-call.ts';
import { VirtualClock } from '../unit/virtual-clock.ts';
import { mutationsOf } from './mutations.ts';

const key = Buffer.from('a password of 22 chars');
const transactionId = Buffer.alloc(transactionIdBytes, 7);
const written = (write: (buffer: Buffer) => number): Buffer => {
  const buffer = Buffer.alloc(800);
  return buffer.subarray(0, write(buffer));
};
const check = written((buffer) =>
  writeCheck(
    buffer,
    transactionId,
    { toUfrag: 'theirs', fromUfrag: 'ours', priority: 77, role: 'controlling', tieBreaker: 5n, nomination: 3, isInDoubt: true },
    key,
  ),
);
const answer = written((buffer) => writeAnswer(buffer, transactionId, { family: 4, host: '81.2.69.1', port: 4000 }, key));
const challenge = written((buffer) => {
  const writer = new StunWriter(buffer, method.allocate, 'error', transactionId);
  writer.error(401);
  writer.text(attribute.realm, 'lilliput');
  writer.text(attribute.nonce, 'obMatJos2gAAAnonce');
  writer.bytes(attribute.passwordAlgorithms, Buffer.from([0, 2, 0, 0, 0, 1, 0, 0]));
  return writer.finish(null, true);
});
const data = written((buffer) => {
  const writer = new StunWriter(buffer, method.data, 'indication', transactionId);
  writer.address(attribute.xorPeerAddress, { family: 4, host: '81.2.69.1', port: 4000 });
  writer.bytes(attribute.data, Buffer.from('hello'));
  return writer.finish(null, false);
});
const channel = Buffer.from('@\0\0\u0005hello', 'latin1');

/** A failure prints fast-check's seed and the smallest example. */
const always =
  <Value>(values: fc.Arbitrary<Value>, isFine: (value: Value) => boolean, numRuns = 5_000) =>
  (): void =>
    fc.assert(fc.property(values, isFine), { numRuns });

const near = fc.oneof(...[check, answer, challenge, data, channel].map(mutationsOf)).map((bytes) => Buffer.from(bytes));

it('what was written is read again', () => {
  const message = readStun(check);
  expect(message === null ? null : readCheck(message)).toEqual({
    toUfrag: 'theirs',
    fromUfrag: 'ours',
    priority: 77,
    role: 'controlling',
    tieBreaker: 5n,
    nomination: 3,
    isInDoubt: true,
  });
});

it('any bytes are a connectivity check or not', () => {
  const isSafe = (bytes: Buffer): boolean => {
    const message = readStun(bytes);
    const read = message === null ? null : readCheck(message);
    return read === null || (read.priority <= 0x7f_ff_ff_ff && read.fromUfrag.length <= 513);
  };
  expect(always(near, isSafe)).not.toThrow();
});

it('a client of a relay survives whatever the relay says, and asks for nothing without bound', () => {
  const isSafe = (frames: readonly Buffer[]): boolean => {
    const clock = new VirtualClock();
    const sent: Buffer[] = [];
    let isOver = false;
    const session = new TurnSession({
      clock,
      random: { ...seededRandom(3), bytes: (length) => new Uint8Array(length).fill(7) },
      username: 'ada',
      password: 'analytical',
      isReliable: false,
      send: (bytes, length) => sent.push(Buffer.from(bytes.subarray(0, length))),
      onAllocated: () => (isOver = true),
      onPacket: () => undefined,
      onGone: () => (isOver = true),
    });
    session.start();
    for (const frame of frames) {
      session.receive(frame);
      clock.advance(10);
    }
    clock.advance(30_000);
    session.close();
    return isOver && sent.length <= 40;
  };
  expect(always(fc.array(near, { maxLength: 8 }), isSafe, 500)).not.toThrow();
});
