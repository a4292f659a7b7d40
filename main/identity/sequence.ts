import type { AccountKey } from '../ports/peer-wire.ts';

/**
 * The next number of a series that several devices may continue without having met (a restored account knows nothing of
 * the lost one): seconds since 1970, or one more than the last where that is higher.
 */
export const nextSequence = (previous: number, nowMs: number): number => Math.max(previous + 1, Math.floor(nowMs / 1000));

/** certificate: device certificates below the number are revoked; claim: name claims below it are outdated. */
export type SequenceTopic = 'certificate' | 'claim';

/**
 * The highest sequence number seen of each account, so that what was replaced can't come back. Kept over restarts. Keys are
 * free to make, so an implementation bounds its size; it forgets strangers first, contacts never.
 */
export interface SequenceMemory {
  /** 0 if nothing is remembered. */
  highest(topic: SequenceTopic, account: AccountKey): number;
  /** Remembers `sequence` unless a higher one is known. */
  raise(topic: SequenceTopic, account: AccountKey, sequence: number): void;
}

/** 20,000 entries are about 3 MB. */
const maxRemembered = 20_000;

/** For tests, and for nodes without an account of their own: forgets the longest unused first, and everything at exit. */
export function createSequenceMemory(): SequenceMemory {
  const known = new Map<string, number>();
  return {
    highest: (topic, account) => known.get(`${topic}/${account}`) ?? 0,
    raise(topic, account, sequence) {
      const key = `${topic}/${account}`;
      const highest = Math.max(known.get(key) ?? 0, sequence);
      known.delete(key);
      known.set(key, highest);
      const oldest = known.size > maxRemembered ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
    },
  };
}
