import { assert, property, uint8Array, type Arbitrary } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  boxLifetimeMs,
  createMailboxJudge,
  decodeKeyMessage,
  decodeSlip,
  encodeHave,
  encodeKeys,
  openBoxRecord,
} from '../../main/mailbox/index.ts';
import {
  decodeAnswer,
  decodeCompared,
  decodeDeposit,
  decodeFirstRead,
  decodeOpen,
  decodePage,
  decodeRemovals,
  encodeFirstPart,
  encodeFirstRead,
  encodeLaterPart,
  encodeList,
  encodePage,
  encodeRead,
  encodeRemovals,
  pageItems,
  removalsAtOnce,
  valueMaxBytes,
} from '../../main/overlay/mailbox/mailbox-wire.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { createBoxOwner } from '../sim/mailboxes.ts';
import { cheapMailboxWork } from '../sim/world.ts';
import { mutationsOf } from './mutations.ts';

const seed = Date.now() % 2 ** 31;
const runs = { seed, numRuns: 600 };
const nowMs = Date.now();
const owner = createBoxOwner(systemRandom);
const item = owner.fromFriend(systemRandom.bytes(1_024), nowMs);
const judge = createMailboxJudge(cheapMailboxWork);
let record: Uint8Array;
let request: Uint8Array;
beforeAll(async () => {
  record = await owner.record(nowMs);
  request = (await owner.fromStranger(systemRandom.bytes(1_024), nowMs)).slip;
});

/** Whether what a decoder makes of bytes near valid ones (it understands or refuses them, and never throws) always keeps its bounds. */
function holds(near: Arbitrary<Uint8Array>, check: (bytes: Uint8Array) => boolean): boolean {
  assert(property(near, check), runs);
  return true;
}

describe(`Mailbox decoders with bytes from anywhere (seed ${seed})`, () => {
  const signature = new Uint8Array(64);

  it.each([
    ['first parts', encodeFirstPart(item.slip, new Uint8Array(560))],
    ['later parts', encodeLaterPart(item.id, 1, new Uint8Array(464))],
  ])('deposits: %s', (_what, valid) => {
    const isBounded = (bytes: Uint8Array): boolean => {
      const message = decodeDeposit(bytes);
      return message === null || (bytes.byteLength <= valueMaxBytes && message.data.byteLength <= 880);
    };
    expect(holds(mutationsOf(valid), isBounded)).toBe(true);
  });

  it.each([
    ['lists', encodeList(signature, 24)],
    ['reads', encodeRead(signature, item.id, 3)],
  ])('openings: %s', (_what, valid) => {
    const isBounded = (bytes: Uint8Array): boolean => (decodeOpen(bytes)?.signature.byteLength ?? 64) === 64;
    expect(holds(mutationsOf(valid), isBounded)).toBe(true);
  });

  it('pages', () => {
    const items = Array.from({ length: pageItems }, () => ({ id: systemRandom.bytes(32), kind: 'request' as const }));
    const page = encodePage({ total: 300, items });
    expect(page.byteLength).toBeLessThanOrEqual(valueMaxBytes);
    expect(holds(mutationsOf(page), (bytes) => (decodePage(bytes)?.items.length ?? 0) <= pageItems)).toBe(true);
  });

  it('what is read', () => {
    const read = encodeFirstRead({ slip: item.slip, size: 65_536, data: new Uint8Array(560) });
    expect(read.byteLength).toBeLessThanOrEqual(valueMaxBytes);
    expect(holds(mutationsOf(read), (bytes) => (decodeFirstRead(bytes)?.size ?? 0) <= 65_536)).toBe(true);
  });

  it('removals', () => {
    const valid = encodeRemovals(Array.from({ length: removalsAtOnce }, () => owner.removal(systemRandom.bytes(32))));
    expect(valid.byteLength).toBeLessThanOrEqual(valueMaxBytes);
    const isBounded = (bytes: Uint8Array): boolean => {
      const removals = decodeRemovals(bytes) ?? [];
      return removals.length <= removalsAtOnce && removals.every(({ id }) => id.byteLength === 32);
    };
    expect(holds(mutationsOf(valid), isBounded)).toBe(true);
  });

  it('short answers', () => {
    const isOneByte = (bytes: Uint8Array): boolean =>
      bytes.byteLength === 1 || (decodeAnswer(bytes) === null && decodeCompared(bytes) === null);
    expect(holds(uint8Array({ maxLength: 3 }), isOneByte)).toBe(true);
  });

  it('box records: none but the signed one is taken, and it for its time', () => {
    const isThatOne = (bytes: Uint8Array): boolean =>
      Buffer.compare(bytes, record) === 0 ||
      (openBoxRecord(bytes) === null && judge.readBox(owner.target, bytes, nowMs) === null);
    expect(holds(mutationsOf(record), isThatOne)).toBe(true);
    expect(judge.readBox(owner.target, record, nowMs)).not.toBeNull();
    expect(judge.readBox(owner.target, record, nowMs + boxLifetimeMs)).toBeNull();
  });

  it('slips: a contact’s stands as it was signed', () => {
    const isThatOne = (bytes: Uint8Array): boolean =>
      Buffer.compare(bytes, item.slip) === 0 || judge.readSlip(owner.pair.publicKey, bytes, nowMs)?.kind !== 'contact';
    expect(holds(mutationsOf(item.slip), isThatOne)).toBe(true);
  });

  it('slips: a request’s says no impossible size', () => {
    expect(holds(mutationsOf(request), (bytes) => (decodeSlip(bytes)?.size ?? 0) <= 65_536)).toBe(true);
  });

  const keys = encodeKeys({
    mailbox: owner.pair.publicKey,
    secret: systemRandom.bytes(32),
    week: 3_000,
    certificates: new Uint8Array(64 * 64),
  });
  it.each([
    ['have', encodeHave(3)],
    ['keys', keys],
  ])('messages about deposit keys: %s', (_what, valid) => {
    const isBounded = (bytes: Uint8Array): boolean => {
      const message = decodeKeyMessage(bytes);
      return message?.type !== 'keys' || message.certificates.byteLength % 64 === 0;
    };
    expect(holds(mutationsOf(valid), isBounded)).toBe(true);
  });
});
