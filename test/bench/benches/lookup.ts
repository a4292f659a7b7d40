import { createDirectory, createOwnRecordShelf, createRecordValidator, standardWork } from '../../../main/directory/index.ts';
import type { Directory, WorkPolicy } from '../../../main/directory/index.ts';
import { createAccount, createSequenceMemory } from '../../../main/identity/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { eventually, World, type WorldNode } from '../../sim/world.ts';
import { spread, type Bench, type Figure } from '../figures.ts';

const sizes = [20, 50, 200];
const names = ['juniper', 'wren-hill', 'marlowe', 'saffron'];
const lookups = 60;

/** Checking costs what it costs in the app, one hash of 16 MiB; only finding is made cheap, which nobody waits for here. */
const work: WorkPolicy = { cost: standardWork.cost, difficultyBits: () => 2 };

const directoryOn = ({ overlay }: WorldNode): Directory =>
  createDirectory({
    store: overlay.directory,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    work,
    memory: createSequenceMemory(),
    own: createOwnRecordShelf(),
  });

const pick = <Item>(list: readonly Item[], index: number): Item => {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('an empty list');
  return item;
};

async function grow(world: World, size: number): Promise<readonly WorldNode[]> {
  const validator = createRecordValidator(work);
  const first = await world.add([], { validator });
  await eventually('the first node has an address', () => first.overlay.health().supernode);
  const nodes = [first];
  while (nodes.length < size) {
    // oxlint-disable-next-line no-await-in-loop -- each joins the network of those before it
    nodes.push(await world.add([first.at()], { validator }));
  }
  return nodes;
}

async function measure(size: number): Promise<readonly Figure[]> {
  const world = new World();
  const never = new AbortController().signal;
  try {
    const nodes = await grow(world, size);
    for (const [index, name] of names.entries()) {
      // oxlint-disable no-await-in-loop -- owners sign up one after the other
      const secrets = await createAccount(name, { random: systemRandom, nowMs: systemClock.nowMs() });
      await directoryOn(pick(nodes, index * 7)).claim(secrets, () => undefined, never);
      // oxlint-enable no-await-in-loop
    }
    const times: number[] = [];
    for (let i = 0; i < lookups; i += 1) {
      // A reader that has never seen the name: its work is checked, its sequence is new.
      const reader = directoryOn(pick(nodes, 3 + i * 13));
      const from = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { view } = await reader.lookup(pick(names, i), never);
      times.push(performance.now() - from);
      if (view.result !== 'found') throw new Error(`${view.name} is ${view.result} among ${size} nodes`);
    }
    return spread(`lookup among ${size} nodes`, 'ms', times);
  } finally {
    await world.stop();
  }
}

export const lookup: Bench = {
  name: 'lookup',
  what:
    'A name that the reader has never seen, asked for and found: the question to the closest supernodes, all their answers, one check of ' +
    'its proof of work (16 MiB), the decision. All nodes share one process and one core, each in a network of its own.',
  async run({ say }) {
    const figures: Figure[] = [];
    for (const size of sizes) {
      say(`${size} nodes`);
      // oxlint-disable-next-line no-await-in-loop -- networks would measure each other
      figures.push(...(await measure(size)));
    }
    return figures;
  },
};
