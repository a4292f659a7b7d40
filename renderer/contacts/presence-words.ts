import type { ContactView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { presenceShape, usernameBeside } from '../state/index.ts';
import { agoInWords } from '../ui/index.ts';

/** Presence in words; for somebody offline, when they were last heard. Nothing is guessed. */
export function presenceWords(words: Words, person: ContactView, nowMs: number): string {
  const { state, onCall, lastSeenMs } = person.presence;
  if (person.relation === 'outgoing') return words('side.requestSent');
  if (onCall && presenceShape(person) === 'call') return words('presence.onCall');
  if (state !== 'offline') return words(`presence.${state}`);
  return lastSeenMs === null
    ? words('presence.offline')
    : words('presence.lastSeen', { when: agoInWords(words, lastSeenMs, nowMs) });
}

const joined = (...parts: readonly (string | null)[]): string => parts.filter((part) => part !== null && part !== '').join(' · ');

/** Presence, and the line about now that they wrote. */
export const moodWords = (words: Words, person: ContactView, nowMs: number): string =>
  joined(presenceWords(words, person, nowMs), person.profile.mood);

/** Likewise, after the username where another name stands above it. */
export const headWords = (words: Words, person: ContactView, nowMs: number): string =>
  joined(usernameBeside(person), moodWords(words, person, nowMs));
