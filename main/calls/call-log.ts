import type { CallEndReason, CallRecordView, CallSummary } from '../../preload/contract/index.ts';
import { missedWhenUnaccepted } from './call-endings.ts';
import { phaseOf, type CallState, type Direction } from './call-state.ts';

/** One moment on both clocks: the wall's for people, the monotonic for durations. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** What the log knows of a call that is not over. */
export interface CallDraft {
  readonly direction: Direction;
  readonly startedMs: number;
  readonly accepted: boolean;
  /** The first time that both could hear each other. */
  readonly activeSince: Moment | null;
}

export const openDraft = (direction: Direction, now: Moment): CallDraft => ({
  direction,
  startedMs: now.wallMs,
  accepted: false,
  activeSince: null,
});

/** The draft after the machine moved to `state`. */
export function draftAfter(draft: CallDraft, state: CallState, now: Moment): CallDraft {
  if (state.stage !== 'open') return draft;
  const accepted = draft.accepted || state.consent === 'accepted';
  const activeSince = draft.activeSince ?? (phaseOf(state) === 'active' ? now : null);
  return accepted === draft.accepted && activeSince === draft.activeSince ? draft : { ...draft, accepted, activeSince };
}

/** The line in the history. `id` is the call's, `conversationId` the other's account key. */
export function finishDraft(
  draft: CallDraft,
  names: { readonly id: string; readonly conversationId: string },
  reason: CallEndReason,
  now: Moment,
  summary: CallSummary | null,
): CallRecordView {
  return {
    kind: 'call',
    ...names,
    direction: draft.direction,
    startedMs: draft.startedMs,
    talkedMs: draft.activeSince === null ? 0 : Math.max(0, Math.round(now.monotonicMs - draft.activeSince.monotonicMs)),
    reason,
    missed: draft.direction === 'in' && !draft.accepted && missedWhenUnaccepted(reason),
    summary,
  };
}
