import { LevelMeter } from './level-meter.ts';

/** 20 levels a second. */
const intervalMs = 50;
/** At 48 kHz, 43 ms: nearly all of what was heard since the last look. */
const windowSamples = 2_048;

/**
 * A node that tells the level of what goes through it.
 * @param onLevel RMS, 0…1 of full scale, 20 times a second
 */
export function watchLevel(
  context: BaseAudioContext,
  onLevel: (level: number) => void,
): { readonly node: AnalyserNode; stop(): void } {
  const node = new AnalyserNode(context, { fftSize: windowSamples });
  const samples = new Float32Array(windowSamples);
  const meter = new LevelMeter();
  const timer = setInterval(() => {
    node.getFloatTimeDomainData(samples);
    meter.add(samples, samples.length);
    onLevel(meter.take().rms);
  }, intervalMs);
  return {
    node,
    stop() {
      clearInterval(timer);
      node.disconnect();
    },
  };
}
