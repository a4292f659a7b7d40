import { describe, expect, it } from 'vitest';
import { beginIncoming, beginOutgoing, transition } from '../../../main/calls/call-machine.ts';
import { draftAfter, finishDraft, openDraft, type CallDraft } from '../../../main/calls/call-log.ts';
import type { CallEvent, CallState } from '../../../main/calls/call-state.ts';
import { callRecordSchema, type CallRecordView } from '../../../preload/contract/index.ts';
import { description } from './descriptions.ts';

const names = { id: '1'.repeat(32), conversationId: 'a'.repeat(64) };
const yes: readonly CallEvent[] = [
  { type: 'local-description', description: description(1) },
  { type: 'path-up' },
  { type: 'accept' },
];

/** Plays events one second apart; the wall clock is set back an hour on the way, as clocks sometimes are. */
function play(first: CallState, events: readonly CallEvent[]): CallRecordView {
  let state = first;
  let at = { wallMs: 10_000_000, monotonicMs: 50 };
  let draft: CallDraft = openDraft(first.stage === 'open' ? first.direction : 'in', at);
  for (const event of events) {
    at = { wallMs: at.wallMs - 3_599_000, monotonicMs: at.monotonicMs + 1_000 };
    ({ state } = transition(state, event));
    draft = draftAfter(draft, state, at);
    if (state.stage !== 'open') return callRecordSchema.parse(finishDraft(draft, names, state.reason, at, null));
  }
  throw new Error('the call did not end');
}

const incoming = beginIncoming(description(9)).state;
const outgoing = beginOutgoing().state;

describe('the history line of a call', () => {
  it('counts talking from the moment both could hear each other, by the monotonic clock', () => {
    const record = play(incoming, [...yes, { type: 'path-interrupted' }, { type: 'path-up' }, { type: 'hang-up' }]);
    expect(record).toMatchObject({ startedMs: 10_000_000, talkedMs: 3_000, reason: 'hung-up', missed: false, direction: 'in' });
  });

  it('calls an incoming call missed if nobody said yes or no', () => {
    expect(play(incoming, [{ type: 'path-failed' }])).toMatchObject({ reason: 'no-path', missed: true, talkedMs: 0 });
    expect(play(incoming, [{ type: 'signal', signal: { type: 'hang-up', why: 'cancelled' } }])).toMatchObject({ missed: true });
    expect(play(incoming, [{ type: 'decline' }])).toMatchObject({ reason: 'declined', missed: false });
  });

  it('never calls an outgoing call missed', () => {
    expect(play(outgoing, [{ type: 'path-failed' }])).toMatchObject({ reason: 'no-path', missed: false });
    expect(play(outgoing, [{ type: 'signal', signal: { type: 'busy' } }])).toMatchObject({ reason: 'busy', missed: false });
  });
});
