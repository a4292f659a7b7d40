import { plugWire } from '../wire/wire.ts';
import { usageOfNamespace } from './home-usage.ts';
import { ends, type End, type Home, type Homes } from './homes.ts';
import { runProgram } from './run-program.ts';

/** RFC 2544's block for measuring networks: nobody's real address, so nobody takes it for a neighbour's. */
const addressOf: Readonly<Record<End, string>> = { a: '198.18.0.1', b: '198.19.0.2' };
const prefixLength = 15;
const network = `198.18.0.0/${prefixLength}`;
/** Of the homes' TCP, whatever this computer prefers: what most computers have (RFC 9438). */
const congestionControl = 'cubic';
/** The overlay listens here, so that each can be told where the other is. */
const overlayPort = 47_700;
/** Its end of the cable. */
const device = 'cable';

/** Whether this system lets us make two hosts and the ends of a cable between them: Linux, root, and not too narrow a container. */
export async function canMakeNamespaces(): Promise<boolean> {
  const probe = `lilliput-probe-${process.pid}`;
  try {
    await runProgram('gcc', ['--version']);
    await runProgram('nsenter', ['--version']);
    await runProgram('ip', ['netns', 'add', probe]);
  } catch {
    return false;
  }
  try {
    await runProgram('ip', ['-n', probe, 'tuntap', 'add', 'dev', 'probe', 'mode', 'tap']);
    return true;
  } catch {
    return false;
  } finally {
    await runProgram('ip', ['netns', 'delete', probe]);
  }
}

/**
 * Two network namespaces that know each other only over the cable. Needs root.
 * @param name of this pair, among those that this process makes
 * @param dir gets the cable's configuration and trace
 */
export async function createNamespaceHomes(name: string, dir: string): Promise<Homes> {
  const namespaceOf = (end: End): string => `lilliput-${process.pid}-${name}-${end}`;
  const homeAt = (end: End): Home => {
    const inside = ['nsenter', `--net=/run/netns/${namespaceOf(end)}`, '--'];
    return {
      end,
      address: addressOf[end],
      inside,
      environment: {},
      overlay: { listen: `0.0.0.0:${overlayPort}`, found: `${addressOf[end]}:${overlayPort}` },
      usage: () => usageOfNamespace(inside),
    };
  };
  const made: string[] = [];
  const remove = async (): Promise<void> => {
    for (const namespace of made.splice(0)) {
      // oxlint-disable-next-line no-await-in-loop -- two, at the end
      await runProgram('ip', ['netns', 'delete', namespace]);
    }
  };
  try {
    for (const end of ends) {
      // oxlint-disable-next-line no-await-in-loop -- two, once
      await runProgram('ip', ['netns', 'add', namespaceOf(end)]);
      made.push(namespaceOf(end));
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    kind: 'namespaces',
    a: homeAt('a'),
    b: homeAt('b'),
    async plugCable(impairment) {
      const cable = await plugWire(
        { namespace: namespaceOf('a'), device },
        { namespace: namespaceOf('b'), device },
        dir,
        impairment,
      );
      await Promise.all(ends.map((end) => setUpDevice(namespaceOf(end), addressOf[end])));
      return cable;
    },
    remove,
  };
}

async function setUpDevice(namespace: string, address: string): Promise<void> {
  const ip = (...args: string[]): Promise<string> => runProgram('ip', ['-n', namespace, ...args]);
  await ip('link', 'set', 'lo', 'up');
  await ip('address', 'add', `${address}/${prefixLength}`, 'dev', device);
  await ip('link', 'set', device, 'up');
  // By its route, because a namespace of its own may not choose any, and Node can't for a socket.
  await ip('route', 'replace', network, 'dev', device, 'congctl', congestionControl);
}
