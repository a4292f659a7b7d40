import { seedPair, type DhtNode } from '../../native-shims/hyperdht/index.ts';
import { dayKey, daysAround } from '../../main/overlay/people/day-keys.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import { startPlainNode } from './plain-node.ts';
import { createPerson } from './world.ts';

/**
 * A flood of handshakes, in a process of its own so that it doesn't cost its victim's time:
 * `node flood-process.ts HOST PORT SEED NETWORKS SECONDS` with a node to join, and the seed of a person whose address leaked. From each of so many networks (127.66.6.0/24 and on)
 * several nodes dial that person without end, each time with a new key. Says `flooding`, then a line of JSON: how often it dialed,
 * and how often it was let in.
 */
const [host = '', port = '', seed = '', networks = '1', seconds = '5'] = process.argv.slice(2);
const { address } = createPerson(Buffer.from(seed, 'hex'));
const nodesANetwork = 3;
/** Of one node at a time. */
const lanes = 8;
/** An answer from the same computer takes some milliseconds; who is refused hears nothing. */
const patienceMs = 1_500;
/** A connection that is let in says nothing and stays, as long as it may. */
const held: { destroy(): void }[] = [];
const told = { dialed: 0, opened: 0 };

const nodes = await Promise.all(
  Array.from({ length: Number(networks) * nodesANetwork }, (_, index) =>
    startPlainNode(`127.${66 + Math.floor(index / nodesANetwork)}.6.${1 + (index % nodesANetwork)}`, {
      host,
      port: Number(port),
    }),
  ),
);
process.stdout.write('flooding\n');

const endMs = systemClock.monotonicMs() + Number(seconds) * 1000;
async function lane(node: DhtNode): Promise<void> {
  while (systemClock.monotonicMs() < endMs) {
    const [day = 0] = daysAround(systemClock.nowMs());
    const stream = node.connect(dayKey(address, day), seedPair(systemRandom.bytes(32)));
    stream.on('error', () => undefined);
    told.dialed += 1;
    // oxlint-disable-next-line no-await-in-loop -- each lane one after the other
    const isOpen = await Promise.race([stream.opened, new Promise<false>((resolve) => setTimeout(resolve, patienceMs, false))]);
    if (isOpen) told.opened += 1;
    if (isOpen) held.push(stream);
    else stream.destroy();
  }
}
await Promise.all(nodes.flatMap((node) => Array.from({ length: lanes }, () => lane(node))));
process.stdout.write(`${JSON.stringify(told)}\n`);
for (const stream of held) stream.destroy();
await Promise.all(nodes.map((node) => node.destroy()));
