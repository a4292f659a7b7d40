export { createOpusDecoder, type OpusDecoder } from './decoder.ts';
export { createOpusEncoder, opusFrameLengths, type EncoderOptions, type OpusEncoder } from './encoder.ts';
export { opusFrameSamples, opusMaxPacketBytes, opusSampleRate } from './format.ts';
export {
  opusMaxPacketSamples,
  opusPacketBandwidthHz,
  opusPacketHasFec,
  opusPacketMode,
  opusPacketSamples,
  type OpusMode,
} from './packet.ts';
export { createOpusStereoEncoder, type OpusStereoEncoder, type StereoEncoderOptions } from './stereo-encoder.ts';
export { bestBuild, OpusError, type OpusBuild } from './wasm-module.ts';
