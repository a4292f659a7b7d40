import type { LookupView } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import { checkAnswers } from './answers.ts';
import { targetOf } from './claim-record.ts';
import { isFresh } from './claim-standing.ts';
import { decide, remember, type Decision } from './decide.ts';
import type { DirectoryContext } from './directory-context.ts';
import { parseName } from './names.ts';

export interface Lookup {
  readonly view: LookupView;
  /** Where strangers may knock (Ed25519 public key); null unless the name was found. */
  readonly door: Uint8Array | null;
}

/** @throws AppError NAME_INVALID with the contract's reason */
export function requireName(typed: string): string {
  const parsed = parseName(typed);
  if (!parsed.ok) throw new AppError('NAME_INVALID', parsed.reason);
  return parsed.name;
}

/** Asks the closest set about a (mapped) name and judges what comes. @throws AppError NO_NETWORK, CANCELLED */
export async function readName(context: DirectoryContext, name: string, signal: AbortSignal): Promise<Decision> {
  const { store, isWorked, memory, clock, log } = context;
  const answers = await store.get(targetOf(name), signal);
  if (answers.length === 0) throw new AppError('NO_NETWORK', 'nobody answered');
  const checked = await checkAnswers(answers, name, isWorked);
  if (signal.aborted) throw new AppError('CANCELLED', 'lookup');
  const decision = decide(checked, memory, clock.nowMs());
  remember(
    checked.flatMap(({ record }) => record ?? []),
    memory,
  );
  const refused = answers.filter(({ record }, index) => record !== null && checked[index]?.record === null).length;
  log.debug('directory.read', { result: decision.result, answers: answers.length, refused });
  return decision;
}

export function lookupOf(name: string, decision: Decision, nowMs: number): Lookup {
  if (decision.result === 'found') {
    const { account, heartbeatMs, door } = decision.record;
    // The owner's clock may be an hour ahead; what people see never lies in the future.
    const lastHeartbeatMs = Math.min(heartbeatMs, nowMs);
    return {
      view: { result: 'found', name, accountKey: account, lastHeartbeatMs, fresh: isFresh(decision.record, nowMs) },
      door,
    };
  }
  if (decision.result === 'disputed') {
    // Fresh ones first: where there are more than the view takes, those of people who are around matter.
    const records = decision.records.toSorted((left, right) => Number(isFresh(right, nowMs)) - Number(isFresh(left, nowMs)));
    return { view: { result: 'disputed', name, accountKeys: records.slice(0, 20).map(({ account }) => account) }, door: null };
  }
  if (decision.result === 'contested') {
    return { view: { result: 'lapsed', name, lastHeartbeatMs: decision.record.heartbeatMs }, door: null };
  }
  return { view: { result: 'not-found', name }, door: null };
}
