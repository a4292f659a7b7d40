import { median, type Bench } from '../figures.ts';
import { startPair } from '../rig/headless-pair.ts';

const repeats = 2;

export const reunion: Bench = {
  name: 'reunion',
  what:
    'Two contacts and the only supernode: all three are closed and started again at the same moment, each where it listened before. ' +
    `From the command to close until each friend sees the other online. The median of ${repeats}.`,
  async run({ dir, say }) {
    const pair = await startPair(dir);
    const times: number[] = [];
    try {
      for (let i = 0; i < repeats; i += 1) {
        const from = performance.now();
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await pair.restart();
        times.push(performance.now() - from);
        say(`${Math.round(performance.now() - from)} ms`);
      }
    } finally {
      await pair.stop();
    }
    return [median('closed, started and together again', 'ms', times)];
  },
};
