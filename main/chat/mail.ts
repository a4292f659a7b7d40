import type { AccountKey } from '../ports/peer-wire.ts';
import { createMailIn, type MailInOptions, type OpenedLetter } from './mail-in.ts';
import { createMailer, type Mailer, type MailerOptions } from './mailer.ts';
import { createReceipts, type ReceiptsOptions } from './receipts.ts';

export interface MailOptions
  extends
    Omit<MailerOptions, 'onChanged'>,
    Omit<MailInOptions, 'onTaken' | 'onEnd' | 'letters' | 'onTrouble'>,
    Pick<ReceiptsOptions, 'wire' | 'onTrouble'> {
  /** The delivery of these messages of ours is another. */
  readonly onDelivery: MailerOptions['onChanged'];
  /** On disk: to be shown. */
  readonly onTaken: MailInOptions['onTaken'];
}

/** Both directions of what goes by mailbox. */
export interface MailService extends Omit<Mailer, 'look'> {
  take(letters: readonly OpenedLetter[]): Promise<readonly ('done' | 'later')[]>;
  look(): void;
}

export function createMail(options: MailOptions): MailService {
  const mailer = createMailer({ ...options, onChanged: options.onDelivery });
  const receipts = createReceipts(options);
  const take = createMailIn({
    ...options,
    onEnd(accounts) {
      for (const account of accounts) {
        receipts.tell(account);
        // Receipts that no session told, and keys that came along.
        mailer.look(account);
      }
    },
  });
  return {
    ...mailer,
    take,
    look: () => mailer.look(),
    start() {
      mailer.start();
      receipts.start();
    },
    stop() {
      mailer.stop();
      receipts.stop();
    },
  };
}

/** Of somebody without a mailbox: what waits waits for a session. */
export const noMail: MailService = {
  start: () => undefined,
  connected: (_account: AccountKey) => undefined,
  closed: () => undefined,
  changed: () => undefined,
  look: () => undefined,
  flush: () => Promise.resolve(),
  take: (letters) => Promise.resolve(letters.map(() => 'later')),
  stop: () => undefined,
};
