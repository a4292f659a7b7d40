import type { Audio } from './audio.ts';
import { AudioEngine, type AudioOptions } from './audio-engine.ts';

export type { Audio, PlayoutHealth, VoiceLevels } from './audio.ts';
export type { AudioOptions } from './audio-engine.ts';
export type { AudioDevice, AudioDevices } from './devices.ts';
export { idOf } from './remembered-device.ts';
export type { MicCheck } from './mic-check.ts';
export type { CaptureState } from './capture-state.ts';
export type { PcmLine } from './voice-messages.ts';
export type { VoicePlayback, VoicePlaybackEvents } from './voice-playback.ts';
export type { RecordedVoice, RecordingStop, VoiceRecording, VoiceRecordingEvents } from './voice-recording.ts';
export type { SpeakerTest } from './speaker-test.ts';
export type { SoundName } from './sounds.ts';

/** One per page. Opens nothing until it is asked to. */
export const createAudio = (options: AudioOptions): Audio => new AudioEngine(options);
