import type { NameVerdict } from '../../preload/contract/index.ts';
import { missingCase } from '../state/index.ts';
import type { Words } from '../strings/index.ts';

/** How long typing has to rest before the network is asked. */
export const askAfterMs = 250;

export type NameCheck =
  | { readonly kind: 'empty' }
  | { readonly kind: 'asking'; readonly name: string }
  | { readonly kind: 'answered'; readonly typed: string; readonly verdict: NameVerdict };

export interface VerdictView {
  readonly tone: 'none' | 'ok' | 'bad' | 'warn';
  readonly sentence: string;
  readonly suggestions: readonly string[];
  /** The name may be kept. */
  readonly free: boolean;
}

/** What the form says about the name in it. */
export function verdictView(words: Words, check: NameCheck): VerdictView {
  if (check.kind === 'empty') return { tone: 'none', sentence: '', suggestions: [], free: false };
  if (check.kind === 'asking') {
    return { tone: 'none', sentence: words('onboarding.name.checking', { name: check.name }), suggestions: [], free: false };
  }
  return judged(words, check.verdict);
}

function judged(words: Words, verdict: NameVerdict): VerdictView {
  switch (verdict.verdict) {
    case 'free':
      return { tone: 'ok', sentence: words('onboarding.name.free', { name: verdict.name }), suggestions: [], free: true };
    case 'taken':
      return {
        tone: 'bad',
        sentence: words(verdict.suggestions.length > 0 ? 'onboarding.name.takenPick' : 'onboarding.name.taken', {
          name: verdict.name,
        }),
        suggestions: verdict.suggestions,
        free: false,
      };
    case 'disputed':
      return { tone: 'bad', sentence: words('onboarding.name.disputed', { name: verdict.name }), suggestions: [], free: false };
    case 'lapsed': {
      const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' }).format(verdict.freeAtMs);
      const sentence = words('onboarding.name.lapsed', { name: verdict.name, date });
      return { tone: 'warn', sentence, suggestions: [], free: true };
    }
    case 'invalid':
      return { tone: 'bad', sentence: words(`onboarding.name.invalid.${verdict.reason}`), suggestions: [], free: false };
    case 'unknown':
      return { tone: 'warn', sentence: words('onboarding.name.unknown', { name: verdict.name }), suggestions: [], free: true };
    default:
      return missingCase(verdict);
  }
}
