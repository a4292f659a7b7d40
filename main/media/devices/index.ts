export {
  deviceFrameMs,
  deviceFrameSamples,
  type AudioDevice,
  type DeviceFault,
  type DeviceHooks,
  type DeviceMilestone,
} from './audio-device.ts';
export { createEchoDevice } from './echo-device.ts';
export { startPacedTicks } from './paced-ticks.ts';
export { createPageDevice, type PcmChannel } from './page-device.ts';
export { decodeWav, encodeWav } from './wav.ts';
export { createWavDevice, type WavFiles } from './wav-device.ts';
