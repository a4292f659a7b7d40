import type { CertificateCheck } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import { readRequest, requestMaxBytes, type ContactRequest } from './contact-request.ts';
import { judgeRequest } from './roster-rules.ts';
import type { Roster } from './roster.ts';

export interface VerifiedName {
  /** In mapped form (PROTOCOL §3), whatever was asked. */
  readonly name: string;
  readonly accountKey: AccountKey;
}

/** Whose name this is, says the directory; null: nobody's, or more than one claims it. @throws AppError NO_NETWORK, CANCELLED */
export type NameVerifier = (name: string, signal: AbortSignal) => Promise<VerifiedName | null>;

/** Lookups that strangers cause at the same time; each asks 20 nodes. */
const maxVerifying = 8;
const verifyTimeoutMs = 15_000;
/** A name that nobody holds may just have been taken, and be on its way to its keepers; after so long it is not theirs. */
const nameMayComeMs = 86_400_000;
/** Somebody declined may ask again tomorrow. Kept in memory, for this many people. */
const declinedForMs = 86_400_000;
const maxDeclined = 1000;

/** done: it needs to come no more, whatever became of it; later: it can't be judged now, and stays where it waits. */
export type RequestOutcome = 'done' | 'later';

export interface RequestDeskOptions {
  readonly verifyName: NameVerifier;
  readonly checkCertificate: CertificateCheck;
  readonly own: () => AccountKey;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A request from somebody we are friendly with was taken: answer with our own address. */
  readonly onFriend: (account: AccountKey) => void;
}

/** Takes requests from anybody: bounded, verified. Whoever left one is told nothing. */
export interface RequestDesk {
  take(request: Uint8Array): Promise<RequestOutcome>;
  declined(account: AccountKey): void;
}

export function createRequestDesk(options: RequestDeskOptions): RequestDesk {
  const { verifyName, checkCertificate, own, roster, clock, logger, onFriend } = options;
  const declinedAt = new Map<AccountKey, number>();
  let verifying = 0;

  const judge = (request: ContactRequest) => {
    const incoming = roster.all().filter(({ relation, removed }) => relation === 'incoming' && !removed).length;
    return judgeRequest(roster.get(request.account), incoming, request, clock.nowMs());
  };
  const isTheirName = async ({ name, account, atMs }: ContactRequest): Promise<'yes' | 'no' | 'unknown'> => {
    if (verifying >= maxVerifying) return 'unknown';
    const limit = new AbortController();
    const timer = clock.setTimer(verifyTimeoutMs, () => limit.abort());
    verifying += 1;
    try {
      const verified = await verifyName(name, limit.signal);
      if (verified === null) return clock.nowMs() - atMs < nameMayComeMs ? 'unknown' : 'no';
      // What is shown is what was sent: capitals or wide letters that only map to their name are not their name.
      return verified.accountKey === account && verified.name === name ? 'yes' : 'no';
    } catch (error) {
      logger.debug('name-not-verified', { error: String(error).slice(0, 200) });
      return 'unknown';
    } finally {
      verifying -= 1;
      timer.cancel();
    }
  };
  const receive = async (request: ContactRequest): Promise<RequestOutcome> => {
    const first = judge(request);
    const refusedAt = declinedAt.get(request.account);
    const isDeclined = refusedAt !== undefined && clock.nowMs() - refusedAt < declinedForMs;
    if (first.kind === 'verify-name' && isDeclined) return 'done';
    if (first.kind === 'verify-name') {
      const theirs = await isTheirName(request);
      if (theirs !== 'yes') return theirs === 'no' ? 'done' : 'later';
    }
    // The person may have blocked, asked or accepted them while the directory was asked.
    const verdict = first.kind === 'verify-name' ? judge(request) : first;
    if (verdict.kind === 'ignore') return 'done';
    if (verdict.kind === 'too-many') return 'later';
    roster.save(verdict.contact);
    onFriend(request.account);
    return 'done';
  };
  return {
    async take(bytes) {
      if (bytes.byteLength > requestMaxBytes) return 'done';
      const request = readRequest(bytes, own(), checkCertificate, clock.nowMs());
      if (request === null) return 'done';
      logger.info('request-came', { account: shortKey(request.account) });
      return receive(request);
    },
    declined(account) {
      declinedAt.delete(account);
      declinedAt.set(account, clock.nowMs());
      const oldest = declinedAt.size > maxDeclined ? declinedAt.keys().next().value : undefined;
      if (oldest !== undefined) declinedAt.delete(oldest);
    },
  };
}
