export { createNoiseSuppressor, noiseDelaySamples, noiseFrameSamples, type NoiseSuppressor } from './noise-suppressor.ts';
export { NoiseSuppressionError, type NoiseBuild } from './wasm-module.ts';
