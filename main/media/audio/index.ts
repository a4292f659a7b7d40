export { applyGain } from './gain.ts';
export { createAudioReceiver, type AudioReceiver, type ReceiverStatistics } from './receiver.ts';
export { createAudioSender, type AudioSender, type SenderStatistics } from './sender.ts';
export { createJitterBuffer, type Decision, type JitterBuffer } from './jitter-buffer.ts';
export { frameLevel } from './level.ts';
export { stretchFrame } from './time-stretch.ts';
