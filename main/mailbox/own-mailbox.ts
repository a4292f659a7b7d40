import { keyedBlake2b256, keyPairFromSeed } from '../../native-shims/sodium/index.ts';
import type { MailboxStore } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { LineGate } from '../ports/line-gate.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import type { OwnBoxRepository, SeenItemRepository } from '../storage/index.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { createPickUp, type PickUp, type Taken, type WaitingItem } from './pick-up.ts';
import { createRegistration, type Registration } from './registration.ts';
import { requestPurpose } from './request.ts';
import { sealingKeysOf, type SealingKeys } from './sealing.ts';

export interface OwnMailboxOptions {
  readonly store: MailboxStore;
  /** 32 secret bytes: makes the mailbox's key, and the one that requests are sealed to. */
  readonly seed: Uint8Array;
  readonly work: MailboxWork;
  readonly own: OwnBoxRepository;
  readonly seen: SeenItemRepository;
  /** What a stranger wrote, opened. */
  readonly takeRequest: (content: Uint8Array) => Promise<'done' | 'later'>;
  /** What contacts left, sealed, each with the one-time key it was left with; in the order in which it came. */
  readonly takeItems: (items: readonly WaitingItem[]) => Promise<readonly Taken[]>;
  /** Without it nothing waits. */
  readonly gate?: LineGate;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Our mailbox at the supernodes: known there, and emptied while we are here. */
export interface OwnMailbox {
  start(): Promise<void>;
  /** The network changed, or the computer woke. */
  look(): void;
  stop(): void;
}

const sealLabel = Buffer.from('lilliput/request-seal/1');

export function createOwnMailbox(options: OwnMailboxOptions): OwnMailbox {
  const { store, seed, work, own, seen, takeRequest, takeItems, clock, random, logger } = options;
  const gated = options.gate === undefined ? {} : { gate: options.gate };
  const mailbox = keyPairFromSeed(seed);
  let pickUp: PickUp | null = null;
  let registration: Registration | null = null;
  let isStopped = false;

  const takeOneRequest = async ({ sealed }: WaitingItem, keys: SealingKeys): Promise<Taken> => {
    const content = await keys.open(sealed, requestPurpose(mailbox.publicKey));
    // Whatever it is, it is nothing that we could ever open.
    return content === null ? 'done' : takeRequest(content);
  };
  const take = async (items: readonly WaitingItem[], keys: SealingKeys): Promise<readonly Taken[]> => {
    const left = items.filter(({ kind }) => kind === 'contact');
    const [taken, requests] = await Promise.all([
      left.length === 0 ? [] : takeItems(left),
      Promise.all(items.filter(({ kind }) => kind === 'request').map((item) => takeOneRequest(item, keys))),
    ]);
    const [next, nextRequest] = [taken.values(), requests.values()];
    return items.map(({ kind }) => (kind === 'contact' ? next : nextRequest).next().value ?? 'later');
  };
  return {
    async start() {
      const keys = await sealingKeysOf(keyedBlake2b256(seed, sealLabel));
      if (isStopped) return;
      const known = createRegistration({ store, mailbox, sealTo: keys.publicKey, own, work, clock, random, logger, ...gated });
      registration = known;
      pickUp = createPickUp({
        store,
        mailbox,
        work,
        seen,
        take: (items) => take(items, keys),
        onUnknown: () => known.again(),
        clock,
        random,
        logger,
        ...gated,
      });
      pickUp.start();
    },
    look() {
      pickUp?.look();
    },
    stop() {
      isStopped = true;
      registration?.stop();
      pickUp?.stop();
    },
  };
}
