import { equalBytes, type KeyPair } from '../../native-shims/sodium/index.ts';
import { nextSequence } from '../identity/index.ts';
import type { MailboxStore } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { LineGate } from '../ports/line-gate.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import { createRecurring } from '../ports/recurring.ts';
import type { OwnBoxRepository } from '../storage/index.ts';
import { solve } from '../work/index.ts';
import { mailboxTarget, openBoxRecord, sealBoxRecord, type BoxRecord } from './box-record.ts';
import { boxChallenge, boxEpochAt, workNonceBytes, type MailboxWork } from './mailbox-work.ts';

export interface RegistrationOptions {
  readonly store: MailboxStore;
  readonly mailbox: KeyPair;
  /** X25519: what strangers seal their requests to. */
  readonly sealTo: Uint8Array;
  readonly own: OwnBoxRepository;
  readonly work: MailboxWork;
  readonly gate?: LineGate;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Registration {
  /** Keepers don't know our mailbox: tell them now. */
  again(): void;
  stop(): void;
}

const hourMs = 3_600_000;
/** As claims are refreshed: every 12 h, ± 25 %, so that nodes started together spread out. */
const everyMs = 12 * hourMs;
/** Without a mailbox nobody new reaches us. */
const retries = { firstMs: 3_000, lastMs: hourMs / 2 };
/** What fell due while we were away is not told by everybody at once. */
const spreadMs = 10 * 60_000;

/** Keeps our mailbox known to the supernodes that keep it. A start alone changes nothing: the record doesn't tell who has just come. */
export function createRegistration(options: RegistrationOptions): Registration {
  const { store, mailbox, sealTo, own, work, clock, random, logger } = options;
  const last = (): BoxRecord | null => {
    const bytes = own.load();
    const record = bytes === null ? null : openBoxRecord(bytes);
    return record !== null && equalBytes(record.mailbox, mailbox.publicKey) ? record : null;
  };
  const workNow = async (before: BoxRecord | null, signal: AbortSignal): Promise<BoxRecord['work']> => {
    const epoch = boxEpochAt(clock.nowMs());
    if (before?.work.epoch === epoch) return before.work;
    const challenge = boxChallenge(mailbox.publicKey, epoch);
    const wanted = { challenge, bits: work.boxBits, cost: work.cost, nonceBytes: workNonceBytes, random };
    return { epoch, nonce: await solve({ ...wanted, onProgress: () => undefined, signal }) };
  };
  const register = async (signal: AbortSignal): Promise<boolean> => {
    const before = last();
    const done = await workNow(before, signal);
    const nowMs = clock.nowMs();
    const sequence = nextSequence(before?.sequence ?? 0, nowMs);
    const record = sealBoxRecord({ seal: sealTo, sequence, atMs: nowMs, work: done }, mailbox);
    own.save(record);
    const { storedBy, refusals } = await store.register(mailboxTarget(mailbox.publicKey), record, signal);
    logger.info('mailbox-registered', { networks: storedBy.length, refusals: refusals.length });
    // Where most of them refuse, most of those who look for us would hear that there is no such mailbox.
    return storedBy.length > 0 && storedBy.length >= refusals.length;
  };
  const attempt = async (stopping: AbortSignal): Promise<boolean> => {
    try {
      return await register(stopping);
    } catch (error) {
      if (!stopping.aborted) logger.debug('mailbox-not-registered', { error: String(error).slice(0, 200) });
      return false;
    }
  };
  const recurring = createRecurring({ clock, random, attempt, pauseMs: () => everyMs, retries, gate: options.gate });
  const ageMs = clock.nowMs() - (last()?.atMs ?? Number.NEGATIVE_INFINITY);
  // None yet, or a clock that was set back.
  if (ageMs < 0 || ageMs === Number.POSITIVE_INFINITY) void recurring.now();
  else recurring.resume(ageMs, spreadMs);
  return {
    again: () => void recurring.now(),
    stop: () => void recurring.stop(),
  };
}
