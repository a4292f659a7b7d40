import type { CallEndReason, CallView } from '../../preload/contract/index.ts';
import { callEndings, type StoppedAt } from '../state/index.ts';
import type { Words } from '../strings/index.ts';

/** `talk`: it had been answered. */
export const stoppedAt = (reason: CallEndReason, answered: boolean): StoppedAt | 'talk' =>
  answered ? 'talk' : callEndings[reason].stopsAt;

/** What happened, then what to do: one sentence each, the second only where there is something to do. */
export function endSentence(words: Words, reason: CallEndReason, name: string): string {
  const why = words(`ended.${reason}.why`, { name });
  return `${why}.`;
}

export const endAdvice = (words: Words, reason: CallEndReason): string => words(`ended.${reason}.do`);

/** Whether looking at the network may tell why. */
export const isOfNetwork = (reason: CallEndReason): boolean => callEndings[reason].ofNetwork;

/** Whether a voice message may take the place of this call. */
export const mayLeaveVoice = (call: CallView): boolean =>
  call.direction === 'out' &&
  call.activeSinceMs === null &&
  !call.echo &&
  call.reason !== null &&
  callEndings[call.reason].unheard;

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
