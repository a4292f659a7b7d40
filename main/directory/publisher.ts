import { deviceKeysOf, doorKeyOf, nextSequence, openCertificate, rootKeysOf, type AccountSecrets } from '../identity/index.ts';
import type { DirectoryPutResult } from '../overlay/index.ts';
import { checkAnswers } from './answers.ts';
import { openRecord, sealRecord, targetOf, type ClaimRecord } from './claim-record.ts';
import { compareAge, isContested, isHolding } from './claim-standing.ts';
import { networksNeeded, remember } from './decide.ts';
import type { DirectoryContext } from './directory-context.ts';
import { epochAt, type Work } from './work.ts';

/** What came of offering a record to the closest set. Networks count, each once. */
export interface Placement {
  readonly storedBy: number;
  /** Networks that showed a valid claim of somebody else. A refusal without one proves nothing and counts for nothing here. */
  readonly rivals: number;
  /** Networks where it waits beside a lapsed record that they showed. */
  readonly contested: number;
  /** All that answered. */
  readonly answered: number;
  /** A record of our own account that is newer than the one offered. */
  readonly newerOwn: ClaimRecord | null;
}

/** As many networks store it as a reader wants to see. */
export const isStored = ({ storedBy, answered }: Placement): boolean => storedBy >= networksNeeded(answered);

/** As many would give it the name if the old owner does not come back, and nobody else is ahead of it. */
export const isWaiting = ({ storedBy, contested, rivals, answered }: Placement): boolean =>
  contested > rivals && storedBy + contested >= networksNeeded(answered);

/** Seals the account's record as of now and offers it. @throws AppError NO_NETWORK, CANCELLED */
export async function publish(
  context: DirectoryContext,
  secrets: AccountSecrets,
  work: Work,
  signal: AbortSignal,
): Promise<Placement> {
  const first = await offer(context, secrets, work, 0, signal);
  const { newerOwn } = first;
  if (first.storedBy + first.contested > 0 || newerOwn === null || outranks(newerOwn, secrets)) return first;
  // Only our count is behind (the clock was set back, or the shelf was lost): continue from theirs.
  return offer(context, secrets, work, newerOwn.refreshSequence, signal);
}

/** Tells the network that the name is free again. Best effort: without it the name stays reserved until it lapses. */
export async function release(
  context: DirectoryContext,
  secrets: AccountSecrets,
  work: Work,
  signal: AbortSignal,
): Promise<void> {
  const released = { ...secrets, claimSequence: secrets.claimSequence + 1 };
  const record = sealOwn(context, released, work, 0, true);
  const { storedBy } = await context.store.put(targetOf(secrets.name), record, signal);
  context.log.info('claim.released', { networks: storedBy.length });
}

/** The account's last record, if the shelf has it. */
export function ownRecord(context: DirectoryContext, secrets: AccountSecrets): ClaimRecord | null {
  const bytes = context.own.load();
  const record = bytes === null ? null : openRecord(bytes);
  const isOurs =
    record !== null && record.name === secrets.name && Buffer.compare(record.root, rootKeysOf(secrets).publicKey) === 0;
  return isOurs ? record : null;
}

/** Work already done for this epoch, by us or, before a restore, by the lost device. */
export const currentWork = (record: ClaimRecord | null, nowMs: number): Work | null =>
  record !== null && record.work.epoch === epochAt(nowMs) ? record.work : null;

async function offer(
  context: DirectoryContext,
  secrets: AccountSecrets,
  work: Work,
  above: number,
  signal: AbortSignal,
): Promise<Placement> {
  const bytes = sealOwn(context, secrets, work, above, false);
  const result = await context.store.put(targetOf(secrets.name), bytes, signal);
  const placement = await judgePlacement(context, secrets.name, bytes, result);
  const { storedBy, rivals, contested, answered } = placement;
  if (storedBy + contested > 0) context.own.save(bytes);
  context.log.info('claim.offered', { storedBy, rivals, contested, answered, superseded: placement.newerOwn !== null });
  return placement;
}

function sealOwn(context: DirectoryContext, secrets: AccountSecrets, work: Work, above: number, released: boolean): Uint8Array {
  const nowMs = context.clock.nowMs();
  const last = Math.max(above, ownRecord(context, secrets)?.refreshSequence ?? 0);
  return sealRecord({
    name: secrets.name,
    root: rootKeysOf(secrets),
    sequence: secrets.claimSequence,
    released,
    device: deviceKeysOf(secrets),
    certificate: secrets.certificate,
    door: doorKeyOf(secrets),
    heartbeatMs: nowMs,
    refreshSequence: nextSequence(last, nowMs),
    work,
  });
}

const distinct = (networks: readonly string[]): number => new Set(networks).size;

async function judgePlacement(
  context: DirectoryContext,
  name: string,
  offered: Uint8Array,
  { storedBy, refusals }: DirectoryPutResult,
): Promise<Placement> {
  const shown = await checkAnswers(
    refusals.map(({ network, held }) => ({ network, record: held })),
    name,
    context.isWorked,
  );
  const ours = openRecord(offered);
  const nowMs = context.clock.nowMs();
  const isOwn = (record: ClaimRecord): boolean => record.account === ours?.account;
  const rivals = shown.filter(({ record }) => record !== null && !isOwn(record) && isHolding(record, nowMs));
  const waiting = shown.filter(
    ({ record }, index) =>
      refusals[index]?.code === 'CONTESTED' && record !== null && !isOwn(record) && isContested(record, nowMs),
  );
  const newer = shown
    .flatMap(({ record }) => record ?? [])
    .filter((record) => ours !== null && isOwn(record) && compareAge(record, ours) > 0)
    .toSorted(compareAge);
  remember(newer, context.memory);
  return {
    storedBy: distinct(storedBy),
    rivals: distinct(rivals.map(({ network }) => network)),
    contested: distinct(waiting.map(({ network }) => network)),
    answered: distinct([...storedBy, ...refusals.map(({ network }) => network)]),
    newerOwn: newer.at(-1) ?? null,
  };
}

/** Another device of the account has a later claim or a later certificate: this one was replaced, and must not fight it. */
export const outranks = (record: ClaimRecord, secrets: AccountSecrets): boolean =>
  record.sequence > secrets.claimSequence || record.certificate.floor > (openCertificate(secrets.certificate)?.sequence ?? 0);
