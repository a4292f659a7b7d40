import type { CallEndReason } from '../../preload/contract/index.ts';
import { missingCase } from '../ports/missing-case.ts';
import type { SessionDescription } from './call-media.ts';
import {
  endedByOther,
  endedByUs,
  endedWithoutWord,
  farewellOf,
  forgottenByOther,
  heardFarewell,
  peerVanished,
} from './call-endings.ts';
import { knownExtensions, type CallExtension, type CallSignal } from './call-signal.ts';
import {
  isOnHold,
  phaseOf,
  timerOf,
  type CallEffect,
  type CallEvent,
  type CallState,
  type Direction,
  type OpenCall,
  type SignalToSend,
  type Step,
  type TimerName,
} from './call-state.ts';

const fresh = (direction: Direction, extensions: readonly CallExtension[]): OpenCall => ({
  stage: 'open',
  direction,
  path: 'gathering',
  consent: 'asked',
  wire: 'open',
  restart: 'none',
  theirEnd: 'open',
  muted: false,
  remoteMuted: false,
  held: false,
  remoteHeld: false,
  recording: 'off',
  remoteRecording: false,
  extensions,
  microphone: null,
});

/** A person calls somebody. */
export const beginOutgoing = (): Step => ({
  // What they understand comes with their answer.
  state: fresh('out', []),
  effects: [
    { type: 'open-media', role: 'offerer', remote: null },
    { type: 'set-timer', timer: 'connecting' },
  ],
});

/** An offer came. It is answered at once, so that the path is up before it rings; no microphone is touched by that. */
export const beginIncoming = (offer: SessionDescription, extensions: readonly CallExtension[] = []): Step => ({
  state: fresh('in', extensions),
  effects: [
    { type: 'open-media', role: 'answerer', remote: offer },
    { type: 'set-timer', timer: 'connecting' },
  ],
});

/** The whole life of a call. Pure; every event is legal in every state, and what makes no sense there changes nothing. */
export function transition(state: CallState, event: CallEvent): Step {
  const step = advance(state, event);
  const timer = timerOf(step.state);
  if (timer === timerOf(state)) return step;
  return { state: step.state, effects: [...step.effects, { type: 'set-timer', timer }] };
}

function advance(state: CallState, event: CallEvent): Step {
  switch (state.stage) {
    case 'open':
      return advanceOpen(state, event);
    case 'ending':
      return isLastWord(event) ? stay({ stage: 'ended', reason: state.reason }) : stay(state);
    case 'ended':
      return stay(state);
    default:
      return missingCase(state);
  }
}

const stay = (state: CallState): Step => ({ state, effects: [] });
const go = (state: CallState, ...effects: readonly CallEffect[]): Step => ({ state, effects });
const also = ({ state, effects }: Step, more: readonly CallEffect[]): Step => ({ state, effects: [...effects, ...more] });
const say = (signal: SignalToSend): CallEffect => ({ type: 'send', signal });

/** While ending, only what shows that the other side knows (or will never know) matters. */
function isLastWord(event: CallEvent): boolean {
  switch (event.type) {
    case 'timeout':
      return event.timer === 'ending';
    case 'wire':
      return event.wire === 'closed';
    case 'signal':
      return event.signal.type === 'bye' || event.signal.type === 'hang-up' || event.signal.type === 'decline';
    case 'accept':
    case 'decline':
    case 'hang-up':
    case 'set-muted':
    case 'set-held':
    case 'set-recording':
    case 'recording-ended':
    case 'microphone':
    case 'local-description':
    case 'local-candidate':
    case 'path-up':
    case 'path-interrupted':
    case 'path-failed':
    case 'path-closed':
    case 'media-crashed':
    case 'glare-lost':
    case 'superseded':
    case 'protocol-error':
      return false;
    default:
      return missingCase(event);
  }
}

/** Ends the call for a reason of our own: closes media, says so to the other side, and waits a moment for it to hear. */
function end(call: OpenCall, reason: CallEndReason): Step {
  const farewell = farewellOf(reason);
  const stage = farewell === null || call.wire === 'closed' ? 'ended' : 'ending';
  const effects: CallEffect[] = [{ type: reason === 'peer-gone' ? 'abandon-media' : 'close-media' }];
  if (farewell !== null) effects.unshift(say(farewell));
  return { state: { stage, reason }, effects };
}

