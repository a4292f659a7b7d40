import { median, type Bench } from '../figures.ts';
import { startPair } from '../rig/headless-pair.ts';

const repeats = 2;

export const reunion: Bench = {
  name: 'reunion',
  what:
    'Two contacts and the only supernode: both contacts’ apps are closed, started again at the same moment, and listen at ports of the ' +
    `system’s choice. From the command until each sees the other online; closing is told beside it. The median of ${repeats}.`,
  async run({ dir, say }) {
    const pair = await startPair({ dir, ports: 'any' });
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
