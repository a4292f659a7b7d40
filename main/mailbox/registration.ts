import { equalBytes, type KeyPair } from '../../native-shims/sodium/index.ts';
import { nextSequence } from '../identity/index.ts';
import type { MailboxStore } from '../overlay/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import { solve } from '../work/index.ts';
import { mailboxTarget, openBoxRecord, sealBoxRecord, type BoxRecord } from './box-record.ts';
import { boxChallenge, boxEpochAt, workNonceBytes, type MailboxWork } from './mailbox-work.ts';

/** Our own record as it was last made: carries its work and count over restarts. */
export interface OwnBoxRecord {
  load(): Uint8Array | null;
  save(record: Uint8Array): void;
}

export interface RegistrationOptions {
  readonly store: MailboxStore;
  readonly mailbox: KeyPair;
  /** X25519: what strangers seal their requests to. */
  readonly sealTo: Uint8Array;
  readonly own: OwnBoxRecord;
  readonly work: MailboxWork;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Registration {
  start(): void;
  /** The network is another one. */
  again(): void;
  stop(): void;
}

const hourMs = 3_600_000;
/** As claims are refreshed: every 12 h, ± 25 %, so that nodes started together spread out. */
const everyMs = 12 * hourMs;
const firstRetryMs = 3_000;
const lastRetryMs = hourMs / 2;

/** Keeps our mailbox known to the supernodes that keep it. */
export function createRegistration(options: RegistrationOptions): Registration {
  const { store, mailbox, sealTo, own, work, clock, random, logger } = options;
  const stopping = new AbortController();
  let timer: Timer | null = null;
  let failures = 0;
  let running = false;

  const last = (): BoxRecord | null => {
    const bytes = own.load();
    const record = bytes === null ? null : openBoxRecord(bytes);
    return record !== null && equalBytes(record.mailbox, mailbox.publicKey) ? record : null;
  };
  const workNow = async (before: BoxRecord | null): Promise<BoxRecord['work']> => {
    const epoch = boxEpochAt(clock.nowMs());
    if (before?.work.epoch === epoch) return before.work;
    const challenge = boxChallenge(mailbox.publicKey, epoch);
    const wanted = { challenge, bits: work.boxBits, cost: work.cost, nonceBytes: workNonceBytes, random };
    return { epoch, nonce: await solve({ ...wanted, onProgress: () => undefined, signal: stopping.signal }) };
  };
  const register = async (): Promise<boolean> => {
    const before = last();
    const done = await workNow(before);
    const nowMs = clock.nowMs();
    const sequence = nextSequence(before?.sequence ?? 0, nowMs);
    const record = sealBoxRecord({ seal: sealTo, sequence, atMs: nowMs, work: done }, mailbox);
    own.save(record);
    const { storedBy, refusals } = await store.register(mailboxTarget(mailbox.publicKey), record, stopping.signal);
    logger.info('mailbox-registered', { networks: storedBy.length, refusals: refusals.length });
    return storedBy.length > 0;
  };
  const attempt = async (): Promise<void> => {
    running = true;
    try {
      failures = (await register()) ? 0 : failures + 1;
    } catch (error) {
      if (stopping.signal.aborted) return;
      failures += 1;
      logger.debug('mailbox-not-registered', { error: String(error).slice(0, 200) });
    } finally {
      running = false;
    }
    const waitMs = failures === 0 ? everyMs : Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10));
    after(waitMs * (0.75 + random.fraction() / 2));
  };
  const after = (delayMs: number): void => {
    timer?.cancel();
    if (!stopping.signal.aborted) timer = clock.setTimer(delayMs, () => void attempt());
  };
  return {
    start: () => after(0),
    again() {
      failures = 0;
      if (!running) after(0);
    },
    stop() {
      stopping.abort();
      timer?.cancel();
    },
  };
}
