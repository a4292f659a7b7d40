import { createNoiseSuppressor, noiseDelaySamples, noiseFrameSamples } from '../../../native-shims/noise/index.ts';
import { inNoise, segmentalSnrDb, suppressed } from '../../lab/noisy-speech.ts';
import { speechLike } from '../../lab/speech-like.ts';
import { measureVoice } from '../../quality/meter/index.ts';
import { median, single, type Bench, type Figure } from '../figures.ts';

const seconds = 10;
const rounds = 5;
const sampleRate = 48_000;
/** A quiet office, a street, a train. */
const snrsDb = [15, 5, 0];

const estoi = (reference: Int16Array, recorded: Int16Array): number => {
  const measured = measureVoice({ reference, recorded, sampleRate });
  return measured.valid ? (measured.estoi ?? 0) : 0;
};

export const noise: Bench = {
  name: 'noise',
  what:
    `RNNoise on ${seconds} s of speech (real where \`--speech\` gave some) in the noise of a fan: CPU time for a frame of 10 ms (median of ${rounds} rounds), ` +
    'and by how much speech comes closer to what was said (segmental signal-to-noise ratio, ESTOI before and after).',
  run({ speech: spoken }) {
    const speech = spoken?.slice(0, seconds * sampleRate) ?? speechLike(seconds, 5);
    const what = spoken === null ? 'generated speech' : 'real speech';
    const microseconds: number[] = [];
    const figures: Figure[] = [];
    for (const snrDb of snrsDb) {
      const noisy = inNoise(speech, snrDb);
      let heard = noisy;
      for (let round = 0; round < rounds; round += 1) {
        const suppressor = createNoiseSuppressor();
        const from = process.cpuUsage();
        heard = suppressed(noisy, suppressor);
        const { user, system } = process.cpuUsage(from);
        microseconds.push((user + system) / (noisy.length / noiseFrameSamples));
        suppressor.free();
      }
      const gainDb = segmentalSnrDb(speech, heard, noiseDelaySamples) - segmentalSnrDb(speech, noisy, 0);
      figures.push(
        single(`${what} at ${snrDb} dB, segmental gain`, 'dB', gainDb, 1),
        single(`${what} at ${snrDb} dB, ESTOI before`, 'of 1', estoi(speech, noisy), 1),
        single(`${what} at ${snrDb} dB, ESTOI after`, 'of 1', estoi(speech, heard), 1),
      );
    }
    return Promise.resolve([median('suppress noise in a frame', 'µs', microseconds), ...figures]);
  },
};
