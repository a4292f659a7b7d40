import type { CallEndReason, CallView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';

/** How far a call got that ended for this reason: which step stopped. `talk`: it had been answered. */
export type StoppedAt = 'internet' | 'finding' | 'path' | 'ringing' | 'answer' | 'talk' | 'nothing';

/** Where a call stops for each reason, as long as nobody had answered. A new reason is a compile error until it has a place. */
const stops: Record<CallEndReason, StoppedAt> = {
  'hung-up': 'nothing',
  'hung-up-by-other': 'nothing',
  declined: 'nothing',
  'declined-by-other': 'answer',
  cancelled: 'nothing',
  'cancelled-by-other': 'nothing',
  busy: 'answer',
  'no-answer': 'answer',
  unanswered: 'answer',
  'not-reachable': 'finding',
  'no-path': 'path',
  'blocked-here': 'path',
  'blocked-there': 'path',
  'no-relay': 'path',
  'path-lost': 'path',
  'peer-gone': 'ringing',
  slept: 'ringing',
  'device-failed': 'ringing',
  'media-crashed': 'path',
  'engine-crashed': 'internet',
  'protocol-error': 'path',
  'glare-lost': 'nothing',
};

export const stoppedAt = (reason: CallEndReason, answered: boolean): StoppedAt => (answered ? 'talk' : stops[reason]);

/** What happened, then what to do: one sentence each, the second only where there is something to do. */
export function endSentence(words: Words, reason: CallEndReason, name: string): string {
  const why = words(`ended.${reason}.why`, { name });
  return `${why}.`;
}

export const endAdvice = (words: Words, reason: CallEndReason): string => words(`ended.${reason}.do`);

/** Whether looking at the network may tell why; every reason but those is somebody's doing, or another computer's. */
const ofNetwork: ReadonlySet<CallEndReason> = new Set(['no-path', 'path-lost', 'not-reachable']);
export const isOfNetwork = (reason: CallEndReason): boolean => ofNetwork.has(reason);

/** They could not talk, and there is something to say all the same. */
const unheard: ReadonlySet<CallEndReason> = new Set([
  'no-answer',
  'busy',
  'declined-by-other',
  'not-reachable',
  'no-path',
  'no-relay',
  'blocked-here',
  'blocked-there',
]);
/** Whether a voice message may take the place of this call. */
export const mayLeaveVoice = (call: CallView): boolean =>
  call.direction === 'out' && call.activeSinceMs === null && !call.echo && call.reason !== null && unheard.has(call.reason);

export type PegState = 'done' | 'warn' | 'stopped' | 'waiting';

export interface Peg {
  readonly id: 'internet' | 'finding' | 'path' | 'ringing' | 'answer';
  readonly title: string;
  readonly text: string;
  readonly state: PegState;
}

const order = ['internet', 'finding', 'path', 'ringing', 'answer'] as const;

/** The steps of a call that was never answered: done, stopped here, not reached. Empty when no step stopped it. */
export function pegsOf(words: Words, call: CallView, name: string): readonly Peg[] {
  if (call.reason === null) return [];
  const at = stoppedAt(call.reason, call.activeSinceMs !== null);
  if (at === 'talk' || at === 'nothing') return [];
  const stop = order.indexOf(at);
  return order.map((id, index) => {
    const title = words(`call.stage.${id}`, { name });
    if (index < stop)
      return { id, title, text: words(id === 'internet' ? 'call.stage.working' : 'call.stage.done'), state: 'done' };
    if (index === stop) return { id, title, text: words('call.stage.stopped'), state: 'stopped' };
    return { id, title, text: words('call.stage.notReached'), state: 'waiting' };
  });
}

/** The heading of the screen after a call. */
export function endTitle(words: Words, call: CallView, name: string): string {
  if (call.activeSinceMs !== null) return words('call.droppedTitle', { name });
  const at = call.reason === null ? 'nothing' : stoppedAt(call.reason, false);
  return words(at === 'answer' ? 'call.notAnsweredTitle' : 'call.failedTitle', { name });
}
