import { blake2b256, type Argon2Cost } from '../../../native-shims/sodium/index.ts';
import { encodeCbor } from '../../ports/cbor.ts';
import { toHex } from '../../ports/hex.ts';
import { isSolved } from '../../work/index.ts';
import type { Work } from '../work.ts';
import type { CardText } from './card-text.ts';

export interface CardWork {
  readonly cost: Argon2Cost;
  /** 2^bits hashes on average. */
  readonly bits: number;
}

/**
 * 256 hashes of 16 MiB, 3–4 s of a 2.x GHz core, once in 30 days and whenever the words change: ten thousand cards take ten hours,
 * besides what their names cost. Checking costs one hash.
 */
export const standardCardWork: CardWork = { cost: { memoryBytes: 16 * 1024 * 1024, passes: 1 }, bits: 8 };

const domain = Buffer.from('lilliput/card-work/1\0');

/** Bound to all that is said: other words are another work, so that one work takes no more places than one card has. */
export const cardChallenge = ({ name, displayName, words }: CardText, root: Uint8Array, epoch: number): Uint8Array =>
  blake2b256(domain, encodeCbor([root, name, displayName, words, epoch]));

export type CardWorkCheck = (text: CardText, root: Uint8Array, work: Work) => Promise<boolean>;

/** 130 bytes each. */
const maxRemembered = 5_000;

/** Remembers what it found good: one card comes to a keeper for several words, and again twice a day. */
export function createCardWorkCheck({ cost, bits }: CardWork): CardWorkCheck {
  const good = new Set<string>();
  return async (text, root, { epoch, nonce }) => {
    const challenge = cardChallenge(text, root, epoch);
    const key = `${toHex(challenge)}/${toHex(nonce)}`;
    if (good.has(key)) return true;
    const isDone = await isSolved(challenge, nonce, bits, cost);
    if (isDone) good.add(key);
    const oldest = good.size > maxRemembered ? good.values().next().value : undefined;
    if (oldest !== undefined) good.delete(oldest);
    return isDone;
  };
}
