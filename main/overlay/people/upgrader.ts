import type { Clock, Timer } from '../../ports/clock.ts';
import type { AccountKey } from '../../ports/peer-wire.ts';
import type { Line } from './line.ts';

/** The side with the lower key tries at once, the other a little later: two ways at the same moment end with each side on another one. */
const firstMs = { lower: 0, higher: 3_000 } as const;
/**
 * Behind a router that gives every destination another port, so much later still: the punch from the other side opens in a fourth
 * of the time (FACTS: 2.4 s against 9.5 s), and one punch at a time is all that HyperDHT does.
 */
const randomizedMs = 10_000;
/** After a try that failed, then twice as long each time; the first one of a call comes sooner. Through hard routers one in three or so fails. */
const againMs = 15_000;
const againInCallMs = 3_000;
const maxAgainMs = 600_000;

/** One try for the direct way while a relay carries: hard routers opened within 14 s (FACTS). */
export const upgradeMs = 20_000;

interface Attempt {
  timer: Timer | null;
  running: AbortController | null;
  pauseMs: number;
  /** Something changed while it was running: again, soon. */
  isHurried: boolean;
}

export interface UpgraderParts {
  readonly clock: Clock;
  readonly kindOf: (account: AccountKey) => Line['kind'] | null;
  readonly isLower: (account: AccountKey) => boolean;
  /** Whether our router gives every destination another port. */
  readonly isRandomized: () => boolean;
  /** Dials directly and has the session moved over; true if it did. */
  readonly attempt: (account: AccountKey, signal: AbortSignal) => Promise<boolean>;
}

/** Sessions over a relay are moved to the direct way as soon as one opens; until then it is tried again, ever more seldom. */
export class Upgrader {
  readonly #parts: UpgraderParts;
  readonly #attempts = new Map<AccountKey, Attempt>();

  constructor(parts: UpgraderParts) {
    this.#parts = parts;
  }

  /** The session with them has another connection now, or none. */
  consider(account: AccountKey): void {
    const isRelayed = this.#parts.kindOf(account) === 'relayed';
    const attempt = this.#attempts.get(account);
    if (!isRelayed) this.#drop(account);
    else if (attempt === undefined) {
      const fresh: Attempt = { timer: null, running: null, pauseMs: againMs, isHurried: false };
      this.#attempts.set(account, fresh);
      this.#later(account, fresh, this.#firstMs(account));
    }
  }

  /** Our network changed: what failed before may work now. */
  hurry(): void {
    for (const [account, attempt] of this.#attempts) this.#again(account, attempt, againMs);
  }

  /** A call with them wants the better way soon. */
  hurryFor(account: AccountKey): void {
    const attempt = this.#attempts.get(account);
    if (attempt !== undefined) this.#again(account, attempt, againInCallMs);
  }

  stop(): void {
    for (const account of this.#attempts.keys()) this.#drop(account);
  }

  #firstMs(account: AccountKey): number {
    const { isLower, isRandomized } = this.#parts;
    return (isLower(account) ? firstMs.lower : firstMs.higher) + (isRandomized() ? randomizedMs : 0);
  }

  #again(account: AccountKey, attempt: Attempt, pauseMs: number): void {
    attempt.pauseMs = pauseMs;
    if (attempt.running === null) this.#later(account, attempt, this.#firstMs(account));
    else attempt.isHurried = true;
  }

  #drop(account: AccountKey): void {
    const attempt = this.#attempts.get(account);
    this.#attempts.delete(account);
    attempt?.timer?.cancel();
    attempt?.running?.abort();
  }

  #later(account: AccountKey, attempt: Attempt, delayMs: number): void {
    attempt.timer?.cancel();
    attempt.timer = this.#parts.clock.setTimer(delayMs, () => void this.#run(account, attempt));
  }

  async #run(account: AccountKey, attempt: Attempt): Promise<void> {
    const running = new AbortController();
    attempt.timer = null;
    attempt.running = running;
    await this.#parts.attempt(account, running.signal).catch(() => false);
    attempt.running = null;
    if (this.#attempts.get(account) !== attempt) return;
    this.#later(account, attempt, attempt.isHurried ? this.#firstMs(account) : attempt.pauseMs);
    attempt.isHurried = false;
    attempt.pauseMs = Math.min(attempt.pauseMs * 2, maxAgainMs);
  }
}