/** Ends the call because the other side said so. */
const endTold = (reason: CallEndReason): Step => go({ stage: 'ended', reason }, { type: 'close-media' }, say({ type: 'bye' }));

function advanceOpen(call: OpenCall, event: CallEvent): Step {
  switch (event.type) {
    case 'accept':
      if (call.direction === 'out' || call.consent === 'accepted' || call.theirEnd === 'closed') return stay(call);
      return go({ ...call, consent: 'accepted' }, say({ type: 'accept' }), { type: 'start-audio' }, ...sayIfMuted(call));
    case 'decline':
    case 'hang-up':
      // Whichever button reached us, and whatever it crossed on its way: the person wants out.
      return end(call, endedByUs(call));
    case 'set-muted':
      if (call.muted === event.muted) return stay(call);
      return setMuted(call, event.muted);
    case 'set-held':
      return setHeld(call, event.held);
    case 'set-recording':
      return event.on ? tellRecording(call) : stopRecording(call);
    case 'recording-ended':
      return call.recording === 'on' ? go({ ...call, recording: 'off' }, say({ type: 'recording', on: false })) : stay(call);
    case 'microphone':
      return stay({ ...call, microphone: event.problem });
    case 'signal':
      return onSignal(call, event.signal);
    case 'local-description':
      return onLocalDescription(call, event.description);
    case 'local-candidate':
      return go(call, say({ type: 'candidate', candidate: event.candidate }));
    case 'path-up':
      return onPathUp(call);
    case 'path-interrupted':
      if (call.path !== 'up' || call.theirEnd === 'closed') return stay(call);
      if (call.wire === 'closed') return end(call, peerVanished(call));
      return call.wire === 'renewed' ? beginRestart({ ...call, path: 'lost' }) : stay({ ...call, path: 'lost' });
    case 'path-failed':
      return call.theirEnd === 'closed' ? stay(call) : onPathFailed(call);
    case 'path-closed':
      return call.wire === 'closed' ? endTold(endedWithoutWord(call)) : stay({ ...call, theirEnd: 'closed' });
    case 'media-crashed':
      return end(call, 'media-crashed');
    case 'wire':
      return onWire(call, event.wire);
    case 'timeout':
      return event.timer === timerOf(call) ? onTimeout(call, event.timer) : stay(call);
    case 'glare-lost':
      return call.direction === 'out' && call.consent !== 'accepted' ? end(call, 'glare-lost') : stay(call);
    case 'superseded':
      // Who closed their end before calling anew had hung up; who didn't has lost this call and knows it by its absence.
      return endTold(call.theirEnd === 'open' ? forgottenByOther(call) : endedByOther(call));
    case 'protocol-error':
      return end(call, 'protocol-error');
    default:
      return missingCase(event);
  }
}

function setMuted(call: OpenCall, muted: boolean): Step {
  const state: OpenCall = { ...call, muted };
  const effect: CallEffect = { type: 'mute-media', muted };
  // Before the acceptance there is nothing to be muted on the other side; it is told then.
  return call.consent === 'accepted' ? go(state, effect, say({ type: 'mute', muted })) : go(state, effect);
}

/** Only a call that was accepted has sound to hold back. */
function setHeld(call: OpenCall, held: boolean): Step {
  if (call.consent !== 'accepted' || call.held === held || call.theirEnd === 'closed') return stay(call);
  return hold({ ...call, held }, call, call.extensions.includes('hold') ? [say({ type: 'hold', held })] : []);
}

/** Media is told when the call as a whole goes on or off hold, not of each side's part in it. */
function hold(call: OpenCall, before: OpenCall, effects: readonly CallEffect[] = []): Step {
  const held = isOnHold(call);
  return held === isOnHold(before) ? go(call, ...effects) : go(call, { type: 'hold-media', held }, ...effects);
}

