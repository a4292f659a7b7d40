import { TokenBucket } from '../ports/token-bucket.ts';

/** Nobody redials faster for long than once in ten seconds; a few quick attempts in a row are human. */
const burst = 6;
const perSecond = 0.1;
/** Accounts remembered; the longest silent is forgotten first. Contacts are few, and visitors of an echo service come and go. */
const maxAccounts = 1_000;

/** How often one account may ring: each offer wakes devices and can leave a line in the history. */
export class OfferRate {
  readonly #buckets = new Map<string, TokenBucket>();

  /** Counts an offer at `nowMs` (monotonic). False if it is one too many. */
  allows(account: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(account) ?? new TokenBucket(perSecond, burst, nowMs);
    // Set anew, so that the map stays in the order of last use.
    this.#buckets.delete(account);
    this.#buckets.set(account, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > maxAccounts && oldest !== undefined) this.#buckets.delete(oldest);
    return bucket.take(nowMs);
  }
}
