import type { StoredRequest } from '../../../main/storage/index.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createMailboxJudge,
  leaveRequest,
  requestPurpose,
  sealBoxRecord,
  sealingKeysOf,
  boxChallenge,
  boxEpochAt,
  type SealingKeys,
} from '../../../main/mailbox/index.ts';
import type { MailboxStore, OutgoingItem } from '../../../main/overlay/index.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { solve } from '../../../main/work/index.ts';
import { keyPairFromSeed, type KeyPair } from '../../../native-shims/sodium/index.ts';
import { cheapMailboxWork } from '../../sim/world.ts';
import { seededRandom } from '../identity/fixtures.ts';
import { VirtualClock } from '../virtual-clock.ts';

const random = seededRandom('request');
const signal = new AbortController().signal;
const dayMs = 86_400_000;
const judge = createMailboxJudge(cheapMailboxWork);
const account = 'aa'.repeat(32);

let clock: VirtualClock;
let mailbox: KeyPair;
let keys: SealingKeys;
let record: Uint8Array | null;
let deposits: OutgoingItem[];
let left: Map<string, StoredRequest>;
beforeEach(async () => {
  clock = new VirtualClock();
  mailbox = keyPairFromSeed(random.bytes(32));
  keys = await sealingKeysOf(random.bytes(32));
  deposits = [];
  left = new Map();
  const epoch = boxEpochAt(clock.nowMs());
  const challenge = boxChallenge(mailbox.publicKey, epoch);
  const wanted = { challenge, bits: 1, cost: cheapMailboxWork.cost, nonceBytes: 8, random, signal };
  const nonce = await solve({ ...wanted, onProgress: () => undefined });
  record = sealBoxRecord({ seal: keys.publicKey, sequence: 1, atMs: clock.nowMs(), work: { epoch, nonce } }, mailbox);
});

const store = (): MailboxStore => ({
  places: () => Promise.resolve([]),
  register: () => Promise.reject(new Error('unused')),
  find: () => Promise.resolve(record === null ? [] : [new Uint8Array(7), record]),
  deposit(_target, item) {
    deposits.push(item);
    return Promise.resolve({ storedBy: ['10.0.0.0/24'], refusals: [] });
  },
  list: () => Promise.resolve(null),
  fetch: () => Promise.resolve(null),
  remove: () => Promise.resolve(false),
});

const ask = (words = 'hello'): Promise<boolean> =>
  leaveRequest(
    {
      store: store(),
      work: cheapMailboxWork,
      left: { load: (of) => left.get(of) ?? null, save: (of, request) => void left.set(of, request), remove: () => undefined },
      clock,
      random,
      logger: silentLogger,
    },
    { account, mailbox: mailbox.publicKey, subject: Buffer.from(words), content: () => Buffer.from(words) },
    signal,
  );

describe('A request', () => {
  it('is sealed for its reader, and a keeper takes it for its work', async () => {
    expect(await ask()).toBe(true);
    const [item] = deposits;
    if (item === undefined) throw new Error('nothing was left');
    expect(Buffer.from((await keys.open(item.sealed, requestPurpose(mailbox.publicKey))) ?? []).toString()).toBe('hello');
    expect(judge.readSlip(mailbox.publicKey, item.slip, clock.nowMs())?.kind).toBe('request');
    expect(await judge.requestWork(mailbox.publicKey, item.slip)).toBeGreaterThanOrEqual(cheapMailboxWork.requestBits);
  });

  it('is the same one however often it is left, and another one when it says something else', async () => {
    for (const words of ['hello', 'hello', 'good day']) await ask(words);
    const [first, second, third] = deposits.map(({ id }) => toHex(id));
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('shows more work each day, as the same item; and is written anew before it would expire', async () => {
    const bitsNow = async (): Promise<number> => {
      await ask();
      const item = deposits.at(-1);
      return item === undefined ? -1 : ((await judge.requestWork(mailbox.publicKey, item.slip)) ?? -1);
    };
    for (let day = 0; day < 7; day += 1) {
      // oxlint-disable-next-line no-await-in-loop -- day after day
      expect(await bitsNow()).toBeGreaterThanOrEqual(cheapMailboxWork.requestBits + Math.min(day, 4));
      clock.advance(dayMs);
    }
    expect(new Set(deposits.map(({ id }) => toHex(id))).size).toBe(1);
    clock.advance(19 * dayMs);
    await ask();
    expect(new Set(deposits.map(({ id }) => toHex(id))).size).toBe(2);
  });

  it('can’t be left with somebody who has no mailbox', async () => {
    record = null;
    const asking = ask();
    const settled = asking.then(
      () => 'left',
      (error: unknown) => String(error),
    );
    for (let second = 0; second < 30; second += 1) {
      clock.advance(1_000);
      // oxlint-disable-next-line no-await-in-loop -- it looks again each second
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await settled).toContain('NOT_REACHABLE');
    expect(deposits).toEqual([]);
  });
});
