export { applyGain } from './gain.ts';
export {
  createArrivalTrace,
  createAudioReceiver,
  createJitterBuffer,
  parseTrace,
  stretchFrame,
  type ArrivalTrace,
  type AudioReceiver,
  type Decision,
  type JitterBuffer,
  type ReceiverStatistics,
  type TraceEvent,
} from './receive/index.ts';
export { createAudioSender, type AudioSender, type SenderStatistics } from './send/index.ts';
