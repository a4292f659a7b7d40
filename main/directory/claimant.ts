import type { SignUpProgress } from '../../preload/contract/index.ts';
import {
  accountKeyOf,
  restoreAccount,
  rootKeysOf,
  withCertificateAbove,
  withClaimAbove,
  type AccountSecrets,
} from '../identity/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { ClaimRecord } from './claim-record.ts';
import type { Decision } from './decide.ts';
import type { DirectoryContext } from './directory-context.ts';
import { mine } from './mining.ts';
import { currentWork, isStored, isWaiting, ownRecord, publish, release, type Placement } from './publisher.ts';
import { readName, requireName } from './reader.ts';
import type { Work } from './work.ts';

/** The steps a person sees; `done` is said by who stores the account. */
export type ClaimProgress = Exclude<SignUpProgress, { step: 'done' }>;
export type OnProgress = (progress: ClaimProgress) => void;

/**
 * held: enough networks hold our claim; disputed: they do, but somebody else's valid claim is known too; waiting: the name's
 * owner was away for so long that it is ours if they don't come back within days.
 */
export type ClaimOutcome = 'held' | 'disputed' | 'waiting';

/**
 * Takes a free name for a new account: looks, works, stores. When it fails or is cancelled, what was stored is given back.
 * @throws AppError NAME_TAKEN, NAME_DISPUTED, NO_NETWORK, CANCELLED
 */
