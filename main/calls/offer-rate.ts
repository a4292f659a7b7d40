/** Nobody redials faster for long than once in ten seconds; a few quick attempts in a row are human. */
const burst = 6;
const refillMs = 10_000;
/** Accounts remembered; the longest silent is forgotten first. Contacts are few, and visitors of an echo service come and go. */
const maxAccounts = 1_000;

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

/** How often one account may ring: each offer wakes devices and can leave a line in the history. */
export class OfferRate {
  readonly #buckets = new Map<string, Bucket>();

  /** Counts an offer at `nowMs` (monotonic). False if it is one too many. */
  allows(account: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(account) ?? { left: burst, atMs: nowMs };
    const left = Math.min(burst, bucket.left + (nowMs - bucket.atMs) / refillMs);
    const isAllowed = left >= 1;
    // Set anew, so that the map stays in the order of last use.
    this.#buckets.delete(account);
    this.#buckets.set(account, { left: isAllowed ? left - 1 : left, atMs: nowMs });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > maxAccounts && oldest !== undefined) this.#buckets.delete(oldest);
    return isAllowed;
  }
}
