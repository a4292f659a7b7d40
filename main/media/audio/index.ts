export { applyGain } from './gain.ts';
export {
  createAudioReceiver,
  createJitterBuffer,
  stretchFrame,
  type AudioReceiver,
  type Decision,
  type JitterBuffer,
  type ReceiverStatistics,
} from './receive/index.ts';
export { createAudioSender, type AudioSender, type SenderStatistics } from './sender.ts';
export { frameLevel } from './level.ts';
