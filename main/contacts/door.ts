import type { CertificateCheck } from '../overlay/index.ts';
import { encodeCbor } from '../ports/cbor.ts';
import type { Clock } from '../ports/clock.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import { readRequest, requestMaxBytes, type ContactRequest, type DoorAnswer } from './contact-request.ts';
import { createDoorGuard } from './door-guard.ts';
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
/** Somebody declined may ask again tomorrow. Kept in memory, for this many people. */
const declinedForMs = 86_400_000;
const maxDeclined = 1000;

export interface DoorOptions {
  readonly verifyName: NameVerifier;
  readonly checkCertificate: CertificateCheck;
  readonly own: () => AccountKey;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A request from somebody we are friendly with was taken: answer with our own address. */
  readonly onFriend: (account: AccountKey) => void;
}

/** Takes requests from anybody: bounded, verified, and silent about who is blocked, declined or known. */
export interface Door {
  answer(request: Uint8Array, network: string): Promise<Uint8Array>;
  declined(account: AccountKey): void;
}

const reply = (result: DoorAnswer): Uint8Array => encodeCbor({ result });

export function createDoor({ verifyName, checkCertificate, own, roster, clock, logger, onFriend }: DoorOptions): Door {
  const guard = createDoorGuard();
  const declinedAt = new Map<AccountKey, number>();
  let verifying = 0;

  const judge = (request: ContactRequest) => {
    const incoming = roster.all().filter(({ relation, removed }) => relation === 'incoming' && !removed).length;
    return judgeRequest(roster.get(request.account), incoming, request, clock.nowMs());
  };
  const isTheirName = async ({ name, account }: ContactRequest): Promise<boolean> => {
    if (verifying >= maxVerifying) return false;
    const limit = new AbortController();
    const timer = clock.setTimer(verifyTimeoutMs, () => limit.abort());
    verifying += 1;
    try {
      const verified = await verifyName(name, limit.signal);
      // What is shown is what was sent: capitals or wide letters that only map to their name are not their name.
      return verified?.accountKey === account && verified.name === name;
    } catch (error) {
      logger.debug('name-not-verified', { error: String(error).slice(0, 200) });
      return false;
    } finally {
      verifying -= 1;
      timer.cancel();
    }
  };
  const take = async (request: ContactRequest): Promise<DoorAnswer> => {
    const first = judge(request);
    const refusedAt = declinedAt.get(request.account);
    const isDeclined = refusedAt !== undefined && clock.nowMs() - refusedAt < declinedForMs;
    if (first.kind === 'verify-name' && isDeclined) return 'received';
    if (first.kind === 'verify-name' && !(await isTheirName(request))) return 'later';
    // The person may have blocked, asked or accepted them while the directory was asked.
    const verdict = first.kind === 'verify-name' ? judge(request) : first;
    if (verdict.kind === 'ignore') return 'received';
    if (verdict.kind === 'too-many') return 'later';
    roster.save(verdict.contact);
    onFriend(request.account);
    return 'received';
  };
  return {
    async answer(bytes, network) {
      if (!guard.admit(network, clock.nowMs()) || bytes.byteLength > requestMaxBytes) return reply('later');
      const request = readRequest(bytes, own(), checkCertificate, clock.nowMs());
      if (request === null) return reply('later');
      logger.info('request-at-door', { account: shortKey(request.account) });
      return reply(await take(request));
    },
    declined(account) {
      declinedAt.delete(account);
      declinedAt.set(account, clock.nowMs());
      const oldest = declinedAt.size > maxDeclined ? declinedAt.keys().next().value : undefined;
      if (oldest !== undefined) declinedAt.delete(oldest);
    },
  };
}
