import type { CallRecordView, ContactView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { canTakeCall } from '../state/index.ts';
import { agoInWords, durationInWords } from '../ui/index.ts';

/** How many people the first screen offers to call. */
const offered = 3;

export interface HomePerson {
  readonly person: ContactView;
  readonly lastCall: string;
}

export interface HomeView {
  readonly greeting: string;
  readonly canCall: string;
  readonly people: readonly HomePerson[];
}

export function greetingKey(hour: number): 'home.morning' | 'home.afternoon' | 'home.evening' {
  if (hour >= 5 && hour < 12) return 'home.morning';
  return hour >= 12 && hour < 18 ? 'home.afternoon' : 'home.evening';
}

/** Who can take a call now, those called last first. */
export function homeView(
  words: Words,
  ownName: string,
  contacts: ReadonlyMap<string, ContactView>,
  log: readonly CallRecordView[],
  nowMs: number,
): HomeView {
  const here = [...contacts.values()].filter(canTakeCall);
  const last = new Map<string, CallRecordView>();
  for (const call of log) if (!last.has(call.conversationId)) last.set(call.conversationId, call);
  const people = here
    .toSorted((a, b) => (last.get(b.accountKey)?.startedMs ?? 0) - (last.get(a.accountKey)?.startedMs ?? 0))
    .slice(0, offered)
    .map((person) => ({ person, lastCall: lastCallWords(words, last.get(person.accountKey), nowMs) }));
  return {
    greeting: words(greetingKey(new Date(nowMs).getHours()), { name: ownName }),
    canCall: words('home.canCall', { count: here.length }),
    people,
  };
}

function lastCallWords(words: Words, call: CallRecordView | undefined, nowMs: number): string {
  if (call === undefined) return words('home.noCallYet');
  const when = agoInWords(words, call.startedMs, nowMs);
  if (call.talkedMs === 0) return words('home.lastTry', { when });
  return words('home.lastCall', { when, duration: durationInWords(words, call.talkedMs) });
}
