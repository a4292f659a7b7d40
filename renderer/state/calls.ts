import type { CallView } from '../../preload/contract/index.ts';
import { callEndings } from './call-endings.ts';

export const isOver = (call: CallView): boolean => call.phase === 'ended';

/** Rings here and waits for an answer. */
export const isIncoming = (call: CallView): boolean =>
  call.direction === 'in' && (call.phase === 'ringing' || call.phase === 'connecting' || call.phase === 'preparing');

/** The call this person is in: dialling, talking, reconnecting. At most one today. */
export const currentCall = (calls: ReadonlyMap<string, CallView>): CallView | null =>
  [...calls.values()].find((call) => !isOver(call) && !isIncoming(call)) ?? null;

/** The call that rings here; the oldest first. It is announced once its path is up (`ringing`). */
export const ringingCall = (calls: ReadonlyMap<string, CallView>): CallView | null =>
  [...calls.values()]
    .filter((call) => call.direction === 'in' && call.phase === 'ringing')
    .toSorted((a, b) => a.startedMs - b.startedMs)[0] ?? null;

export const isTalking = (call: CallView): boolean => call.phase === 'active' || call.phase === 'reconnecting';

/** There is somebody to write to beside the call. */
export const mayChat = (call: CallView, isContact: boolean): boolean => isContact && !call.echo;

/** Something can be recorded, or is: contacts who talk. A sound test says nothing worth keeping. */
export const mayRecord = (call: CallView, isContact: boolean): boolean =>
  !call.echo && ((isContact && call.phase === 'active') || call.recording.state !== 'off');

/** This person holds it, whoever else does. */
export const holdsHere = (call: CallView): boolean => call.hold === 'local' || call.hold === 'both';

/** Whether the end of this call needs words. A call in that was never taken here is a missed call, told by the list. */
export function needsExplaining(call: CallView): boolean {
  if (call.phase !== 'ended' || call.reason === null) return false;
  if (call.direction === 'in' && call.activeSinceMs === null) return false;
  const { explained } = callEndings[call.reason];
  return explained === 'always' || (explained === 'outgoing' && call.direction === 'out');
}

/**
 * The calls after the engine fell: what ran has ended, and the page says so, because nobody else is left to. What needs no
 * words is taken away; that somebody rang in vain comes with the call log.
 */
export function cutOff(calls: ReadonlyMap<string, CallView>): ReadonlyMap<string, CallView> {
  const ended = [...calls.values()].map((call): CallView =>
    isOver(call) ? call : { ...call, phase: 'ended', reason: 'engine-crashed' },
  );
  return keyed(ended.filter((call) => calls.get(call.id) === call || needsExplaining(call)));
}

/** The engine's calls, and before them those that a former engine did not live to end: they stay until they are put away. */
export const withCutOff = (
  held: ReadonlyMap<string, CallView>,
  engines: ReadonlyMap<string, CallView>,
): ReadonlyMap<string, CallView> =>
  keyed([...[...held.values()].filter((call) => isCutOff(call) && !engines.has(call.id)), ...engines.values()]);

/** Only the page knows of this call. */
export const isCutOff = (call: CallView): boolean => call.reason === 'engine-crashed';

const keyed = (calls: readonly CallView[]): ReadonlyMap<string, CallView> => new Map(calls.map((call) => [call.id, call]));
