import type { CallView, RecordingProblem } from '../../preload/contract/index.ts';
import { missingCase } from '../ports/missing-case.ts';
import type { CallHealth } from './call-health.ts';
import type { CallDraft } from './call-log.ts';
import { recordingTimeOf, type RecordingClock } from './recording-clock.ts';
import { phaseOf, type CallState, type OpenCall } from './call-state.ts';

export interface CallFacts {
  readonly id: string;
  readonly accountKey: string;
  readonly name: string;
  readonly echo: boolean;
  readonly addressHidden: boolean;
  readonly draft: CallDraft;
  readonly health: Pick<CallHealth, 'quality' | 'trouble' | 'stats'>;
  /** Flags a person still sees on a call that has ended. */
  readonly last: Pick<OpenCall, 'muted' | 'remoteMuted' | 'held' | 'remoteHeld' | 'microphone'>;
  readonly recording: RecordingFacts;
}

export interface RecordingFacts {
  readonly ours: RecordingClock;
  readonly theirs: RecordingClock;
  readonly path: string | null;
  readonly problem: RecordingProblem | null;
}

/** What the bridge shows of a call. */
export function viewOf(facts: CallFacts, state: CallState): CallView {
  const { id, accountKey, name, echo, addressHidden, draft } = facts;
  const phase = phaseOf(state);
  const flags = state.stage === 'open' ? state : facts.last;
  return {
    id,
    accountKey,
    name,
    echo,
    direction: draft.direction,
    phase,
    startedMs: draft.startedMs,
    activeSinceMs: draft.activeSince?.wallMs ?? null,
    muted: flags.muted,
    remoteMuted: flags.remoteMuted,
    hold: holdView(flags),
    recording: {
      state: state.stage === 'open' ? state.recording : 'off',
      time: recordingTimeOf(facts.recording.ours),
      path: facts.recording.path,
      problem: facts.recording.problem,
    },
    remoteRecording: state.stage === 'open' && state.remoteRecording ? recordingTimeOf(facts.recording.theirs) : null,
    quality: shownQuality(facts, phase),
    trouble: phase === 'active' ? facts.health.trouble : null,
    stats: facts.health.stats,
    microphone: flags.microphone,
    addressHidden,
    reason: state.stage === 'open' ? null : state.reason,
  };
}

const holdView = ({ held, remoteHeld }: CallFacts['last']): CallView['hold'] =>
  held ? (remoteHeld ? 'both' : 'local') : remoteHeld ? 'remote' : 'none';

function shownQuality(facts: CallFacts, phase: CallView['phase']): CallView['quality'] {
  switch (phase) {
    case 'active':
      return facts.health.quality;
    case 'reconnecting':
      return 'lost';
    case 'preparing':
    case 'connecting':
    case 'ringing':
    case 'accepting':
    case 'ended':
      return null;
    default:
      return missingCase(phase);
  }
}
