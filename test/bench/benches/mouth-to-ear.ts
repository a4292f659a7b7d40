import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeWav } from '../../../main/media/index.ts';
import { measureCall, type MeasuredCall } from '../../lab/measured-call.ts';
import { speechLike } from '../../lab/speech-like.ts';
import { median, type Bench } from '../figures.ts';

const seconds = 12;
const repeats = 2;

export const mouthToEar: Bench = {
  name: 'mouth-to-ear',
  what:
    `A call of ${seconds} s on loopback, as \`npm run lab:call\` makes it: generated speech from a file, found again in the recording by ` +
    `correlation; from the sample captured to the sample played, devices paced at 10 ms. The median of ${repeats} calls’ figures.`,
  async run({ dir }) {
    const speech = join(dir, 'speech.wav');
    writeFileSync(speech, encodeWav(speechLike(seconds, 5)));
    const calls: MeasuredCall[] = [];
    for (let i = 0; i < repeats; i += 1) {
      const outDir = join(dir, `out-${i}`);
      mkdirSync(outDir);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      calls.push(await measureCall({ home: join(dir, `home-${i}`), speech, outDir, seconds: null }));
    }
    const ofCalls = (pick: (call: MeasuredCall) => number | null): number[] => calls.flatMap((call) => pick(call) ?? []);
    return [
      median(
        'mouth to ear, p50',
        'ms',
        ofCalls(({ mouthToEarMs }) => mouthToEarMs.p50),
        90,
      ),
      median(
        'mouth to ear, p95',
        'ms',
        ofCalls(({ mouthToEarMs }) => mouthToEarMs.p95),
      ),
      median(
        'CPU in a call, caller',
        '% of a core',
        ofCalls(({ cpuPercent }) => cpuPercent.caller),
      ),
      median(
        'CPU in a call, callee',
        '% of a core',
        ofCalls(({ cpuPercent }) => cpuPercent.callee),
      ),
      median(
        'memory in a call (RSS), callee',
        'MB',
        ofCalls(({ rssMb }) => rssMb.callee),
      ),
    ];
  },
};
