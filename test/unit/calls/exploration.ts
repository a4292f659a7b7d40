import { beginIncoming, beginOutgoing, transition } from '../../../main/calls/call-machine.ts';
import { callExtensions, type CallExtension, type CallSignal } from '../../../main/calls/call-signal.ts';
import type { CallEffect, CallEvent, CallState, Direction, TimerName } from '../../../main/calls/call-state.ts';
import { description } from './descriptions.ts';

const signals: readonly CallSignal[] = [
  { type: 'offer', sentMs: 0, description: description(1) },
  { type: 'answer', description: description(2) },
  { type: 'answer', description: description(2), extensions: [...callExtensions, 'of a later version'] },
  { type: 'candidate', candidate: 'candidate:1' },
  { type: 'ringing' },
  { type: 'accept' },
  { type: 'decline' },
  { type: 'busy' },
  { type: 'hang-up', why: 'hung-up' },
  { type: 'hang-up', why: 'cancelled' },
  { type: 'hang-up', why: 'no-answer' },
  { type: 'hang-up', why: 'no-path' },
  { type: 'hang-up', why: 'path-lost' },
  { type: 'hang-up', why: 'failed' },
  { type: 'bye' },
  { type: 'mute', muted: true },
  { type: 'mute', muted: false },
  { type: 'hold', held: true },
  { type: 'hold', held: false },
  { type: 'restart', description: description(3) },
  { type: 'restarted', description: description(4) },
  { type: 'restart-wanted' },
];

const timers: readonly TimerName[] = ['connecting', 'answer', 'reconnecting', 'notice', 'farewell', 'ending'];

/** What has to do with recording. Apart, because with all the rest it would be four times as many places as anybody waits for. */
export const recordingEvents: readonly CallEvent[] = [
  { type: 'set-recording', on: true },
  { type: 'set-recording', on: false },
  { type: 'recording-ended' },
  { type: 'signal', signal: { type: 'recording', on: true } },
  { type: 'signal', signal: { type: 'recording', on: false } },
  { type: 'signal', signal: { type: 'recording-shown' } },
];

/** Everything else that can ever happen to a call, whether or not it makes sense at the moment. */
export const everyEvent: readonly CallEvent[] = [
  { type: 'accept' },
  { type: 'decline' },
  { type: 'hang-up' },
  { type: 'set-muted', muted: true },
  { type: 'set-muted', muted: false },
  { type: 'set-held', held: true },
  { type: 'set-held', held: false },
  { type: 'microphone', problem: 'failed' },
  { type: 'microphone', problem: null },
  ...signals.map((signal): CallEvent => ({ type: 'signal', signal })),
  { type: 'local-description', description: description(5) },
  { type: 'local-candidate', candidate: 'candidate:2' },
  { type: 'path-up' },
  { type: 'path-interrupted' },
  { type: 'path-failed' },
  { type: 'path-closed' },
  { type: 'media-crashed' },
  { type: 'wire', wire: 'connected' },
  { type: 'wire', wire: 'interrupted' },
  { type: 'wire', wire: 'resumed' },
  { type: 'wire', wire: 'closed' },
  ...timers.map((timer): CallEvent => ({ type: 'timeout', timer })),
  { type: 'glare-lost' },
  { type: 'superseded' },
  { type: 'protocol-error' },
];

const isFlag = (event: CallEvent): boolean =>
  event.type === 'set-muted' ||
  event.type === 'microphone' ||
  event.type === 'set-held' ||
  (event.type === 'signal' && (event.signal.type === 'mute' || event.signal.type === 'hold'));

/** With recording, and without the flags that have nothing to do with it. */
export const everyRecordingEvent: readonly CallEvent[] = [...everyEvent.filter((event) => !isFlag(event)), ...recordingEvents];

/** A place in the life of a call: the state, and what its effects so far have left behind in the world. */
export interface Place {
  readonly state: CallState;
  readonly timer: TimerName | null;
  readonly media: 'none' | 'open' | 'closed';
  readonly audio: boolean;
  /** Media was told to let no sound through. */
  readonly silenced: boolean;
  /** Media was told to record. */
  readonly records: boolean;
}

export interface Edge {
  readonly before: Place;
  readonly event: CallEvent;
  readonly after: Place;
  readonly effects: readonly CallEffect[];
}

export interface Exploration {
  readonly places: readonly Place[];
  readonly edges: readonly Edge[];
}

/**
 * Every place that can be reached by `events` in any order and number, and every step between them.
 * @param extensions what somebody who calls here understands; who is called says so in an answer
 */
export function explore(
  direction: Direction,
  events: readonly CallEvent[] = everyEvent,
  extensions: readonly CallExtension[] = callExtensions,
): Exploration {
  const begun = direction === 'out' ? beginOutgoing() : beginIncoming(description(0), extensions);
  const first = place(
    { state: begun.state, timer: null, media: 'none', audio: false, silenced: false, records: false },
    null,
    begun.state,
    begun.effects,
  );
  const seen = new Map<string, Place>([[JSON.stringify(first), first]]);
  const edges: Edge[] = [];
  const queue = [first];
  for (let before = queue.shift(); before !== undefined; before = queue.shift()) {
    for (const event of events) {
      const { state, effects } = transition(before.state, event);
      const after = place(before, event, state, effects);
      edges.push({ before, event, after, effects });
      const key = JSON.stringify(after);
      if (seen.has(key)) continue;
      seen.set(key, after);
      queue.push(after);
    }
  }
  return { places: [...seen.values()], edges };
}

/** Performs the effects on an imagined world, and refuses those that no world could perform. */
function place(before: Place, event: CallEvent | null, state: CallState, effects: readonly CallEffect[]): Place {
  let { timer, media, audio, silenced, records } = before;
  // Media says so only of a recording that it has ended.
  if (event?.type === 'recording-ended') records = false;
  for (const effect of effects) {
    switch (effect.type) {
      case 'set-timer':
        ({ timer } = effect);
        break;
      case 'open-media':
        if (media !== 'none') throw new Error('media opened twice');
        media = 'open';
        break;
      case 'close-media':
      case 'abandon-media':
        if (media !== 'open') throw new Error(`media closed while ${media}`);
        media = 'closed';
        audio = false;
        records = false;
        break;
      case 'start-audio':
        if (audio) throw new Error('audio started twice');
        if (media !== 'open') throw new Error(`audio started while media is ${media}`);
        audio = true;
        break;
      case 'hold-media':
        if (media !== 'open') throw new Error(`${effect.type} while media is ${media}`);
        if (silenced === effect.held) throw new Error('media told to hold, or to go on, twice');
        silenced = effect.held;
        break;
      case 'start-recording':
        if (records || !audio) throw new Error(`recording started ${records ? 'twice' : 'without audio'}`);
        records = true;
        break;
      case 'stop-recording':
        if (!records) throw new Error('recording stopped that was not on');
        records = false;
        break;
      case 'set-answer':
      case 'add-candidate':
      case 'restart-media':
      case 'mute-media':
        if (media !== 'open') throw new Error(`${effect.type} while media is ${media}`);
        break;
      case 'send':
      case 'refuse-recording':
        break;
    }
  }
  return { state, timer, media, audio, silenced, records };
}
