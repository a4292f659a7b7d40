import {
  accessOf,
  boxChallenge,
  boxEpochAt,
  certifyDepositKey,
  contactSlip,
  depositPair,
  hourMs,
  itemIdOf,
  lastWeekFor,
  mailboxTarget,
  requestChallenge,
  requestSlip,
  sealBoxRecord,
  signRemoval,
  workNonceBytes,
} from '../../main/mailbox/index.ts';
import type { MailboxAccess, OutgoingItem } from '../../main/overlay/index.ts';
import { toHex } from '../../main/ports/hex.ts';
import type { Random } from '../../main/ports/random.ts';
import type { SeenItemRepository } from '../../main/storage/index.ts';
import { solve } from '../../main/work/index.ts';
import { keyPairFromSeed, type KeyPair } from '../../native-shims/sodium/index.ts';
import { cheapMailboxWork } from './world.ts';

const never = new AbortController().signal;

/** Somebody with a mailbox, and all that their friends were given for it. */
export interface BoxOwner {
  readonly pair: KeyPair;
  readonly target: Uint8Array;
  readonly access: MailboxAccess;
  /** The owner's word that the mailbox exists. */
  record(nowMs: number): Promise<Uint8Array>;
  /** An item of a friend, left with the next one-time key. */
  fromFriend(sealed: Uint8Array, nowMs: number): OutgoingItem;
  /** With the key of that number, spent or not. */
  withKey(number: number, sealed: Uint8Array, nowMs: number): OutgoingItem;
  fromStranger(sealed: Uint8Array, nowMs: number, bits?: number): Promise<OutgoingItem>;
  /** The slip of a request with this id, which anybody can make who knows it. */
  forgedRequest(id: Uint8Array, size: number, nowMs: number, bits: number): Promise<Uint8Array>;
  removal(id: Uint8Array): { readonly id: Uint8Array; readonly signature: Uint8Array };
}

const nonceFor = (challenge: Uint8Array, bits: number, random: Random): Promise<Uint8Array> =>
  solve({
    challenge,
    bits,
    cost: cheapMailboxWork.cost,
    nonceBytes: workNonceBytes,
    random,
    onProgress: () => undefined,
    signal: never,
  });

export function createBoxOwner(random: Random, pair: KeyPair = keyPairFromSeed(random.bytes(32))): BoxOwner {
  const secret = random.bytes(32);
  let spent = 0;
  let sequence = 0;
  const withKey = (number: number, sealed: Uint8Array, nowMs: number): OutgoingItem => {
    const key = depositPair(secret, number);
    const week = lastWeekFor(nowMs);
    const certificate = certifyDepositKey(key.publicKey, week, pair);
    const slip = contactSlip(pair.publicKey, sealed, { pair: key, week, certificate }, nowMs);
    return { id: itemIdOf(pair.publicKey, sealed, key.publicKey), slip, sealed };
  };
  const forgedRequest = async (id: Uint8Array, size: number, nowMs: number, bits: number): Promise<Uint8Array> => {
    const atHour = Math.floor(nowMs / hourMs);
    const nonce = await nonceFor(requestChallenge(pair.publicKey, id, atHour), bits, random);
    return requestSlip({ id, size, atHour, nonce });
  };
  return {
    pair,
    target: mailboxTarget(pair.publicKey),
    access: accessOf(pair),
    async record(nowMs) {
      const epoch = boxEpochAt(nowMs);
      const nonce = await nonceFor(boxChallenge(pair.publicKey, epoch), cheapMailboxWork.boxBits, random);
      sequence += 1;
      return sealBoxRecord({ seal: new Uint8Array(32), sequence, atMs: nowMs, work: { epoch, nonce } }, pair);
    },
    fromFriend: (sealed, nowMs) => withKey(spent++, sealed, nowMs),
    withKey,
    async fromStranger(sealed, nowMs, bits = cheapMailboxWork.requestBits) {
      const id = itemIdOf(pair.publicKey, sealed, null);
      return { id, slip: await forgedRequest(id, sealed.byteLength, nowMs, bits), sealed };
    },
    forgedRequest,
    removal: (id) => ({ id, signature: signRemoval(id, pair) }),
  };
}

/** Items that were taken, as the database knows them (`SeenItemRepository`). */
export function memoryOfItems(): SeenItemRepository & { readonly ids: ReadonlyMap<string, unknown> } {
  const ids = new Map<string, { readonly atMs: number; readonly times: number }>();
  return {
    ids,
    find: (id) => ids.get(toHex(id)) ?? null,
    add: (taken, atMs) => taken.forEach((id) => ids.set(toHex(id), { atMs, times: (ids.get(toHex(id))?.times ?? 0) + 1 })),
    prune: () => undefined,
  };
}
