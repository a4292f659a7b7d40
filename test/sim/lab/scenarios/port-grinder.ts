import { createNetworks, selectDiverse } from '../../../../main/overlay/networks.ts';
import { networksNeeded, targetOf } from '../../../../main/directory/index.ts';
import { compareDistance } from '../../../../native-shims/hyperdht/index.ts';
import type { Random } from '../../../../main/ports/random.ts';
import { addLiars } from '../liars.ts';
import { claimNames, lookMany, percent, success } from '../names.ts';
import type { Scenario } from '../scenario.ts';

interface Place {
  readonly host: string;
  readonly port: number;
  readonly id: Uint8Array;
  readonly hostile: boolean;
}

const networks = createNetworks({ privateAddressesCountPerNode: false });
/** The curve is computed for this many honest nodes, whatever the laboratory's world has. */
const honestNodes = 1_000;
/** Networks of the attacker's own, each a /24 in a /16 that nobody else uses: the dearest kind, and the best for him. */
const attackers = [1, 11, 100, 500] as const;
/** A grinder tries so many ports of each network for each name, and shows the nearest. */
const portsTried = 32;
const closestSet = 20;

const at = (host: string, port: number, hostile: boolean): Place => ({ host, port, id: networks.id(host, port), hostile });

/** Sixteen bits a /16, a /24 in each, by chance. */
function honestPlaces(random: Random): readonly Place[] {
  return Array.from({ length: honestNodes }, () => {
    const [a = 0, b = 0, c = 0] = random.bytes(3);
    return at(`${1 + (a % 100)}.${b}.${c}.7`, 40_000, false);
  });
}

const hostilePlaces = (count: number, ports: number): readonly Place[] =>
  Array.from({ length: count * ports }, (_, index) => {
    const network = Math.floor(index / ports);
    return at(`${150 + (network >> 8)}.${network & 255}.9.${1 + (index % ports)}`, 2_000 + (index % ports), true);
  });

/** Attackers among the closest set of each name. */
function hostileAmong(places: readonly Place[], target: Uint8Array): number {
  const sorted = places.toSorted((left, right) => compareDistance(target, left.id, right.id));
  return selectDiverse(networks, sorted, closestSet).filter(({ hostile }) => hostile).length;
}

/**
 * A claim is found where 8 networks show it: who holds 13 of the 20 can hide it, and who holds all 20 can show another instead. The
 * second is a theft of the name, the first takes it from newcomers; either counts as captured.
 */
const isCaptured = (hostile: number): boolean => closestSet - hostile < networksNeeded(closestSet);

export const portGrinder: Scenario = {
  name: 'port-grinder',
  goal: 'an attacker with 1, 11, 100, 500 networks grinds ports: no name captured with 11 or fewer, ≤ 3 % with 500 (at 1,000 nodes)',
  async run(world, { isShort }) {
    const honest = honestPlaces(world.random);
    const names = Array.from({ length: isShort ? 200 : 2_000 }, (_, index) =>
      targetOf(`name-${index}-${world.random.fraction()}`),
    );
    const curve = attackers.map((count) => {
      const places = [...honest, ...hostilePlaces(count, count >= 100 ? 4 : portsTried)];
      const held = names.map((target) => hostileAmong(places, target));
      const share = (matches: (hostile: number) => boolean): number => held.filter(matches).length / names.length;
      return { count, captured: share(isCaptured), stolen: share((each) => each === closestSet), most: Math.max(...held) };
    });
    // And with real nodes: eleven networks, five ports in each, that hide whatever they are asked for.
    const liars = await addLiars(world, 55, { only: 'hide', perNetwork: 5 });
    try {
      const claimed = await claimNames(world, 20);
      const told = await lookMany(world, claimed, isShort ? 60 : 400);
      const few = curve.filter(({ count }) => count <= 11);
      const captured = (count: number): number => curve.find((each) => each.count === count)?.captured ?? 1;
      const figures = Object.fromEntries(
        curve.flatMap(({ count, captured: share, stolen, most }) => [
          [`captured${count}`, percent(share)],
          [`stolen${count}`, percent(stolen)],
          [`most${count}`, most],
        ]),
      );
      return {
        figures: { ...figures, names: names.length, realNodes: world.nodes.length, realRight: percent(success(told)) },
        kept: few.every((each) => each.captured === 0) && captured(500) <= 0.03 && success(told) === 1,
        words: `captured of ${names.length} names: ${curve.map((each) => `${each.count} networks ${percent(each.captured)}`).join(', ')}; with 11 networks × 5 ports of real nodes among ${world.nodes.length} ${percent(success(told))} of lookups right`,
      };
    } finally {
      await liars.stop();
    }
  },
};
