import type { RateLimit } from '../../ports/token-bucket.ts';

export interface CardLimits {
  /** Cards of all targets; at 700 bytes 20,000 are 14 MB. */
  readonly maxCards: number;
  /** Of one target: 360 kB of cards, and as many as a question can look through in half a millisecond. */
  readonly perTarget: number;
  /** Of those, from one network. */
  readonly perNetwork: number;
  /** From one neighbour that hands over what it keeps, which came from many networks. */
  readonly perNeighbour: number;
  /** Works to judge, at 16 ms of a core each: a network, and all together. Neighbours have `neighbourFactor` times as much. */
  readonly works: RateLimit;
  readonly worksTotal: RateLimit;
  /** Questions and cards read, by a network and by all. */
  readonly questions: RateLimit;
  readonly questionsTotal: RateLimit;
}

export const defaultCardLimits: CardLimits = {
  maxCards: 20_000,
  perTarget: 512,
  perNetwork: 16,
  perNeighbour: 64,
  works: { perSecond: 1, burst: 40 },
  worksTotal: { perSecond: 10, burst: 100 },
  // A search asks of one keeper two lists and some dozens of cards.
  questions: { perSecond: 20, burst: 400 },
  questionsTotal: { perSecond: 500, burst: 5_000 },
};

/** A neighbour brings what quotas of somebody else have let in. */
export const neighbourFactor = 10;