/** First they are told; what comes of it is `recording-shown`, or the timer `notice`. */
function tellRecording(call: OpenCall): Step {
  if (call.recording !== 'off' || phaseOf(call) !== 'active' || call.theirEnd === 'closed') return stay(call);
  if (!call.extensions.includes('recording')) return go(call, { type: 'refuse-recording', why: 'too-old' });
  if (call.wire === 'closed') return go(call, { type: 'refuse-recording', why: 'not-told' });
  return go({ ...call, recording: 'telling' }, say({ type: 'recording', on: true }));
}

function stopRecording(call: OpenCall): Step {
  switch (call.recording) {
    case 'off':
      return stay(call);
    case 'telling':
      return go({ ...call, recording: 'off' }, say({ type: 'recording', on: false }));
    case 'on':
      return go({ ...call, recording: 'off' }, { type: 'stop-recording' }, say({ type: 'recording', on: false }));
    default:
      return missingCase(call.recording);
  }
}

/** They were not told, or we do not know: it comes to the same. */
function giveUpRecording(call: OpenCall): Step {
  return go({ ...call, recording: 'off' }, { type: 'refuse-recording', why: 'not-told' }, say({ type: 'recording', on: false }));
}

/** What a new session has not heard from us, because the one before was lost with what it carried. */
const sayAgain = (call: OpenCall): readonly CallEffect[] =>
  call.consent === 'accepted'
    ? [
        say({ type: 'mute', muted: call.muted }),
        ...(call.extensions.includes('hold') ? [say({ type: 'hold', held: call.held })] : []),
        ...(call.extensions.includes('recording') ? [say({ type: 'recording', on: call.recording !== 'off' })] : []),
      ]
    : [];

const sayIfMuted = (call: OpenCall): readonly CallEffect[] => (call.muted ? [say({ type: 'mute', muted: true })] : []);

function onSignal(call: OpenCall, signal: CallSignal): Step {
  switch (signal.type) {
    case 'offer':
      // A second offer for a running call is a repetition: ids are made once.
      return stay(call);
    case 'answer':
      if (call.direction === 'in' || call.path !== 'offered') return stay(call);
      return go(
        { ...call, path: 'opening', extensions: knownExtensions(signal.extensions) },
        { type: 'set-answer', answer: signal.description },
      );
    case 'candidate':
      // Before its description a candidate belongs to nothing.
      if (call.direction === 'out' && (call.path === 'gathering' || call.path === 'offered')) return stay(call);
      return go(call, { type: 'add-candidate', candidate: signal.candidate });
    case 'ringing':
      return call.direction === 'out' && call.consent === 'asked' ? stay({ ...call, consent: 'ringing' }) : stay(call);
    case 'accept':
      if (call.direction === 'in' || call.consent === 'accepted' || call.path === 'gathering') return stay(call);
      return go({ ...call, consent: 'accepted' }, { type: 'start-audio' }, ...sayIfMuted(call));
    case 'decline':
      return endTold(endedByOther(call));
    case 'busy':
      return call.direction === 'out' && call.consent === 'asked' ? endTold('busy') : stay(call);
    case 'hang-up':
      return endTold(heardFarewell(call, signal.why));
    case 'bye':
      // They have forgotten this call. Between people who talk, only an app that fell forgets.
      return go(
        { stage: 'ended', reason: call.theirEnd === 'open' ? forgottenByOther(call) : endedByOther(call) },
        { type: 'close-media' },
      );
    case 'mute':
      return stay({ ...call, remoteMuted: signal.muted });
    case 'hold':
      return call.consent === 'accepted' ? hold({ ...call, remoteHeld: signal.held }, call) : stay(call);
    case 'recording':
      if (call.consent !== 'accepted') return stay(call);
      return signal.on
        ? go({ ...call, remoteRecording: true }, say({ type: 'recording-shown' }))
        : stay({ ...call, remoteRecording: false });
    case 'recording-shown':
      return call.recording === 'telling' ? go({ ...call, recording: 'on' }, { type: 'start-recording' }) : stay(call);
    case 'restart':
      if (call.direction === 'out' || call.consent !== 'accepted' || call.path === 'gathering') return stay(call);
      if (call.theirEnd === 'closed') return stay(call);
      return go({ ...call, restart: 'answering' }, { type: 'restart-media', remote: signal.description });
    case 'restarted':
      if (call.restart !== 'offered') return stay(call);
      return go({ ...call, restart: 'none' }, { type: 'set-answer', answer: signal.description });
    case 'ticket':
      // Between the runners.
      return stay(call);
    case 'restart-wanted':
      return call.direction === 'out' ? beginRestart(call) : stay(call);
    default:
      return missingCase(signal);
  }
}

