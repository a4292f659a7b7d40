import dgram from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOfMarked } from '../rig/home-usage.ts';
import { ends, type End, type Home, type Homes } from '../rig/homes.ts';
import { confOf, type Impairment } from '../wire/impairment.ts';
import { parseTrace } from '../wire/wire-trace.ts';
import { cableDirVariable, confDir, confName, endVariable, tracePathOf } from './cable-files.ts';

const preload = new URL('preload.ts', import.meta.url).href;
const loopback = '127.0.0.1';
const changePatienceMs = 5000;
const lookAgainMs = 2;

/**
 * Two homes on this computer, for systems that let nobody make namespaces. Node programs in them impair what they send by UDP
 * themselves (`preload.ts`): media. The overlay's own sockets are not Node's, so it is spared, as are browsers.
 * @param dir gets the cable's configuration and traces
 */
export async function createLoopbackHomes(dir: string): Promise<Homes> {
  mkdirSync(confDir(dir), { recursive: true });
  const [a, b] = await Promise.all([homeAt(dir, 'a'), homeAt(dir, 'b')]);
  return {
    kind: 'in-process',
    a,
    b,
    plugCable(impairment) {
      for (const end of ends) writeFileSync(tracePathOf(dir, end), '');
      tell(dir, impairment);
      const traced = { a: 0, b: 0 };
      const traceSince = (end: End): string => {
        const all = readFileSync(tracePathOf(dir, end));
        const since = all.toString('latin1', traced[end]);
        traced[end] = all.length;
        return since;
      };
      return Promise.resolve({
        async impair(changed) {
          const before = ends.map((end) => changesSeen(dir, end));
          tell(dir, changed);
          const giveUpAt = performance.now() + changePatienceMs;
          while (ends.some((end, index) => changesSeen(dir, end) === before[index])) {
            if (performance.now() > giveUpAt) throw new Error('nobody has a cable in hand: there is no call');
            // oxlint-disable-next-line no-await-in-loop -- looks again
            await sleep(lookAgainMs);
          }
        },
        trace: () => Promise.resolve(parseTrace(ends.map(traceSince).join('')).toSorted((one, other) => one.atMs - other.atMs)),
        unplug: () => Promise.resolve(),
      });
    },
    remove: () => Promise.resolve(),
  };
}

async function homeAt(dir: string, end: End): Promise<Home> {
  const environment = {
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${preload}`.trim(),
    [cableDirVariable]: dir,
    [endVariable]: end,
  };
  const overlay = `${loopback}:${await freePort()}`;
  return {
    end,
    address: loopback,
    inside: [],
    environment,
    overlay: { listen: overlay, found: overlay },
    usage: () => usageOfMarked({ [cableDirVariable]: dir, [endVariable]: end }),
  };
}

/** Whole at once: whoever watches must not read half of it. */
function tell(dir: string, impairment: Impairment): void {
  const draft = join(dir, 'wire.conf.new');
  writeFileSync(draft, confOf(impairment));
  renameSync(draft, join(confDir(dir), confName));
}

const changesSeen = (dir: string, end: End): number => {
  const path = tracePathOf(dir, end);
  return existsSync(path) ? readFileSync(path, 'utf8').split(' conf\n').length : 0;
};

/** Nobody's at the moment. */
async function freePort(): Promise<number> {
  const socket = dgram.createSocket('udp4');
  socket.bind(0, loopback);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
