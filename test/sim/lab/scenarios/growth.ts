import { claimNames } from '../names.ts';
import { modelLookups } from '../model.ts';
import { LabReader, type LookupCost } from '../reader.ts';
import type { Scenario } from '../scenario.ts';
import { realSeconds } from '../world.ts';
import { wires } from '../wires.ts';

const hourMs = 3_600_000;
/** One way, drawn for each pair of hosts: from a neighbouring town to the other side of the earth. */
const [leastMs, mostMs] = [5, 120];

/** Quick and even enough for delays. */
function spread(text: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619);
  return (hash >>> 0) / 2 ** 32;
}

const delayMs = (from: string, to: string): number =>
  leastMs + (mostMs - leastMs) * spread(from < to ? `${from} ${to}` : `${to} ${from}`);

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((left, right) => left - right)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a node and a lookup cost at one size. The laboratory runs it at several, and draws them side by side. */
export const growth: Scenario = {
  name: 'growth',
  goal: 'what a node and a lookup cost grows like log N',
  async run(world, { isShort }) {
    const size = world.nodes.length;
    const memoryMb = (process.memoryUsage().rss - world.rssBefore) / 1e6 / size;
    const names = await claimNames(world, isShort ? 6 : 20);
    // What starting brought about is over; then a while of nothing but upkeep.
    await world.pass(hourMs, 10);
    await realSeconds(isShort ? 1 : 15);
    const idleSeconds = isShort ? 3 : 60;
    const idle = await watchIdle(idleSeconds, size, () => world.nodes.map((node) => node.traffic()));

    const readers = await Promise.all(
      Array.from({ length: isShort ? 4 : 16 }, async (_, index) => {
        const reader = new LabReader(`127.254.${index}.1`, world.entrances(3));
        await reader.start();
        return reader;
      }),
    );
    wires.lay(delayMs);
    const costs = await Promise.all(
      readers.map(async (reader) => {
        const own: LookupCost[] = [];
        for (const { name } of names) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          own.push(await reader.look(name));
        }
        return own;
      }),
    );
    wires.lay(null);
    await Promise.all(readers.map((reader) => reader.stop()));
    const all = costs.flat();
    const times = all.map(({ ms }) => ms);
    const foundShare = all.filter(({ found }) => found).length / all.length;
    const messages = mean(all.map((cost) => cost.messages));
    const modelled = async (nodes: number): Promise<number> =>
      Number((await modelLookups(nodes, isShort ? 10 : 100, world.random)).messages.toFixed(1));
    const bound = 20 * Math.log2(size) + 40;
    return {
      figures: {
        lookups: all.length,
        found: foundShare,
        messagesPerLookup: Number(messages.toFixed(1)),
        hopsMean: Number(mean(all.map(({ hops }) => hops)).toFixed(2)),
        hopsMost: Math.max(...all.map(({ hops }) => hops)),
        p50Ms: Math.round(quantile(times, 0.5)),
        p95Ms: Math.round(quantile(times, 0.95)),
        // Beyond what a machine holds: the same lookup over nodes without sockets.
        modelledMessages: await modelled(size),
        modelledMessagesAt10000: await modelled(10_000),
        modelledMessagesAt100000: isShort ? 'not asked' : await modelled(100_000),
        memoryMbPerNode: Number(memoryMb.toFixed(2)),
        ...idle,
      },
      kept: foundShare === 1 && messages <= bound,
      words: `a lookup ${messages.toFixed(0)} messages, ${quantile(times, 0.5).toFixed(0)} ms (p95 ${quantile(times, 0.95).toFixed(0)}); a node ${memoryMb.toFixed(2)} MB, idle ${idle.idleMessagesPerSecond} messages/s, ${idle.idleBytesPerSecond} bytes/s`,
    };
  },
};

interface Counted {
  readonly sent: number;
  readonly sentBytes: number;
}

async function watchIdle(seconds: number, size: number, count: () => readonly Counted[]) {
  const sum = (field: keyof Counted): number => count().reduce((all, each) => all + each[field], 0);
  const [messagesBefore, bytesBefore] = [sum('sent'), sum('sentBytes')];
  const cpuBefore = process.cpuUsage();
  await realSeconds(seconds);
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    idleMessagesPerSecond: Number(((sum('sent') - messagesBefore) / seconds / size).toFixed(2)),
    idleBytesPerSecond: Math.round((sum('sentBytes') - bytesBefore) / seconds / size),
    idleCpuPercent: Number(((user + system) / 1e4 / seconds / size).toFixed(3)),
  };
}
