import { accountKeyOf } from '../../../../main/identity/index.ts';
import { someAtOnce } from '../mail.ts';
import { claim, claimNames, directoryOver, lookFairly, type LabName, type Outcome } from '../names.ts';
import type { Scenario } from '../scenario.ts';
import { askFairly } from '../standstill.ts';
import { realSeconds, type LabNode, type LabWorld } from '../world.ts';
import { wires } from '../wires.ts';

const never = new AbortController().signal;
/**
 * dht-rpc looks around every five minutes. Until then a half may know too little of the other: of 24 holders 3 % of the names have fewer than the eight in
 * one half that a reader asks for.
 */
const healingMs = 600_000;
/** In each half, whose tables are full of the other's nodes: each claim waits for the silence of many, and all nodes have one core. */
const claimedAtOnce = 3;

/** Every /16 of the laboratory is on one side. */
const sideOf = (host: string): number => Number(host.split('.')[1]) % 2;

function oneOf(world: LabWorld, side: readonly LabNode[]): LabNode {
  const node = side[Math.floor(world.random.fraction() * side.length)];
  if (node === undefined) throw new Error('an empty side');
  return node;
}

interface ClaimedTwice {
  readonly west: LabName;
  readonly east: LabName;
}

/** One name on both sides; where the laboratory stood still meanwhile, another one (see `claimNames`). */
function claimTwice(world: LabWorld, index: number, west: readonly LabNode[], east: readonly LabNode[]): Promise<ClaimedTwice> {
  let tried = 0;
  return askFairly(async () => {
    const name = `twice-${index}-${tried++}`;
    const on = (side: readonly LabNode[]): Promise<LabName> => claim(world, name, oneOf(world, side).overlay.directory);
    const [left, right] = await Promise.all([on(west), on(east)]);
    return { west: left, east: right };
  });
}

/** The network falls into two that don't hear each other; in each somebody takes the same name; then it is one again. */
export const partition: Scenario = {
  name: 'partition',
  goal: 'two halves that heal: names of before stay right, a name claimed in both is shown as disputed with both keys, pins hold',
  async run(world, { isShort, say }) {
    const before = await claimNames(world, isShort ? 10 : 40, 'before');
    wires.lay((from, to) => (sideOf(from) === sideOf(to) ? 0 : null));
    const sides = [0, 1].map((side) => world.nodes.filter(({ host }) => sideOf(host) === side));
    const [west = [], east = []] = sides;
    const twice = isShort ? 3 : 10;
    const claims = await someAtOnce(
      Array.from({ length: twice }, (_, index) => () => claimTwice(world, index, west, east)),
      claimedAtOnce,
    );
    say(`${twice} names claimed in both halves`);
    const apart: Outcome[] = await someAtOnce(
      before.flatMap((name) => sides.map((side) => () => lookFairly(world, () => oneOf(world, side), name))),
    );
    wires.lay(null);
    // Nodes that gave the other half up hear of it when they are next asked, or look around.
    await realSeconds(isShort ? 3 : 20);
    const lookAll = (): Promise<Outcome[]> => someAtOnce(before.map((name) => () => lookFairly(world, () => world.one(), name)));
    const atOnce = await lookAll();
    await world.pass(healingMs);
    const healed = await lookAll();
    let bothShown = 0;
    let pinsHeld = 0;
    for (const { west: left, east: right } of claims) {
      const keys = [left, right].map(({ secrets }) => accountKeyOf(secrets)).toSorted();
      // oxlint-disable-next-line no-await-in-loop -- a few
      const { view, door } = await askFairly(() => directoryOver(world, world.one().overlay.directory).lookup(left.name, never));
      if (view.result === 'disputed' && view.accountKeys.toSorted().join() === keys.join()) bothShown += 1;
      // A contact is pinned to a key: nothing that the index says may stand for it, and no door is named that could be the other's.
      if (door === null) pinsHeld += 1;
    }
    const right = (outcomes: readonly Outcome[]): number => outcomes.filter((outcome) => outcome === 'found').length;
    const wrong = [...apart, ...atOnce, ...healed].filter((outcome) => outcome === 'wrong' || outcome === 'disputed').length;
    return {
      figures: {
        west: west.length,
        east: east.length,
        rightApart: `${right(apart)} of ${apart.length}`,
        rightAtOnce: `${right(atOnce)} of ${atOnce.length}`,
        rightHealed: `${right(healed)} of ${healed.length}`,
        claimedTwice: twice,
        bothShown,
        pinsHeld,
        wrong,
      },
      kept: wrong === 0 && bothShown === twice && pinsHeld === twice && right(healed) === healed.length,
      words: `${west.length} and ${east.length} nodes apart: ${right(apart)} of ${apart.length} lookups right; healed: ${right(atOnce)} of ${atOnce.length} at once, ${right(healed)} after ten minutes; ${bothShown} of ${twice} names claimed twice show both, ${pinsHeld} pins hold`,
    };
  },
};
