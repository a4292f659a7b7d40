import { findProgram } from '../rig/find-program.ts';
import { median, single, type Bench, type Figure } from '../figures.ts';
import { startContender, type Contender } from '../relay/contenders.ts';
import { buildLoad, carryCalls, carryDirectly, type Carried, type Ends } from '../relay/load.ts';

const contenders: readonly Contender[] = ['coturn', 'batched', 'portable'];
const rounds = 3;
const seconds = 4;

type Runs = Readonly<Record<Contender, readonly Carried[]>>;

/** All contenders in turn, so that what else the machine does meets them alike. */
async function compare(
  program: string,
  turnserver: string,
  load: { readonly calls: number; readonly ends: Ends },
  say: (text: string) => void,
): Promise<Runs> {
  const runs: Record<Contender, Carried[]> = { coturn: [], batched: [], portable: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of contenders) {
      say(`${load.calls} calls, ${load.ends}, ${name}`);
      // oxlint-disable no-await-in-loop -- they would measure each other
      const relay = await startContender(name, turnserver);
      runs[name].push(await carryCalls(program, relay, { ...load, seconds }));
      await relay.stop();
      // oxlint-enable no-await-in-loop
    }
  }
  return runs;
}

const microsecondsPerPacket = ({ cpuMs, received }: Carried): number => (cpuMs * 1000) / received;
const ofCore = ({ cpuMs, elapsedMs }: Carried): number => (cpuMs / elapsedMs) * 100;
const sum = (runs: readonly Carried[], of: (run: Carried) => number): number => runs.reduce((total, run) => total + of(run), 0);
const costOf = (runs: readonly Carried[]): number => (sum(runs, (run) => run.cpuMs) * 1000) / sum(runs, (run) => run.received);

function figuresOf(what: string, runs: Runs, direct: Carried): readonly Figure[] {
  const goals = { coturn: null, batched: 0.5, portable: 1 };
  return contenders.flatMap((name) => {
    const own = runs[name];
    const isOurs = name !== 'coturn';
    const beside = costOf(own) / costOf(runs.coturn);
    const lost = sum(own, (run) => run.sent - run.received);
    return [
      median(`${what}, ${name}: CPU per packet`, 'µs', own.map(microsecondsPerPacket)),
      ...(name === 'coturn'
        ? []
        : [single(`${what}, ${name}: CPU per packet beside coturn’s`, 'of 1', beside, own.length, isOurs ? goals[name] : null)]),
      single(
        `${what}, ${name}: packets lost`,
        'packets',
        lost,
        sum(own, (run) => run.sent),
        isOurs ? 0 : null,
      ),
      median(
        `${what}, ${name}: added delay, p50`,
        'ms',
        own.map((run) => run.p50Ms - direct.p50Ms),
        isOurs ? 1 : null,
      ),
      median(
        `${what}, ${name}: added delay, p99`,
        'ms',
        own.map((run) => run.p99Ms - direct.p50Ms),
        isOurs ? 3 : null,
      ),
    ];
  });
}

export const relay: Bench = {
  name: 'relay',
  what:
    'Voice-like packets (172 bytes every 20 ms, each way) as channel data through a relay on this machine, with its authentication, ' +
    'permissions, quotas and accounting on; coturn as Debian has it, ours in batches and ours on Node’s own sockets in turn, a fresh ' +
    'process each time. CPU is the whole process, user and system. 200 calls whose ends are both clients of the relay; 200 of which one ' +
    'end is elsewhere; 64 of the first kind. The delay is that of the same packets without a relay taken off.',
  async run({ dir, say }) {
    const turnserver = findProgram('turnserver');
    if (turnserver === null) return { skipped: 'no turnserver (Debian: coturn)' };
    if (findProgram('gcc') === null) return { skipped: 'no gcc' };
    const program = await buildLoad(dir);
    const direct = await carryDirectly(program, 200, seconds);
    const both = await compare(program, turnserver, { calls: 200, ends: 'both' }, say);
    const one = await compare(program, turnserver, { calls: 200, ends: 'one' }, say);
    const few = await compare(program, turnserver, { calls: 64, ends: 'both' }, say);
    return [
      ...figuresOf('both ends', both, direct),
      ...figuresOf('one end', one, direct),
      ...contenders.map((name) =>
        median(`64 calls, ${name}: CPU`, '% of a core', few[name].map(ofCore), name === 'coturn' ? null : 10),
      ),
    ];
  },
};
