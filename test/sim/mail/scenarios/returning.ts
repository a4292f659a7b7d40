import { systemClock } from '../../../../main/ports/system-clock.ts';
import { someAtOnce, sum } from '../../lab/mail.ts';
import { LabWorld } from '../../lab/world.ts';
import { eventually, pairsOfFriends, type LabPerson } from '../lab-people.ts';
import type { MailScenario, MailScenarioOptions } from '../scenario.ts';
import type { ScenarioResult } from '../../lab/scenario.ts';

const textsEach = 3;
const dayMs = 86_400_000;
/** A minute, as the goal says; looked at for half a minute more. */
const lookMs = 90_000;

interface Returned {
  /** From the start of their node to the last text in sight; null: not all came. */
  readonly visibleMs: number | null;
  readonly lost: number;
  readonly isInOrder: boolean;
}

interface Setting {
  /** Of the supernodes, killed between the two visits. */
  readonly killedShare: number;
  readonly wrongByMs: (index: number) => readonly [number, number];
}

/** One writes to somebody who is away and leaves; the other comes later, in another network, and reads. */
async function returning({ seed, isShort, say }: MailScenarioOptions, { killedShare, wrongByMs }: Setting) {
  const world = await LabWorld.grow({ nodes: isShort ? 30 : 100, seed });
  try {
    const pairs = await pairsOfFriends(world, isShort ? 4 : 40, wrongByMs);
    say(`${pairs.length} pairs of friends`);
    const together = isShort ? 2 : 4;
    await someAtOnce(
      pairs.map(
        ([writer, reader]) =>
          () =>
            writeAndLeave(writer, reader),
      ),
      together,
    );
    const killed = world.some(Math.round(world.nodes.length * killedShare));
    await world.kill(killed);
    say(`${killed.length} supernodes killed`);
    const returned = await someAtOnce(
      pairs.map(
        ([writer, reader]) =>
          () =>
            comeAndRead(writer, reader),
      ),
      together,
    );
    for (const [writer, reader] of pairs) {
      for (const { person } of [writer, reader]) person.profile.dispose();
    }
    return { returned, killed: killed.length };
  } finally {
    await world.stop();
  }
}

const textsOf = (writer: LabPerson): string[] =>
  Array.from({ length: textsEach }, (_, number) => `${writer.person.secrets.name} ${number}`);

async function writeAndLeave(writer: LabPerson, { person: reader }: LabPerson): Promise<void> {
  await writer.come();
  for (const text of textsOf(writer)) writer.person.chat.send(reader.key, text, null);
  await eventually(
    () => writer.person.messages(reader.key).every(({ delivery }) => delivery === 'stored'),
    'what they wrote is kept',
  );
  await writer.go();
}

async function comeAndRead({ person: writer }: LabPerson, reader: LabPerson): Promise<Returned> {
  const wanted = textsOf({ person: writer, come: reader.come, go: reader.go });
  const beganMs = systemClock.monotonicMs();
  await reader.come();
  const { person } = reader;
  let endMs: number | null = null;
  const isThere = (): boolean => person.messages(writer.key).length >= wanted.length;
  while (endMs === null && systemClock.monotonicMs() - beganMs < lookMs) {
    if (isThere()) endMs = systemClock.monotonicMs();
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    else await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const read = person.messages(writer.key).map(({ text }) => text);
  await reader.go();
  const lost = wanted.filter((text) => !read.includes(text)).length;
  const isInOrder = JSON.stringify(read) === JSON.stringify(wanted.filter((text) => read.includes(text)));
  return { visibleMs: endMs === null ? null : endMs - beganMs, lost, isInOrder };
}

function judged(returned: readonly Returned[], killed: number): ScenarioResult {
  const times = returned.flatMap(({ visibleMs }) => visibleMs ?? []).toSorted((left, right) => left - right);
  const within = (ms: number): number => times.filter((each) => each <= ms).length / returned.length;
  const [median = 0, slowest = 0] = [times[Math.floor(times.length / 2)], times.at(-1)];
  const lost = sum(returned.map((each) => each.lost));
  const mixed = returned.filter(({ isInOrder }) => !isInOrder).length;
  const figures = {
    people: returned.length,
    messages: returned.length * textsEach,
    killed,
    shareWithin10s: within(10_000),
    shareWithin60s: within(60_000),
    medianMs: Math.round(median),
    slowestMs: Math.round(slowest),
    lost,
    outOfOrder: mixed,
  };
  const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
  return {
    figures,
    kept: within(10_000) >= (killed === 0 ? 0.99 : 0) && within(60_000) === 1 && lost === 0 && mixed === 0,
    words: `${percent(within(10_000))} of ${returned.length} saw all within 10 s, ${percent(within(60_000))} within 60 s (median ${(median / 1_000).toFixed(1)} s, slowest ${(slowest / 1_000).toFixed(1)} s); ${lost} of ${returned.length * textsEach} lost, ${mixed} out of order`,
  };
}

const right = (): readonly [number, number] => [0, 0];
const scenario = (name: string, goal: string, setting: Setting): MailScenario => ({
  name,
  goal,
  async run(options) {
    const { returned, killed } = await returning(options, setting);
    return judged(returned, killed);
  },
});

export const returns = scenario(
  'return',
  'the sender is gone, the recipient returns: 99 % see it within 10 s of their start, all within 60 s',
  { killedShare: 0, wrongByMs: right },
);

export const returnsAfterDeaths = scenario(
  'return-after-30',
  '30 % of the supernodes killed in between: nothing is lost, all see it within 60 s',
  { killedShare: 0.3, wrongByMs: right },
);

/** Every pair another two clocks, each right, a day ahead or a day behind. */
const wrongs = [0.99 * dayMs, -0.99 * dayMs, 0];
export const wrongClocks = scenario(
  'wrong-clock',
  'clocks wrong by a day, on either side and both: nothing is lost or mixed up',
  {
    killedShare: 0,
    wrongByMs: (index) => [wrongs[index % 3] ?? 0, wrongs[(index + 1 + Math.floor(index / 3)) % 3] ?? 0],
  },
);
