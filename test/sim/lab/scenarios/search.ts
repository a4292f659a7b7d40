import { accountKeyOf } from '../../../../main/identity/index.ts';
import { flood, publishCards, search, shareOf, type LabCard } from '../cards.ts';
import { someAtOnce, sum } from '../mail.ts';
import { claimNames, percent } from '../names.ts';
import type { Scenario } from '../scenario.ts';
import type { LabWorld } from '../world.ts';

/** What people say of themselves: each word is shared by some. */
const towns = ['berlin', 'lisboa', 'kyoto', 'nairobi', 'québec', 'москва', 'tromsø', 'wien'];
const pastimes = ['chess', 'sailing', 'cello', 'birds', 'bridge'];
const floodedWord = 'climbing';
const withdrawnShare = 0.2;
const killedShare = 0.2;
const foundGoal = 0.95;
const p95GoalMs = 1_000;

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.POSITIVE_INFINITY;

const mean = (shares: readonly number[]): number => sum(shares) / Math.max(1, shares.length);

/** What people type, and whom it is to find. */
function questionsOf(cards: readonly LabCard[]): readonly { readonly typed: string; readonly expected: readonly LabCard[] }[] {
  const words = [...new Set(cards.flatMap(({ words: own }) => own))];
  const withWord = (beginning: string): readonly LabCard[] =>
    cards.filter(({ words: own }) => own.some((word) => word.startsWith(beginning)));
  return [
    ...words.map((word) => ({ typed: word, expected: withWord(word) })),
    ...words.map((word) => ({
      typed: Array.from(word).slice(0, 3).join(''),
      expected: withWord(Array.from(word).slice(0, 3).join('')),
    })),
    ...cards.map((card) => ({ typed: card.person.name, expected: [card] })),
    ...cards.map((card) => ({ typed: card.words.join(' '), expected: [card] })),
  ];
}

async function searchAll(world: LabWorld, cards: readonly LabCard[], count: number) {
  const questions = questionsOf(cards);
  const chosen = Array.from({ length: count }, () => questions[Math.floor(world.random.fraction() * questions.length)]);
  // One after the other: what a search takes is asked of it alone.
  return someAtOnce(
    chosen.flatMap((question) =>
      question === undefined
        ? []
        : [
            async () => {
              const result = await search(world, world.one(), question.typed);
              return { ...result, share: shareOf(result.people, question.expected) };
            },
          ],
    ),
    1,
  );
}

/** People who want to be found, and who looks for them. */
export const searching: Scenario = {
  name: 'search',
  goal: 'cards by word, beginning and name: ≥ 95 % of live ones found, p95 ≤ 1 s; withdrawn ones never; found under a flood',
  async run(world, { isShort, say }) {
    const people = await claimNames(world, isShort ? 14 : 200, 'person');
    const cards = await publishCards(world, people, (index) => [
      towns[index % towns.length] ?? 'berlin',
      pastimes[Math.floor(index / towns.length) % pastimes.length] ?? 'chess',
      ...(index % 6 === 0 ? [floodedWord] : []),
    ]);
    say(`${cards.length} cards published`);
    const searches = await searchAll(world, cards, isShort ? 16 : 300);
    const found = mean(searches.map(({ share }) => share));
    const firstMs = searches.map(({ firstMs: each }) => each).toSorted((left, right) => left - right);
    const wholeMs = searches.map(({ wholeMs: each }) => each).toSorted((left, right) => left - right);
    say(`found ${percent(found)}, p95 ${Math.round(quantile(firstMs, 0.95))} ms`);

    // Some think better of it.
    const withdrawn = cards.slice(0, Math.round(cards.length * withdrawnShare));
    await someAtOnce(
      withdrawn.map((card) => async () => {
        card.wish.text = null;
        await card.publisher.update();
      }),
      4,
    );
    const live = cards.slice(withdrawn.length);
    const gone = new Set(withdrawn.map(({ person }) => accountKeyOf(person.secrets)));
    const after = await searchAll(world, cards, isShort ? 10 : 150);
    const stillThere = sum(after.map((each) => each.people.filter(({ accountKey }) => gone.has(accountKey)).length));
    say(`${withdrawn.length} withdrew; seen ${stillThere} times afterwards`);

    const climbers = live.filter(({ words }) => words.includes(floodedWord));
    // From ten networks, of each of which a keeper keeps 16 at a place.
    const foreign = isShort ? 60 : 4_000;
    const [cpuBefore, memoryBefore] = [process.cpuUsage(), process.memoryUsage().rss];
    const [kept, brought] = await flood(world, foreign, floodedWord, isShort ? 2 : 10);
    const { user, system } = process.cpuUsage(cpuBefore);
    const keptMb = (process.memoryUsage().rss - memoryBefore) / 1e6;
    say(`${foreign} foreign cards brought: keepers took ${kept} of ${brought} copies`);
    const byWord = await someAtOnce(
      Array.from(
        { length: isShort ? 3 : 10 },
        () => async () => shareOf((await search(world, world.one(), floodedWord)).people, climbers),
      ),
      1,
    );
    const byTwo = await someAtOnce(
      climbers.slice(0, 20).map((card) => async () => {
        const [town = ''] = card.words;
        return shareOf((await search(world, world.one(), `${floodedWord} ${town}`)).people, [card]);
      }),
      1,
    );
    const killed = world.some(Math.round(world.nodes.length * killedShare));
    await world.kill(killed);
    const afterKill = mean(
      await someAtOnce(
        live
          .slice(0, isShort ? 10 : 60)
          .map((card) => async () => shareOf((await search(world, world.one(), card.person.name)).people, [card])),
        isShort ? 10 : 4,
      ),
    );
    await Promise.all(cards.map(({ publisher }) => publisher.stop()));
    const p95Ms = Math.round(quantile(firstMs, 0.95));
    return {
      figures: {
        cards: cards.length,
        searches: searches.length,
        found: percent(found),
        p50Ms: Math.round(quantile(firstMs, 0.5)),
        p95Ms,
        namesLookedUpP95Ms: Math.round(quantile(wholeMs, 0.95)),
        withdrawn: withdrawn.length,
        withdrawnSeen: stillThere,
        foreign,
        foreignCopiesKept: kept,
        foreignCopiesBrought: brought,
        // Of all nodes together, and of those who made the cards and their work.
        floodCpuSeconds: Number(((user + system) / 1e6).toFixed(1)),
        floodMemoryMb: Math.round(keptMb),
        climbers: climbers.length,
        underFloodByWord: percent(mean(byWord)),
        underFloodByTwoWords: percent(mean(byTwo)),
        killed: killed.length,
        afterKill: percent(afterKill),
      },
      kept:
        found >= foundGoal &&
        // A test never fails on a stopwatch.
        (isShort || p95Ms <= p95GoalMs) &&
        stillThere === 0 &&
        mean(byTwo) >= foundGoal &&
        mean(byWord) >= foundGoal &&
        afterKill >= foundGoal,
      words: `${percent(found)} of live cards found, p95 ${p95Ms} ms (${Math.round(quantile(wholeMs, 0.95))} ms with all names looked up); withdrawn seen ${stillThere} times; among ${foreign} foreign cards on one word ${percent(mean(byWord))} of ${climbers.length} found by that word alone, ${percent(mean(byTwo))} with a second; ${percent(afterKill)} by name at once after ${killed.length} nodes died`,
    };
  },
};
