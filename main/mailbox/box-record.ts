import { z } from 'zod';
import { blake2b256, equalBytes, type KeyPair } from '../../native-shims/sodium/index.ts';
import { openSealed, seal } from '../identity/index.ts';
import { boxRecordMaxBytes } from '../overlay/index.ts';
import { counterField, fixedBytesField } from '../ports/cbor.ts';
import { isSolved } from '../work/index.ts';
import { boxChallenge, boxEpochAt, workNonceBytes, type MailboxWork } from './mailbox-work.ts';

const domain = 'lilliput/mailbox/1';
const targetDomain = Buffer.from('lilliput/mailbox/1\0');

const dayMs = 86_400_000;
/** Twice as long as an item waits: whoever is away for a month still gets what was left on the last day. */
export const boxLifetimeMs = 60 * dayMs;
/** Clocks that are a day wrong, and a time zone on top. */
export const clockToleranceMs = 25 * 3_600_000;

const boxSchema = z.object({
  mailbox: fixedBytesField(32),
  /** X25519: what requests of strangers are sealed to. */
  seal: fixedBytesField(32),
  sequence: counterField,
  atMs: counterField,
  work: z.object({ epoch: counterField, nonce: fixedBytesField(workNonceBytes) }),
});

/** The owner's word that a mailbox exists. No name, no address. */
export type BoxRecord = Readonly<z.output<typeof boxSchema>>;

/** Envelope and signature around the payload take 80 bytes. */
const payloadMaxBytes = boxRecordMaxBytes - 80;

export const sealBoxRecord = (record: Omit<BoxRecord, 'mailbox'>, mailbox: KeyPair): Uint8Array =>
  seal(domain, { ...record, mailbox: mailbox.publicKey }, mailbox.secretKey);

/** Form and signature; when it is from, and whether work was spent on it, is for the caller. */
export const openBoxRecord = (bytes: Uint8Array): BoxRecord | null =>
  openSealed(domain, bytes, boxSchema, ({ mailbox }) => mailbox, payloadMaxBytes);

/** Where a mailbox lives among the node ids. */
export const mailboxTarget = (mailbox: Uint8Array): Uint8Array => blake2b256(targetDomain, mailbox);

/** Not from the future, not over, and worked for in its own time. Whether the work is right costs a hash: `isBoxWorked`. */
export function isBoxTimely({ atMs, work }: BoxRecord, nowMs: number): boolean {
  const age = boxEpochAt(atMs) - work.epoch;
  return atMs <= nowMs + clockToleranceMs && nowMs < atMs + boxLifetimeMs && (age === 0 || age === 1);
}

export const isBoxWorked = ({ mailbox, work }: BoxRecord, { boxBits, cost }: MailboxWork): Promise<boolean> =>
  isSolved(boxChallenge(mailbox, work.epoch), work.nonce, boxBits, cost);

/** The newest of what keepers show, judged like them. */
export async function newestBox(
  records: readonly Uint8Array[],
  mailbox: Uint8Array,
  work: MailboxWork,
  nowMs: number,
): Promise<BoxRecord | null> {
  const timely = records
    .map(openBoxRecord)
    .filter((record) => record !== null && equalBytes(record.mailbox, mailbox) && isBoxTimely(record, nowMs))
    .toSorted((left, right) => (right?.sequence ?? 0) - (left?.sequence ?? 0));
  // One is enough, as a rule; an owner alone can make wrong ones.
  for (const record of timely) {
    // oxlint-disable-next-line no-await-in-loop -- the next only if this is none
    if (record !== null && (await isBoxWorked(record, work))) return record;
  }
  return null;
}
