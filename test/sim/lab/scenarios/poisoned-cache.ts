import { systemClock } from '../../../../main/ports/system-clock.ts';
import { addLiars } from '../liars.ts';
import { someAtOnce } from '../mail.ts';
import { claimNames, look, percent, type Outcome } from '../names.ts';
import type { Scenario } from '../scenario.ts';
import { realSeconds } from '../world.ts';

/** Of every lie there is, and more than a reply names, so that they can surround somebody; far fewer than there are honest nodes elsewhere. */
const liarsRemembered = 26;
/** Addresses where nobody is. */
const deadRemembered = 20;
/** A newcomer that just knows liars asks them; while it looks around it meets others, and is told of them. */
const [lookEverySeconds, lookForSeconds] = [5, 30];
const atOnce = 8;

const quantile = (sorted: readonly number[], share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

/** Somebody comes back after a long time, or was given a list by an enemy: of the nodes that they remember one is honest. */
export const poisonedCache: Scenario = {
  name: 'poisoned-cache',
  goal: 'a cache of dead and malicious nodes with one honest among them only costs time: no wrong answer believed, ≥ 99 % of lookups right within 30 s',
  testNodes: null,
  async run(world, { isShort, say }) {
    const names = await claimNames(world, isShort ? 10 : 50);
    const liars = await addLiars(world, liarsRemembered, { isClique: true });
    try {
      const dead = Array.from({ length: deadRemembered }, (_, index) => ({ host: `127.253.${index}.1`, port: 9 }));
      const count = isShort ? 6 : 30;
      const newcomers = await someAtOnce(
        Array.from({ length: count }, () => async () => {
          const remembered = [...liars.at, ...dead, ...world.entrances(1)]
            .map((node) => ({ node, draw: world.random.fraction() }))
            .toSorted((left, right) => left.draw - right.draw)
            .map(({ node }) => node);
          const knownNodes = { load: () => remembered, save: () => undefined };
          const [client] = await world.add(1, { supernodeMode: 'off', bootstrap: [], knownNodes });
          if (client === undefined) throw new Error('nobody came');
          return client;
        }),
        3,
      );
      const joinedMs = newcomers
        .map(({ overlay }) => overlay.joinReports().find(({ way }) => way === 'cached')?.firstMs ?? Number.POSITIVE_INFINITY)
        .toSorted((left, right) => left - right);
      say(`  ${count} newcomers in after ${Math.round(quantile(joinedMs, 0.5))} ms`);
      const all = newcomers.flatMap((newcomer) => names.map((name) => ({ newcomer, name })));
      type Question = (typeof all)[number];
      const told: Record<Outcome, number> = { found: 0, disputed: 0, 'not-found': 0, 'no-network': 0, wrong: 0 };
      const ask = async (questions: readonly Question[]): Promise<readonly Question[]> => {
        const failed = await someAtOnce(
          questions.map((question) => async () => {
            const outcome = await look(world, question.newcomer, question.name);
            told[outcome] += 1;
            return outcome === 'found' ? [] : [question];
          }),
          atOnce,
        );
        return failed.flat();
      };
      let failed = await ask(all);
      const atFirst = 1 - failed.length / all.length;
      const beganMs = systemClock.monotonicMs();
      for (let seconds = 0; failed.length > 0 && seconds < lookForSeconds; seconds += lookEverySeconds) {
        // oxlint-disable-next-line no-await-in-loop -- again after a while
        await realSeconds(lookEverySeconds);
        // oxlint-disable-next-line no-await-in-loop
        failed = await ask(failed);
      }
      const seconds = Math.round((systemClock.monotonicMs() - beganMs) / 1000);
      const right = 1 - failed.length / all.length;
      return {
        figures: {
          remembered: liarsRemembered + deadRemembered + 1,
          newcomers: count,
          firstAnswerP50Ms: Math.round(quantile(joinedMs, 0.5)),
          firstAnswerMostMs: Math.round(quantile(joinedMs, 1)),
          lookups: all.length,
          rightAtFirst: percent(atFirst),
          rightInTheEnd: percent(right),
          againSeconds: seconds,
          disputed: told.disputed,
          wrong: told.wrong,
        },
        kept: told.wrong === 0 && right >= 0.99,
        words: `${count} newcomers who remember ${liarsRemembered} malicious nodes, ${deadRemembered} dead ones and one honest: first answer after ${Math.round(quantile(joinedMs, 0.5))} ms (most ${Math.round(quantile(joinedMs, 1))}), then ${percent(atFirst)} of ${all.length} lookups right at first and ${percent(right)} when asked again for ${seconds} s; ${told.wrong} wrong, ${told.disputed} disputed`,
      };
    } finally {
      await liars.stop();
    }
  },
};
