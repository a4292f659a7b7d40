export { createArrivalTrace, parseTrace, type ArrivalTrace, type TraceEvent } from './arrival-trace.ts';
export { createJitterBuffer, type Decision, type JitterBuffer } from './jitter-buffer.ts';
export { createAudioReceiver, type AudioReceiver, type ReceiverStatistics } from './receiver.ts';
export { stretchFrame } from './time-stretch.ts';
