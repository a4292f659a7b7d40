import type { CallEndReason } from '../../preload/contract/index.ts';
import { missingCase } from '../ports/missing-case.ts';
import type { Farewell } from './call-signal.ts';
import { phaseOf, type CallState, type OpenCall, type SignalToSend } from './call-state.ts';

const leave = (why: Farewell): SignalToSend => ({ type: 'hang-up', why });

/** What follows from the end of a call. */
interface Ending {
  /** What the other side is told; null: it knows, or must not be told. */
  readonly farewell: SignalToSend | null;
  /** A call in that was not accepted was missed: somebody tried, and the person may not know. */
  readonly missed: boolean;
  /** A call out that nobody accepted: they may not know of it, and are left word. */
  readonly untold: boolean;
}

/** A new reason is a compile error until it has a line here. */
const endings: Readonly<Record<CallEndReason, Ending>> = {
  'hung-up': { farewell: leave('hung-up'), missed: false, untold: false },
  'hung-up-by-other': { farewell: null, missed: true, untold: false },
  declined: { farewell: { type: 'decline' }, missed: false, untold: false },
  'declined-by-other': { farewell: null, missed: false, untold: false },
  cancelled: { farewell: leave('cancelled'), missed: false, untold: true },
  'cancelled-by-other': { farewell: null, missed: true, untold: false },
  busy: { farewell: null, missed: true, untold: false },
  'no-answer': { farewell: leave('no-answer'), missed: true, untold: true },
  unanswered: { farewell: leave('no-answer'), missed: true, untold: false },
  'not-reachable': { farewell: leave('cancelled'), missed: true, untold: true },
  'no-path': { farewell: leave('no-path'), missed: true, untold: true },
  'blocked-here': { farewell: leave('no-path'), missed: true, untold: true },
  'blocked-there': { farewell: leave('no-path'), missed: true, untold: true },
  'no-relay': { farewell: leave('no-path'), missed: true, untold: true },
  'path-lost': { farewell: leave('path-lost'), missed: true, untold: true },
  'peer-gone': { farewell: leave('path-lost'), missed: true, untold: true },
  slept: { farewell: leave('path-lost'), missed: true, untold: true },
  'device-failed': { farewell: leave('failed'), missed: true, untold: true },
  'media-crashed': { farewell: leave('failed'), missed: true, untold: true },
  'engine-crashed': { farewell: leave('failed'), missed: true, untold: true },
  'protocol-error': { farewell: leave('failed'), missed: true, untold: true },
  // The other side's offer won; both are in that call now.
  'glare-lost': { farewell: null, missed: false, untold: false },
};

export const farewellOf = (reason: CallEndReason): SignalToSend | null => endings[reason].farewell;
export const missedWhenUnaccepted = (reason: CallEndReason): boolean => endings[reason].missed;
export const untoldWhenUnaccepted = (reason: CallEndReason): boolean => endings[reason].untold;

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
