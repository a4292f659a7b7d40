import type { NameVerdict } from '../../preload/contract/index.ts';
import type { AccountSecrets } from '../identity/index.ts';
import { AppError } from '../ports/app-error.ts';
import { claimName, releaseName, restoreName, type ClaimOutcome, type OnProgress } from './claimant.ts';
import type { Decision } from './decide.ts';
import { endOf } from './claim-standing.ts';
import { createContext, type DirectoryContext, type DirectoryOptions } from './directory-context.ts';
import { suggestNames } from './name-suggestions.ts';
import { parseName } from './names.ts';
import { lookupOf, readName, requireName, type Lookup } from './reader.ts';
import { startRefreshing, type ClaimState, type Refresher } from './refresher.ts';

/** The Global Index as the engine uses it. */
export interface Directory {
  /** Never fails for want of a network: the verdict is then `unknown`. @throws AppError CANCELLED */
  checkName(typed: string, signal: AbortSignal): Promise<NameVerdict>;
  /** @throws AppError NAME_INVALID, NO_NETWORK, CANCELLED */
  lookup(typed: string, signal: AbortSignal): Promise<Lookup>;
  /** Takes the name of a new account. @throws AppError NAME_TAKEN, NAME_DISPUTED, NO_NETWORK, CANCELLED; nothing is left behind */
  claim(secrets: AccountSecrets, onProgress: OnProgress, signal: AbortSignal): Promise<ClaimOutcome>;
  /** The account of a phrase. @throws AppError NAME_INVALID, PHRASE_INVALID, PHRASE_NAME_MISMATCH, NO_NETWORK, CANCELLED */
  restore(
    typedName: string,
    phrase: string,
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<{ readonly secrets: AccountSecrets; readonly outcome: ClaimOutcome }>;
  /**
   * Gives a name back, best effort: when the account could not be stored on this computer after all, or is given up. Costs
   * no work if the claim was made here within the last 30 days.
   */
  release(secrets: AccountSecrets, signal: AbortSignal): Promise<void>;
  /** Keeps the account's claim alive until stopped. */
  startRefreshing(secrets: () => AccountSecrets, known?: ClaimState): Refresher;
}

export function createDirectory(options: DirectoryOptions): Directory {
  const context = createContext(options);
  return {
    checkName: (typed, signal) => checkName(context, typed, signal),
    async lookup(typed, signal) {
      const name = requireName(typed);
      return lookupOf(name, await readName(context, name, signal), context.clock.nowMs());
    },
    claim: (secrets, onProgress, signal) => claimName(context, secrets, onProgress, signal),
    restore: (typedName, phrase, onProgress, signal) => restoreName(context, typedName, phrase, onProgress, signal),
    release: (secrets, signal) => releaseName(context, secrets, signal),
    startRefreshing: (secrets, known) => startRefreshing(context, secrets, known),
  };
}

type Availability = Exclude<NameVerdict['verdict'], 'invalid'>;

const availabilities: Readonly<Record<Decision['result'], Availability>> = {
  found: 'taken',
  // One network that shows a valid claim is enough to keep a newcomer from making it a dispute.
  unconfirmed: 'taken',
  disputed: 'disputed',
  contested: 'lapsed',
  'not-found': 'free',
};

async function checkName(context: DirectoryContext, typed: string, signal: AbortSignal): Promise<NameVerdict> {
  const parsed = parseName(typed);
  if (!parsed.ok) return { verdict: 'invalid', reason: parsed.reason };
  const { name } = parsed;
  const { availability, freeAtMs } = await availabilityOf(context, name, signal);
  if (availability === 'lapsed') return { verdict: 'lapsed', name, freeAtMs };
  if (availability !== 'taken') return { verdict: availability, name };
  const ideas = suggestNames(name, context.random);
  const found = await Promise.all(ideas.map((idea) => availabilityOf(context, idea, signal)));
  return { verdict: 'taken', name, suggestions: ideas.filter((_idea, index) => found[index]?.availability === 'free') };
}

interface Available {
  readonly availability: Availability;
  /** When a lapsed name is nobody's any more; 0 for others. */
  readonly freeAtMs: number;
}

async function availabilityOf(context: DirectoryContext, name: string, signal: AbortSignal): Promise<Available> {
  try {
    const decision = await readName(context, name, signal);
    const freeAtMs = decision.result === 'contested' ? endOf(decision.record) : 0;
    return { availability: availabilities[decision.result], freeAtMs };
  } catch (error) {
    if (error instanceof AppError && error.code === 'NO_NETWORK') return { availability: 'unknown', freeAtMs: 0 };
    throw error;
  }
}
