import type { CallEndReason } from '../../preload/contract/index.ts';
import { missingCase } from '../ports/missing-case.ts';
import type { Farewell } from './call-signal.ts';
import { phaseOf, type CallState, type OpenCall, type SignalToSend } from './call-state.ts';

const leave = (why: Farewell): SignalToSend => ({ type: 'hang-up', why });

/** What the other side is told when a call ends here for a reason; null: it knows, or must not be told. */
export const farewells: Readonly<Record<CallEndReason, SignalToSend | null>> = {
  'hung-up': leave('hung-up'),
  'hung-up-by-other': null,
  declined: { type: 'decline' },
  'declined-by-other': null,
  cancelled: leave('cancelled'),
  'cancelled-by-other': null,
  busy: null,
  'no-answer': leave('no-answer'),
  unanswered: leave('no-answer'),
  'not-reachable': leave('cancelled'),
  'no-path': leave('no-path'),
  'blocked-here': leave('no-path'),
  'blocked-there': leave('no-path'),
  'no-relay': leave('no-path'),
  'path-lost': leave('path-lost'),
  'peer-gone': leave('path-lost'),
  slept: leave('path-lost'),
  'device-failed': leave('failed'),
  'media-crashed': leave('failed'),
  'engine-crashed': leave('failed'),
  'protocol-error': leave('failed'),
  // The other side's offer won; both are in that call now.
  'glare-lost': null,
};

/** An incoming call that was not accepted and ended so was missed: somebody tried, and the person may not know. */
export const missedWhenUnaccepted: Readonly<Record<CallEndReason, boolean>> = {
  'hung-up': false,
  'hung-up-by-other': true,
  declined: false,
  'declined-by-other': false,
  cancelled: false,
  'cancelled-by-other': true,
  busy: true,
  'no-answer': true,
  unanswered: true,
  'not-reachable': true,
  'no-path': true,
  'blocked-here': true,
  'blocked-there': true,
  'no-relay': true,
  'path-lost': true,
  'peer-gone': true,
  slept: true,
  'device-failed': true,
  'media-crashed': true,
  'engine-crashed': true,
  'protocol-error': true,
  'glare-lost': false,
};

/** A call of ours that nobody accepted and that ended so: they may not know of it, and are left word. */
export const untoldWhenUnaccepted: Readonly<Record<CallEndReason, boolean>> = {
  'hung-up': false,
  'hung-up-by-other': false,
  declined: false,
  'declined-by-other': false,
  cancelled: true,
  'cancelled-by-other': false,
  busy: false,
  'no-answer': true,
  unanswered: false,
  'not-reachable': true,
  'no-path': true,
  'blocked-here': true,
  'blocked-there': true,
  'no-relay': true,
  'path-lost': true,
  'peer-gone': true,
  slept: true,
  'device-failed': true,
  'media-crashed': true,
  'engine-crashed': true,
  'protocol-error': true,
  'glare-lost': false,
};

/** The person here ended it (whichever button): each side has its own word for that. */
export function endedByUs(call: OpenCall): CallEndReason {
  if (call.consent === 'accepted') return 'hung-up';
  return call.direction === 'in' ? 'declined' : 'cancelled';
}

/** The person there ended it. */
export function endedByOther(call: OpenCall): CallEndReason {
  if (call.consent === 'accepted') return 'hung-up-by-other';
  return call.direction === 'in' ? 'cancelled-by-other' : 'declined-by-other';
}

/** The other side's reason, as it is seen from here. */
export function heardFarewell(call: OpenCall, why: Farewell): CallEndReason {
  switch (why) {
    case 'hung-up':
    case 'cancelled':
      return endedByOther(call);
    case 'no-answer':
      // Their patience ended. After an acceptance that crossed it on the wire, it is simply their hanging up.
      if (call.consent === 'accepted') return 'hung-up-by-other';
      return call.direction === 'in' ? 'unanswered' : 'no-answer';
    case 'no-path':
      return 'no-path';
    case 'path-lost':
      return call.consent === 'accepted' ? 'path-lost' : 'no-path';
    case 'failed':
      return 'peer-gone';
    default:
      return missingCase(why);
  }
}

/** They know nothing of this call any more: they call anew, or say so. */
export const forgottenByOther = (call: OpenCall): CallEndReason =>
  call.consent === 'accepted' ? 'peer-gone' : endedByOther(call);

/** They closed their end of the media path and gave no reason; the diagram in `call-state.ts` says why it is taken so. */
export const endedWithoutWord = (call: OpenCall): CallEndReason =>
  call.consent === 'accepted' ? 'hung-up-by-other' : 'peer-gone';

/** The session to the other side is gone and no media says that they are still there. */
export function peerVanished(call: OpenCall): CallEndReason {
  const answered = call.direction === 'in' || (call.path !== 'gathering' && call.path !== 'offered');
  return answered ? 'peer-gone' : 'not-reachable';
}

/** A call the other side no longer believes in, if it calls (again): closed there, or not answered yet, or without media. */
export function isGhost(state: CallState): boolean {
  if (state.stage !== 'open') return false;
  if (state.theirEnd === 'closed' || phaseOf(state) === 'reconnecting') return true;
  return state.direction === 'in' && state.consent !== 'accepted';
}
