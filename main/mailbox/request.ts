import { blake2b256, equalBytes } from '../../native-shims/sodium/index.ts';
import type { MailboxStore, OutgoingItem } from '../overlay/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import type { LeftRequestRepository } from '../storage/index.ts';
import { solve } from '../work/index.ts';
import { mailboxTarget, newestBox, type BoxRecord } from './box-record.ts';
import { requestChallenge, workNonceBytes, type MailboxWork } from './mailbox-work.ts';
import { sealFor } from './sealing.ts';
import { decodeSlip, hourMs, itemIdOf, requestSlip } from './slip.ts';

/** Bound to the mailbox: what was sealed for one owner says nothing to another. */
export const requestPurpose = (mailbox: Uint8Array): Uint8Array => Buffer.concat([Buffer.from('lilliput/request/1\0'), mailbox]);

export interface RequestToLeave {
  readonly account: AccountKey;
  readonly mailbox: Uint8Array;
  /** What distinguishes this request from the last one to the same person; its time doesn't. */
  readonly subject: Uint8Array;
  readonly content: () => Uint8Array;
}

export interface RequestsOptions {
  readonly store: MailboxStore;
  readonly work: MailboxWork;
  readonly left: LeftRequestRepository;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const dayMs = 24 * hourMs;
/** An item lives 30 days; what is older is written anew, so that there always is one. */
const freshMs = 25 * dayMs;
/** Perhaps the slot was full of requests that showed more work: each day one bit more, which is twice as much. */
const maxExtraBits = 4;
/** A mailbox that is just being registered: its owner signed up, or came back, a moment ago. */
const waitForBoxMs = 1_000;

/**
 * Leaves a request in somebody's mailbox. @returns whether anybody keeps it; that they have read it is never told
 * @throws AppError NO_NETWORK, NOT_REACHABLE (they have no mailbox), CANCELLED, TOO_LONG
 */
export async function leaveRequest(options: RequestsOptions, request: RequestToLeave, signal: AbortSignal): Promise<boolean> {
  const item = await itemToLeave(options, request, signal);
  const { storedBy, refusals } = await options.store.deposit(mailboxTarget(request.mailbox), item, signal);
  options.logger.info('request-left', { networks: storedBy.length, refusals: refusals.length });
  return storedBy.length > 0;
}

/** The one that was left before, with as much work as its age asks for; or a new one. On disk before it goes anywhere. */
async function itemToLeave(options: RequestsOptions, request: RequestToLeave, signal: AbortSignal): Promise<OutgoingItem> {
  const { left, clock } = options;
  const { account, mailbox, subject } = request;
  const before = left.load(account);
  const nowMs = clock.nowMs();
  const isOther = before === null || !equalBytes(before.mailbox, mailbox) || !equalBytes(before.subject, subject);
  if (isOther || nowMs - before.leftMs >= freshMs) {
    const item = await writeRequest(options, request, signal);
    left.save(account, { mailbox, subject, item, leftMs: nowMs, extraBits: 0 });
    return item;
  }
  const extraBits = Math.min(maxExtraBits, Math.floor((nowMs - before.leftMs) / dayMs));
  if (extraBits <= before.extraBits) return before.item;
  const atHour = decodeSlip(before.item.slip)?.atHour ?? 0;
  const slip = await workFor(options, mailbox, before.item, atHour, extraBits, signal);
  const item = { ...before.item, slip };
  left.save(account, { ...before, item, extraBits });
  return item;
}

async function writeRequest(
  options: RequestsOptions,
  { mailbox, content }: RequestToLeave,
  signal: AbortSignal,
): Promise<OutgoingItem> {
  const { clock } = options;
  const box = await findBox(options, mailbox, signal);
  const sealed = await sealFor(box.seal, requestPurpose(mailbox), content());
  const id = itemIdOf(mailbox, sealed, null);
  const atHour = Math.floor(clock.nowMs() / hourMs);
  return { id, sealed, slip: await workFor(options, mailbox, { id, sealed }, atHour, 0, signal) };
}

/** The slip of an item, with so many bits of work beyond the least. @throws AppError CANCELLED */
async function workFor(
  { work, random }: RequestsOptions,
  mailbox: Uint8Array,
  { id, sealed }: Omit<OutgoingItem, 'slip'>,
  atHour: number,
  extraBits: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const challenge = requestChallenge(mailbox, id, atHour);
  const bits = work.requestBits + extraBits;
  const nonce = await solve({
    challenge,
    bits,
    cost: work.cost,
    nonceBytes: workNonceBytes,
    random,
    onProgress: () => undefined,
    signal,
  });
  return requestSlip({ id, size: sealed.byteLength, atHour, nonce });
}

/** Waits a little for it, until the signal says otherwise. @throws AppError NOT_REACHABLE, NO_NETWORK, CANCELLED */
async function findBox({ store, work, clock }: RequestsOptions, mailbox: Uint8Array, signal: AbortSignal): Promise<BoxRecord> {
  for (let tries = 0; tries < 10; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const records = await store.find(mailboxTarget(mailbox), signal);
    // oxlint-disable-next-line no-await-in-loop -- likewise
    const box = await newestBox(records, mailbox, work, clock.nowMs());
    if (box !== null) return box;
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await new Promise<void>((resolve) => clock.setTimer(waitForBoxMs, resolve));
    if (signal.aborted) break;
  }
  throw new AppError(signal.aborted ? 'CANCELLED' : 'NOT_REACHABLE', 'no-mailbox');
}

/** The same for the same words. */
export const subjectOf = (...words: readonly Uint8Array[]): Uint8Array => blake2b256(...words);
