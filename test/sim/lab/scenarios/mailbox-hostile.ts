import { createDhtNode, type DhtNode, type DhtRequest } from '../../../../native-shims/hyperdht/index.ts';
import { mailboxCommands } from '../../../../main/overlay/mailbox/mailbox-wire.ts';
import { encodeCbor } from '../../../../main/ports/cbor.ts';
import { leaveOne, lostOf, openBoxes, pickUp, someAtOnce, sum } from '../mail.ts';
import type { Scenario } from '../scenario.ts';
import { realSeconds, type LabWorld } from '../world.ts';
import { wires } from '../wires.ts';

const pretenderShare = 0.3;
const restartedWithinSeconds = 60;
const hourMs = 3_600_000;
/** Every /16 of the laboratory is on one side. */
const sideOf = (host: string): number => Number(host.split('.')[1]) % 2;
const outcomeStored = 0;

/** Says that it keeps what it is given, that it has nothing, and that it has the same as others. */
function pretend(request: DhtRequest): boolean {
  const { command, target, token } = request;
  if (!Object.values<number>(mailboxCommands).includes(command) || target === null) return false;
  const answer = command === mailboxCommands.open ? encodeCbor([0, []]) : Uint8Array.of(outcomeStored);
  request.reply(token === null ? null : answer, { token: true, closerNodes: token === null });
  return true;
}

async function addPretenders(world: LabWorld, count: number): Promise<readonly DhtNode[]> {
  return someAtOnce(
    Array.from({ length: count }, (_, index) => async () => {
      const node = createDhtNode({
        bind: { host: `127.${1 + (index % 250)}.${170 + Math.floor(index / 250)}.1`, port: 0 },
        preferredPort: null,
        bootstrap: world.entrances(3),
        isForced: true,
        admit: () => true,
        select: (sorted, limit) => sorted.slice(0, limit),
        onRequest: pretend,
      });
      await node.bind();
      await Promise.race([node.bootstrapped(), realSeconds(3)]);
      return node;
    }),
  );
}

/** What waits in mailboxes while a third of the keepers only pretends, all others restart at once, and the network falls in two. */
export const mailboxHostile: Scenario = {
  name: 'mailbox-hostile',
  goal: '30 % of the supernodes pretend to keep mail, all others restart within a minute, the network falls in two and heals: 0 items lost',
  async run(world, { isShort, say }) {
    const honest = world.nodes.length;
    const pretenders = await addPretenders(world, Math.round((honest * pretenderShare) / (1 - pretenderShare)));
    try {
      const boxes = await openBoxes(world, isShort ? 8 : 40);
      const each = isShort ? 3 : 10;
      const leaveAll = (count: number): Promise<number[]> =>
        someAtOnce(boxes.flatMap((box) => Array.from({ length: count }, () => () => leaveOne(world, box))));
      const look = async (): Promise<number> => lostOf(await someAtOnce(boxes.map((box) => () => pickUp(world, box))));
      await leaveAll(each);
      const lostToPretenders = await look();
      say(`${pretenders.length} of ${honest + pretenders.length} pretend: ${lostToPretenders} lost`);

      // A minute and more, so that nodes have saved whom they know.
      await world.pass(70_000, 1);
      const all = world.nodes;
      await world.kill(all);
      const withinSeconds = isShort ? restartedWithinSeconds / 12 : restartedWithinSeconds;
      await Promise.all(
        all.map(async (node) => {
          await realSeconds(world.random.fraction() * withinSeconds);
          await world.restart(node);
        }),
      );
      await realSeconds(isShort ? 3 : 30);
      const lostInRestart = await look();
      say(`all ${all.length} others restarted: ${lostInRestart} lost`);

      wires.lay((from, to) => (sideOf(from) === sideOf(to) ? 0 : null));
      await leaveAll(isShort ? 1 : 3);
      wires.lay(null);
      await realSeconds(isShort ? 3 : 20);
      // Keepers compare every hour.
      await world.pass(1.3 * hourMs, 2);
      await realSeconds(isShort ? 3 : 30);
      const lostInPartition = await look();
      const items = sum(boxes.map(({ left }) => left.length));
      return {
        figures: {
          items,
          boxes: boxes.length,
          pretenders: pretenders.length,
          lostToPretenders,
          restarted: all.length,
          lostInRestart,
          lostInPartition,
        },
        kept: items >= boxes.length * each && lostToPretenders === 0 && lostInRestart === 0 && lostInPartition === 0,
        words: `${items} items in ${boxes.length} mailboxes: ${lostToPretenders} lost where ${pretenders.length} of ${honest + pretenders.length} nodes pretend to keep them, ${lostInRestart} after all ${all.length} others restarted, ${lostInPartition} after a partition in which more were left`,
      };
    } finally {
      wires.lay(null);
      await Promise.all(pretenders.map((node) => node.destroy()));
    }
  },
};
