export { waitingCount } from './alert-policy.ts';
export { traceAfter, traceKeptMs, type CallTrace, type TracePoint } from './call-traces.ts';
export { callEndings, type StoppedAt } from './call-endings.ts';
export * from './calls.ts';
export { codeOf, sentenceFor } from './errors.ts';
export * from './people.ts';
export { pictureIdOf } from './pictures.ts';
export type * from './ports.ts';
export { SessionProvider, startSession, useSession, useUi, type Session } from './session.tsx';
export {
  emptyState,
  settingsSections,
  type DialogState,
  type Reveal,
  type PeopleShown,
  type SettingsSection,
  type SideTab,
  type UiState,
  type UiStore,
  type View,
} from './store.ts';
export { loadOlderCalls, refreshCallLog } from './subscriptions.ts';
export { byTime, freshTimeline, timeOf, type TimelineState } from './timeline-window.ts';
export type { Place } from './timelines.ts';
export type { Toast } from './toasts.ts';
export { missingCase } from './missing-case.ts';
export { composingNew, isForwardable, isText, type Composing } from './message-actions.ts';
export { messageLine } from './message-line.ts';
export { draftKey, rates, VoicePlayer, type Playing } from './voice-player.ts';
export { VoiceRecorder, type Recording } from './voice-recorder.ts';
export { peakOf, resampled, waveformOf } from './waveform.ts';
export { useBringBack, type BringBack } from './use-bring-back.ts';
export { useTask, type Task } from './use-task.ts';
