import { z } from 'zod';
import { fromHex, toHex } from '../ports/hex.ts';
import { openCertificate, openSealed, type SignatureDomain } from '../identity/index.ts';
import type { CertificateCheck, LinkIdentity } from '../overlay/index.ts';
import { boundedBytesField, counterField, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import type { Clock } from '../ports/clock.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { KeyExchange, ReadyItem } from './key-exchange.ts';
import { batchFields, type KeyBatch } from './key-wire.ts';
import type { WaitingItem } from './pick-up.ts';
import type { PrekeyOffer, Prekeys } from './prekeys.ts';
import { contentMaxBytes } from './sealing.ts';

const domain = 'lilliput/letter/1' satisfies SignatureDomain;
const purposeWords = Buffer.from('lilliput/letter/1\0');

/** Certificate, signature and the rest, without keys: some 420 bytes; half as much again is room for fields to come. */
const overheadBytes = 700;
/** What a letter may carry beside its own fields. */
export const letterMaxBytes = contentMaxBytes - overheadBytes;
/** One clock a day ahead, the other a day behind. */
const clocksApartMs = 2 * 86_400_000;
/** A batch of deposit keys and what surrounds it. */
const batchBytes = 4_300;
const maxBatches = 3;

const letterSchema = z.object({
  certificate: boundedBytesField(512),
  /** Account key of whom this is for. */
  to: fixedBytesField(32),
  /** Of the key that it is sealed to. */
  prekey: counterField,
  content: boundedBytesField(letterMaxBytes),
  /** A newer key of the sender's. */
  offer: z.object({ number: counterField, key: fixedBytesField(32) }).optional(),
  /** So many keys to the reader's mailbox the sender could still spend. */
  have: counterField,
  /** More keys to the sender's. */
  keys: z.array(z.object(batchFields)).max(maxBatches).optional(),
});

export interface Letter {
  readonly account: AccountKey;
  readonly content: Uint8Array;
  /** What it says of keys. */
  readonly said: KeyWords;
}

export interface KeyWords {
  /** Of the key of ours that it was sealed to: they have it. */
  readonly prekey: number;
  readonly offer: PrekeyOffer | null;
  readonly have: number;
  readonly keys: readonly KeyBatch[];
}

export interface LettersOptions {
  readonly identity: () => LinkIdentity;
  readonly prekeys: Prekeys;
  readonly keys: KeyExchange;
  readonly isContact: (account: AccountKey) => boolean;
  readonly checkCertificate: CertificateCheck;
  readonly clock: Clock;
}

/** What one contact leaves for another. It brings new keys along, so that two who are never there together never run out of them. */
export interface Letters {
  /** How many could still be left with somebody; 0 also if nothing can be sealed for them. */
  left(account: AccountKey): number;
  /** Sealed and signed, with a one-time key spent on it. Null: none is left. @throws AppError TOO_LONG beyond `letterMaxBytes` */
  write(account: AccountKey, content: Uint8Array): Promise<ReadyItem | null>;
  /** Null: not a letter of the contact by whose one-time key it was left, to us. */
  open(item: Pick<WaitingItem, 'depositKey' | 'sealed'>): Promise<Letter | null>;
  /** Keeps what it says of keys; on disk when this returns. */
  heed(letter: Pick<Letter, 'account' | 'said'>): void;
}

/** Bound to both: what one sealed for the other opens as nobody else's. */
const purposeOf = (from: Uint8Array, to: Uint8Array): Uint8Array => Buffer.concat([purposeWords, from, to]);

/** Certificates remembered as opened, of half a kilobyte each. */
const mostShown = 256;

const nobody = new Uint8Array(32);
const keyOf = (account: AccountKey): Uint8Array => fromHex(account, 32) ?? nobody;

export function createLetters({ identity, prekeys, keys, isContact, checkCertificate, clock }: LettersOptions): Letters {
  /** Many letters of one contact show the same. */
  const shown = new Map<string, ReturnType<typeof openCertificate>>();
  const certificateOf = (bytes: Uint8Array): ReturnType<typeof openCertificate> => {
    const key = toHex(bytes);
    const known = shown.get(key) ?? openCertificate(bytes);
    if (!shown.has(key) && shown.size >= mostShown) shown.clear();
    shown.set(key, known);
    return known;
  };
  /** A certificate of somebody whose clock is ahead begins in our future: that is no harm. */
  const momentFor = (from: number): number => {
    const nowMs = clock.nowMs();
    return from - nowMs <= clocksApartMs ? Math.max(nowMs, from) : nowMs;
  };
  return {
    left: (account) => (prekeys.canSeal(account) ? keys.left(account) : 0),
    async write(account, content) {
      if (!prekeys.canSeal(account) || keys.left(account) === 0) return null;
      const own = identity();
      const { isHeld, number, publicKey } = await prekeys.offer(account);
      const room = Math.floor((letterMaxBytes - content.byteLength) / batchBytes);
      const batches = await keys.more(account, Math.min(maxBatches, room));
      const to = keyOf(account);
      const sealed = await prekeys.seal(account, purposeOf(keyOf(own.account), to), (prekey) => {
        const payload = encodeCbor({
          certificate: own.certificate,
          to,
          prekey,
          content,
          offer: isHeld ? undefined : { number, key: publicKey },
          // One less: of this letter.
          have: Math.max(0, keys.left(account) - 1),
          keys: batches.length === 0 ? undefined : batches,
        });
        return encodeCbor([payload, own.sign(domain, payload)]);
      });
      return sealed === null ? null : keys.prepare(account, sealed);
    },
    async open({ depositKey, sealed }) {
      const account = depositKey === null ? null : keys.holderOf(depositKey);
      if (account === null || !isContact(account)) return null;
      const own = identity().account;
      const opened = await prekeys.open(account, purposeOf(keyOf(account), keyOf(own)), sealed);
      if (opened === null) return null;
      const deviceOf = ({ certificate }: { readonly certificate: Uint8Array }): Uint8Array =>
        certificateOf(certificate)?.device ?? nobody;
      const letter = openSealed(domain, opened.content, letterSchema, deviceOf, contentMaxBytes);
      if (letter === null || letter.prekey !== opened.number || toHex(letter.to) !== own) return null;
      if (checkCertificate(letter.certificate, momentFor(certificateOf(letter.certificate)?.from ?? 0))?.account !== account)
        return null;
      const { content, have, keys: batches = [], offer } = letter;
      const offered = offer === undefined ? null : { number: offer.number, publicKey: offer.key };
      return { account, content, said: { prekey: opened.number, offer: offered, have, keys: batches } };
    },
    heed({ account, said: { prekey, offer, have, keys: batches } }) {
      prekeys.noteHeld(account, prekey);
      if (offer !== null) prekeys.hold(account, offer);
      keys.hear(account, have, batches);
    },
  };
}
