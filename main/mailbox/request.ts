import { blake2b256, equalBytes } from '../../native-shims/sodium/index.ts';
import type { MailboxStore, OutgoingItem } from '../overlay/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { solve } from '../work/index.ts';
import { mailboxTarget, newestBox, type BoxRecord } from './box-record.ts';
import { requestChallenge, workNonceBytes, type MailboxWork } from './mailbox-work.ts';
import { sealFor } from './sealing.ts';
import { hourMs, itemIdOf, requestSlip } from './slip.ts';

/** Bound to the mailbox: what was sealed for one owner says nothing to another. */
export const requestPurpose = (mailbox: Uint8Array): Uint8Array => Buffer.concat([Buffer.from('lilliput/request/1\0'), mailbox]);

/** A request as it was left: so that a restart leaves the same one again, and not a second. */
export interface LeftRequest {
  readonly mailbox: Uint8Array;
  /** Of what it says: another one replaces it. */
  readonly subject: Uint8Array;
  readonly item: OutgoingItem;
  readonly leftMs: number;
}

export interface LeftRequests {
  load(account: AccountKey): LeftRequest | null;
  save(account: AccountKey, request: LeftRequest): void;
  remove(account: AccountKey): void;
}

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
  readonly left: LeftRequests;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const dayMs = 24 * hourMs;
/** An item lives 30 days; what is older is written anew, so that there always is one. */
const freshMs = 25 * dayMs;
/** A mailbox that is just being registered: its owner signed up, or came back, a moment ago. */
const waitForBoxMs = 1_000;

/**
 * Leaves a request in somebody's mailbox. @returns whether anybody keeps it; that they have read it is never told
 * @throws AppError NO_NETWORK, NOT_REACHABLE (they have no mailbox), CANCELLED, TOO_LONG
 */
export async function leaveRequest(options: RequestsOptions, request: RequestToLeave, signal: AbortSignal): Promise<boolean> {
  const { store, left, clock, logger } = options;
  const { account, mailbox, subject } = request;
  const before = left.load(account);
  const isSame =
    before !== null &&
    equalBytes(before.mailbox, mailbox) &&
    equalBytes(before.subject, subject) &&
    clock.nowMs() - before.leftMs < freshMs;
  const item = isSame ? before.item : await writeRequest(options, request, signal);
  if (!isSame) left.save(account, { mailbox, subject, item, leftMs: clock.nowMs() });
  const { storedBy, refusals } = await store.deposit(mailboxTarget(mailbox), item, signal);
  logger.info('request-left', { networks: storedBy.length, refusals: refusals.length });
  return storedBy.length > 0;
}

async function writeRequest(
  options: RequestsOptions,
  { mailbox, content }: RequestToLeave,
  signal: AbortSignal,
): Promise<OutgoingItem> {
  const { work, clock, random } = options;
  const box = await findBox(options, mailbox, signal);
  const sealed = await sealFor(box.seal, requestPurpose(mailbox), content());
  const id = itemIdOf(mailbox, sealed);
  const atHour = Math.floor(clock.nowMs() / hourMs);
  const challenge = requestChallenge(mailbox, id, atHour);
  const wanted = { challenge, bits: work.requestBits, cost: work.cost, nonceBytes: workNonceBytes, random, signal };
  const nonce = await solve({ ...wanted, onProgress: () => undefined });
  return { id, slip: requestSlip({ id, size: sealed.byteLength, atHour, nonce }), sealed };
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
