/** At most `burst` at once and `perSecond` in the long run. Time is the caller's (monotonic milliseconds). */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#atMs = nowMs;
  }

  /** False if there is none left (or fewer than `count`: nothing is taken then). */
  take(nowMs: number, count = 1): boolean {
    this.#refill(nowMs);
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Once, beyond the burst: for what is known to come all at once. Grants that are not used don't add up. */
  grant(tokens: number): void {
    this.#tokens = Math.max(this.#tokens, Math.min(this.#tokens, this.#burst) + tokens);
  }

  isFull(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#tokens >= this.#burst;
  }

  #refill(nowMs: number): void {
    const earned = (Math.max(0, nowMs - this.#atMs) / 1000) * this.#perSecond;
    this.#atMs = nowMs;
    if (this.#tokens < this.#burst) this.#tokens = Math.min(this.#burst, this.#tokens + earned);
  }
}

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Keys (networks) remembered at once; beyond it the full buckets are forgotten, then newcomers are refused. */
const maxKeys = 4096;

/** A limit for each key and one for all together. */
export class KeyedLimiter {
  readonly #perKey: RateLimit;
  readonly #total: TokenBucket;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(perKey: RateLimit, total: RateLimit, nowMs: number) {
    this.#perKey = perKey;
    this.#total = new TokenBucket(total.perSecond, total.burst, nowMs);
  }

  take(key: string, nowMs: number, count = 1): boolean {
    const bucket = this.#buckets.get(key) ?? this.#open(key, nowMs);
    return bucket !== null && bucket.take(nowMs, count) && this.#total.take(nowMs, count);
  }

  #open(key: string, nowMs: number): TokenBucket | null {
    if (this.#buckets.size >= maxKeys) {
      for (const [other, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(other);
      if (this.#buckets.size >= maxKeys) return null;
    }
    const bucket = new TokenBucket(this.#perKey.perSecond, this.#perKey.burst, nowMs);
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
