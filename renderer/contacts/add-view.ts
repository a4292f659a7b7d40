import type { ContactView, LookupView } from '../../preload/contract/index.ts';
import { missingCase } from '../state/index.ts';
import type { Words } from '../strings/index.ts';
import type { Tone } from '../ui/index.ts';

/** Where the search for a name stands. */
export type Lookup =
  | { readonly kind: 'idle' }
  | { readonly kind: 'looking'; readonly name: string }
  | { readonly kind: 'failed'; readonly sentence: string }
  | {
      readonly kind: 'answered';
      readonly answer: LookupView;
      /** The account that a link names. */ readonly pinned: string | null;
    };

export type AddView =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'progress'; readonly sentence: string }
  | { readonly kind: 'said'; readonly tone: Tone; readonly sentence: string; readonly open: string | null }
  | {
      readonly kind: 'found';
      readonly name: string;
      readonly accountKey: string;
      /** Null: not known. */
      readonly lastHeartbeatMs: number | null;
      readonly pinned: string | null;
      readonly fresh: boolean;
    };

/** What the dialog says about the answer: somebody to ask, or why not. */
export function addView(words: Words, lookup: Lookup, ownKey: string, contacts: ReadonlyMap<string, ContactView>): AddView {
  switch (lookup.kind) {
    case 'idle':
      return { kind: 'nothing' };
    case 'looking':
      return { kind: 'progress', sentence: words('add.looking', { name: lookup.name }) };
    case 'failed':
      return { kind: 'said', tone: 'bad', sentence: lookup.sentence, open: null };
    case 'answered':
      return answered(words, lookup.answer, lookup.pinned, ownKey, contacts);
    default:
      return missingCase(lookup);
  }
}

function answered(
  words: Words,
  answer: LookupView,
  pinned: string | null,
  ownKey: string,
  contacts: ReadonlyMap<string, ContactView>,
): AddView {
  const { name } = answer;
  if (answer.result === 'disputed' && pinned !== null && answer.accountKeys.includes(pinned) && !contacts.has(pinned))
    return { kind: 'found', name, accountKey: pinned, lastHeartbeatMs: null, fresh: true, pinned };
  if (answer.result === 'not-found') return { kind: 'said', tone: 'warn', sentence: words('add.notFound', { name }), open: null };
  if (answer.result === 'lapsed') return { kind: 'said', tone: 'warn', sentence: words('add.lapsed', { name }), open: null };
  if (answer.result === 'disputed') return { kind: 'said', tone: 'bad', sentence: words('add.disputed', { name }), open: null };
  if (pinned !== null && answer.accountKey !== pinned)
    return { kind: 'said', tone: 'bad', sentence: words('add.otherAccount', { name }), open: null };
  if (answer.accountKey === ownKey) return { kind: 'said', tone: 'plain', sentence: words('add.yourself', { name }), open: null };
  const known = contacts.get(answer.accountKey);
  if (known === undefined) {
    const { accountKey, lastHeartbeatMs, fresh } = answer;
    return { kind: 'found', name, accountKey, lastHeartbeatMs, fresh, pinned };
  }
  const sentences = {
    contact: words('add.already', { name }),
    outgoing: words('add.pending', { name }),
    incoming: words('add.incoming', { name }),
    blocked: words('add.blocked', { name }),
  };
  const open = known.relation === 'contact' || known.relation === 'outgoing' ? known.accountKey : null;
  return { kind: 'said', tone: 'plain', sentence: sentences[known.relation], open };
}
