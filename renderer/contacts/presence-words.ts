import type { ContactView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { presenceShape } from '../state/index.ts';
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