function onLocalDescription(call: OpenCall, description: SessionDescription): Step {
  if (call.path === 'gathering') {
    if (call.direction === 'out') return go({ ...call, path: 'offered' }, say({ type: 'offer', description }));
    return go({ ...call, path: 'opening' }, say({ type: 'answer', description }));
  }
  switch (call.restart) {
    case 'describing':
      return go({ ...call, restart: 'offered' }, say({ type: 'restart', description }));
    case 'answering':
      return go({ ...call, restart: 'none' }, say({ type: 'restarted', description }));
    case 'none':
    case 'offered':
      return stay(call);
    default:
      return missingCase(call.restart);
  }
}

function onPathUp(call: OpenCall): Step {
  if (call.theirEnd === 'closed' || (call.path !== 'opening' && call.path !== 'lost')) return stay(call);
  const up: OpenCall = { ...call, path: 'up' };
  if (call.direction === 'out' || call.consent !== 'asked') return stay(up);
  return go({ ...up, consent: 'ringing' }, say({ type: 'ringing' }));
}

function onPathFailed(call: OpenCall): Step {
  if (call.consent !== 'accepted' || (call.path !== 'up' && call.path !== 'lost')) return end(call, 'no-path');
  if (call.wire === 'closed') return end(call, peerVanished(call));
  return beginRestart({ ...call, path: 'lost' });
}

/** Only accepted calls are worth new credentials, and only the offering side makes them; the other asks for it. */
function beginRestart(call: OpenCall): Step {
  if (call.consent !== 'accepted' || (call.path !== 'up' && call.path !== 'lost')) return stay(call);
  if (call.restart !== 'none' || call.theirEnd === 'closed') return stay(call);
  if (call.direction === 'in') return go(call, say({ type: 'restart-wanted' }));
  return go({ ...call, restart: 'describing' }, { type: 'restart-media', remote: null });
}

const askIfLost = (call: OpenCall): Step => (call.path === 'lost' ? beginRestart(call) : stay(call));

function onWire(call: OpenCall, wire: 'connected' | 'interrupted' | 'resumed' | 'closed'): Step {
  switch (wire) {
    case 'interrupted':
      // What is said now is kept for the redial; the media path has its own liveness.
      return stay(call);
    case 'connected':
      // A new session: what the old one had not delivered is lost, a half-done restart too.
      return also(askIfLost({ ...call, wire: 'renewed', restart: 'none' }), sayAgain(call));
    case 'resumed':
      // They are there, the link was redialled, and still no media: the network changed under the path.
      return askIfLost(call.wire === 'closed' ? { ...call, wire: 'renewed' } : call);
    case 'closed': {
      const closed: OpenCall = { ...call, wire: 'closed' };
      if (call.theirEnd === 'closed') return endTold(endedWithoutWord(call));
      if (call.consent !== 'accepted' || call.path !== 'up') return end(closed, peerVanished(closed));
      // One that they know of goes on; one that they may not have heard of never begins.
      return call.recording === 'telling' ? giveUpRecording(closed) : stay(closed);
    }
    default:
      return missingCase(wire);
  }
}

function onTimeout(call: OpenCall, timer: TimerName): Step {
  switch (timer) {
    case 'connecting':
      // No word at all from their computer is another failure than a word and no path.
      return end(call, call.consent === 'asked' && (call.path === 'offered' || call.path === 'up') ? 'not-reachable' : 'no-path');
    case 'answer':
      return end(call, call.direction === 'in' ? 'unanswered' : 'no-answer');
    case 'reconnecting':
      return end(call, 'path-lost');
    case 'notice':
      return giveUpRecording(call);
    case 'farewell':
      return endTold(endedWithoutWord(call));
    case 'ending':
      return stay(call);
    default:
      return missingCase(timer);
  }
}
