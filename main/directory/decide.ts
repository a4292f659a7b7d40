import type { SequenceMemory } from '../identity/index.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { CheckedAnswer } from './answers.ts';
import type { ClaimRecord } from './claim-record.ts';
import { compareAge, isContested, isFromTheFuture, isHolding } from './claim-standing.ts';

export type Decision =
  /** Enough networks hold this account's claim, and nobody else's is known. `record` is its newest. */
  | { readonly result: 'found'; readonly record: ClaimRecord }
  /** One account claims the name, but too few networks say so to believe that we see the whole picture. */
  | { readonly result: 'unconfirmed'; readonly record: ClaimRecord }
  /** Several accounts hold valid claims: their newest records, in the order of their keys. */
  | { readonly result: 'disputed'; readonly records: readonly ClaimRecord[] }
  /** The reservation is over, and until `endOf` this record the old owner may still come back: nobody holds the name. */
  | { readonly result: 'contested'; readonly record: ClaimRecord }
  | { readonly result: 'not-found' };

/** DESIGN §4: a claim counts when at least so many distinct networks (/24) hold it… */
const enoughNetworks = 8;
/** …or, where fewer than 15 networks answered, their majority. */
export const networksNeeded = (answered: number): number => Math.min(enoughNetworks, Math.floor(answered / 2) + 1);

/**
 * The reader's rule: judges all answers of the closest set together. Networks count, not nodes: many nodes of one network
 * have one voice. A rival with a valid claim makes the name disputed, however few hold it; that is shown, never resolved here.
 */
export function decide(answers: readonly CheckedAnswer[], memory: Pick<SequenceMemory, 'highest'>, nowMs: number): Decision {
  const newest = [...newestOfEach(answers, memory, nowMs).values()];
  const needed = networksNeeded(networksOf(answers).size);
  const isSupported = ({ account }: ClaimRecord): boolean =>
    networksOf(answers.filter((answer) => answer.record?.account === account)).size >= needed;
  const holding = newest.filter((record) => isHolding(record, nowMs));
  const [record, ...rivals] = holding;
  if (record !== undefined && rivals.length === 0 && isSupported(record)) return { result: 'found', record };
  // Who waits for a lapsed name may be held, as if it were theirs, by a node that never heard of the old owner.
  const lapsed = newest.find((old) => isContested(old, nowMs) && isSupported(old));
  if (lapsed !== undefined) return { result: 'contested', record: lapsed };
  if (record === undefined) return { result: 'not-found' };
  return rivals.length > 0 ? { result: 'disputed', records: holding.toSorted(byAccount) } : { result: 'unconfirmed', record };
}

const networksOf = (answers: readonly CheckedAnswer[]): ReadonlySet<string> => new Set(answers.map(({ network }) => network));

function newestOfEach(
  answers: readonly CheckedAnswer[],
  memory: Pick<SequenceMemory, 'highest'>,
  nowMs: number,
): ReadonlyMap<AccountKey, ClaimRecord> {
  const newest = new Map<AccountKey, ClaimRecord>();
  for (const { record } of answers) {
    if (record === null || isFromTheFuture(record, nowMs) || isOutdated(record, memory)) continue;
    const known = newest.get(record.account);
    if (known === undefined || compareAge(record, known) > 0) newest.set(record.account, record);
  }
  return newest;
}

/** We have seen a later claim of this account, or one that revoked the device which signed: it doesn't come back. */
const isOutdated = (record: ClaimRecord, memory: Pick<SequenceMemory, 'highest'>): boolean =>
  record.sequence < memory.highest('claim', record.account) ||
  record.certificate.sequence < memory.highest('certificate', record.account);

/** Keeps what was seen of these accounts. Only for records that were checked: the root key signed both numbers. */
export function remember(records: readonly ClaimRecord[], memory: Pick<SequenceMemory, 'raise'>): void {
  for (const { account, sequence, certificate } of records) {
    memory.raise('claim', account, sequence);
    memory.raise('certificate', account, certificate.floor);
  }
}

const byAccount = (left: ClaimRecord, right: ClaimRecord): number => (left.account < right.account ? -1 : 1);
