import { equalBytes, type KeyPair } from '../../native-shims/sodium/index.ts';
import { signBytes, verifyBytes, type SignatureDomain } from '../identity/index.ts';
import type { MailboxAccess, MailboxJudge } from '../overlay/index.ts';
import { workBits } from '../work/index.ts';
import { boxLifetimeMs, isBoxTimely, isBoxWorked, mailboxTarget, openBoxRecord } from './box-record.ts';
import { requestChallenge, type MailboxWork } from './mailbox-work.ts';
import { decodeSlip, itemIdOf, readSlip } from './slip.ts';

const accessDomain = 'lilliput/mailbox-access/1' satisfies SignatureDomain;
const removalDomain = 'lilliput/mailbox-removal/1' satisfies SignatureDomain;

/** The owner's key to what keepers have. A token is one keeper's, for one address, for some seconds: so is the signature. */
export const accessOf = (mailbox: KeyPair): MailboxAccess => ({
  target: mailboxTarget(mailbox.publicKey),
  sign: (token) => signBytes(accessDomain, token, mailbox.secretKey),
});

/** Also for other keepers to see, so that none brings the item back. */
export const signRemoval = (id: Uint8Array, mailbox: KeyPair): Uint8Array => signBytes(removalDomain, id, mailbox.secretKey);

/** What a supernode asks before it keeps something for somebody. */
export const createMailboxJudge = (work: MailboxWork): MailboxJudge => ({
  readBox(target, bytes, nowMs) {
    const record = openBoxRecord(bytes);
    if (record === null || !equalBytes(target, mailboxTarget(record.mailbox)) || !isBoxTimely(record, nowMs)) return null;
    return { mailbox: record.mailbox, sequence: record.sequence, expiresAtMs: record.atMs + boxLifetimeMs };
  },
  async isBoxWorked(bytes) {
    const record = openBoxRecord(bytes);
    return record !== null && isBoxWorked(record, work);
  },
  readSlip,
  async requestWork(mailbox, bytes) {
    const slip = decodeSlip(bytes);
    if (slip?.kind !== 'request') return null;
    const bits = await workBits(requestChallenge(mailbox, slip.id, slip.atHour), slip.nonce, work.cost);
    return bits >= work.requestBits ? bits : null;
  },
  itemId: itemIdOf,
  mayOpen: (mailbox, token, signature) => verifyBytes(accessDomain, token, signature, mailbox),
  isRemoval: (mailbox, id, signature) => verifyBytes(removalDomain, id, signature, mailbox),
});
