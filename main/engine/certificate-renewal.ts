import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AccountPartControl } from './account-part.ts';

/** A certificate lives 90 days and is renewed a month early: looking once a day is plenty. */
const everyMs = 86_400_000;

export interface RenewalParts {
  readonly account: Pick<AccountPartControl, 'renewCertificate'>;
  /** There is a new one. */
  readonly renewed: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Looks after this device's certificate until the returned function is called. */
export function renewDaily({ account, renewed, clock, logger }: RenewalParts): () => void {
  let timer: Timer | null = null;
  const renew = async (): Promise<void> => {
    if (await account.renewCertificate()) await renewed();
  };
  const wait = (): void => {
    timer = clock.setTimer(everyMs, () => {
      renew().catch((error: unknown) => logger.warn('certificate.not-renewed', { error: String(error).slice(0, 200) }));
      wait();
    });
  };
  wait();
  return () => timer?.cancel();
}
