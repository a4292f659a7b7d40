import type { JoinWayView } from '../../../preload/contract/index.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';

const ways: Readonly<Record<JoinWayView['way'], string>> = {
  cached: 'nodes of earlier runs',
  link: 'an invitation',
  listed: '--bootstrap',
  mdns: 'the local network',
  'same-computer': 'this computer',
  bittorrent: 'BitTorrent’s DHT',
  introduced: 'another network, told of by others',
};
const widest = Math.max(...Object.values(ways).map((words) => words.length));

/** One way of finding the network, for people. */
export function wayText({ way, off, asked, answered, foreign, firstMs }: JoinWayView): string {
  const title = ways[way].padEnd(widest);
  if (off) return `${title}  off`;
  if (firstMs !== null) return `${title}  after ${firstMs} ms (asked ${asked}, answered ${answered}, others ${foreign})`;
  return `${title}  ${asked === 0 ? 'nobody to ask' : `nobody yet (asked ${asked}, others ${foreign})`}`;
}

/** How this node is doing, when it has looked for others; then each way in, with the time to its first answer. */
export async function status({ engine, output, signal }: CommandContext): Promise<ExitCode> {
  for await (const view of await engine.client.network.watch(undefined, { signal })) {
    if (view.status === 'starting') continue;
    const { joining, ...rest } = view;
    output.say(
      'status',
      { ...rest },
      `${view.status}; nodes heard: ${view.nodesHeard}; supernode: ${view.supernode ? 'yes' : 'no'}; records held: ${view.recordsHeld}`,
    );
    for (const way of joining) output.say('way', { ...way }, wayText(way));
    return view.status === 'alone' ? exitCode.network : exitCode.ok;
  }
  return exitCode.interrupted;
}

export async function invitation({ engine, output, signal }: CommandContext): Promise<ExitCode> {
  // Before it is in the network it knows nobody to name.
  for await (const { status: now } of await engine.client.network.watch(undefined, { signal })) if (now !== 'starting') break;
  const { link } = await engine.client.contacts.invitation({}, { signal });
  output.say('invitation', { link }, link);
  return exitCode.ok;
}
