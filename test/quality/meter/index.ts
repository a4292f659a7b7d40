export { leastLikeness, type DelayPoint } from './delay.ts';
export type { Stretch } from './dropouts.ts';
export { measureIntelligibility, type Intelligibility } from './intelligibility.ts';
export {
  measureVoice,
  type MeasuredVoice,
  type UnmeasuredVoice,
  type VoiceInput,
  type VoiceMeasurement,
} from './measure-voice.ts';
export { measureRecovery, type Disturbance, type Recovery } from './recovery.ts';
export { percentile, type Samples } from './signal.ts';