export async function claimName(
  context: DirectoryContext,
  secrets: AccountSecrets,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ClaimOutcome> {
  onProgress({ step: 'checking-name' });
  refuseForeign(await readName(context, secrets.name, signal), secrets);
  const work =
    currentWork(ownRecord(context, secrets), context.clock.nowMs()) ?? (await mineFor(context, secrets, onProgress, signal));
  onProgress({ step: 'storing-claim' });
  return take(context, secrets, work, signal);
}

/**
 * The account of a recovery phrase, on this device. Its name is looked up: held by the phrase's account, it is taken over
 * from the lost device; free, it is claimed again.
 * @throws AppError NAME_INVALID, PHRASE_INVALID, PHRASE_NAME_MISMATCH (the name is somebody else's), NO_NETWORK, CANCELLED
 */
export async function restoreName(
  context: DirectoryContext,
  typedName: string,
  phrase: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<{ readonly secrets: AccountSecrets; readonly outcome: ClaimOutcome }> {
  const nowMs = context.clock.nowMs();
  const made = await restoreAccount(requireName(typedName), phrase, { random: context.random, nowMs });
  onProgress({ step: 'checking-name' });
  const decision = await readName(context, made.name, signal);
  const own = recordsOf(decision).find(({ account }) => account === accountKeyOf(made)) ?? null;
  if (own === null && holdersOf(decision).length > 0) throw new AppError('PHRASE_NAME_MISMATCH', 'held by another account');
  const secrets = own === null ? made : above(made, own, nowMs);
  // The proof is bound to the account, not to the device: what the lost one did still counts.
  const work = currentWork(own, nowMs) ?? (await mineFor(context, secrets, onProgress, signal));
  onProgress({ step: 'storing-claim' });
  if (own === null) return { secrets, outcome: await take(context, secrets, work, signal) };
  const placement = await publish(context, secrets, work, signal);
  if (placement.storedBy === 0) throw tooFewStored(placement);
  return { secrets, outcome: placement.rivals === 0 ? 'held' : 'disputed' };
}

/** @throws AppError CANCELLED; that nobody could be told is only logged */
export async function releaseName(context: DirectoryContext, secrets: AccountSecrets, signal: AbortSignal): Promise<void> {
  const known = currentWork(ownRecord(context, secrets), context.clock.nowMs());
  await giveBack(context, secrets, known ?? (await mineFor(context, secrets, () => undefined, signal)));
}

/** Work for the current epoch, with progress in steps of at least one per cent. @throws AppError CANCELLED */
export function mineFor(
  { work: policy, random, clock }: DirectoryContext,
  secrets: AccountSecrets,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Work> {
  let shown = 0;
  onProgress({ step: 'proof-of-work', fraction: 0 });
  const report = (fraction: number): void => {
    if (fraction < 1 && fraction - shown < 0.01) return;
    shown = fraction;
    onProgress({ step: 'proof-of-work', fraction });
  };
  const subject = { name: secrets.name, root: rootKeysOf(secrets).publicKey };
  return mine(subject, { policy, random, nowMs: clock.nowMs(), onProgress: report, signal });
}

/** Those whose name it is, rightly or not. A lapsed owner's is nobody's. */
const holdersOf = (decision: Decision): readonly ClaimRecord[] => (decision.result === 'contested' ? [] : recordsOf(decision));

function recordsOf(decision: Decision): readonly ClaimRecord[] {
  if (decision.result === 'disputed') return decision.records;
  return decision.result === 'not-found' ? [] : [decision.record];
}

function refuseForeign(decision: Decision, secrets: AccountSecrets): void {
  const foreign = holdersOf(decision).filter(({ account }) => account !== accountKeyOf(secrets));
  if (foreign.length === 0) return;
  throw new AppError(decision.result === 'disputed' ? 'NAME_DISPUTED' : 'NAME_TAKEN', 'somebody holds it');
}

function above(secrets: AccountSecrets, record: ClaimRecord, nowMs: number): AccountSecrets {
  return withClaimAbove(withCertificateAbove(secrets, record.certificate.sequence, nowMs), record.sequence, nowMs);
}

/** Stores a first claim; if that fails or is cancelled, gives back what may have been stored. */
async function take(context: DirectoryContext, secrets: AccountSecrets, work: Work, signal: AbortSignal): Promise<ClaimOutcome> {
  try {
    const outcome = outcomeOf(await publish(context, secrets, work, signal));
    if (outcome === 'waiting' || (await isShown(context, secrets, signal))) return outcome;
    return await storeOnceMore(context, secrets, work, signal, outcome);
  } catch (error) {
    await giveBack(context, secrets, work);
    throw error;
  }
}

/** Where it is stored already it stays, if nobody is heard now: refreshing and handing on mend the rest. */
async function storeOnceMore(
  context: DirectoryContext,
  secrets: AccountSecrets,
  work: Work,
  signal: AbortSignal,
  before: ClaimOutcome,
): Promise<ClaimOutcome> {
  try {
    return outcomeOf(await publish(context, secrets, work, signal));
  } catch (error) {
    if (error instanceof AppError && error.code === 'NO_NETWORK') return before;
    throw error;
  }
}

/**
 * Whether a reader is shown the claim. A lookup that lost many answers stores where no reader looks, and holders would only mend that within an hour.
 * Who can't be heard now may be by others: then it counts as shown.
 */
async function isShown(context: DirectoryContext, secrets: AccountSecrets, signal: AbortSignal): Promise<boolean> {
  try {
    const decision = await readName(context, secrets.name, signal);
    const isOurs = recordsOf(decision).some(({ account }) => account === accountKeyOf(secrets));
    return isOurs && decision.result !== 'unconfirmed';
  } catch (error) {
    if (error instanceof AppError && error.code === 'NO_NETWORK') return true;
    throw error;
  }
}

/** Two people may have taken the name at once: the majority of the networks decides, and without one nobody has it. */
function outcomeOf(placement: Placement): ClaimOutcome {
  const { storedBy, rivals } = placement;
  if (isWaiting(placement)) return 'waiting';
  if (rivals > 0 && rivals >= storedBy) throw new AppError('NAME_TAKEN', 'somebody was faster', { storedBy, rivals });
  if (rivals > 0) return 'disputed';
  if (!isStored(placement)) throw tooFewStored(placement);
  return 'held';
}

const tooFewStored = ({ storedBy, answered }: Placement): AppError =>
  new AppError('NO_NETWORK', 'too few stored the claim', { storedBy, answered });

async function giveBack(context: DirectoryContext, secrets: AccountSecrets, work: Work): Promise<void> {
  try {
    // Not the caller's signal: it may be the very reason why we give back.
    await release(context, secrets, work, new AbortController().signal);
  } catch (error) {
    context.log.warn('claim.release-failed', { error: error instanceof Error ? error.message : 'unknown' });
  }
}
