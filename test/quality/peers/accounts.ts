import { join } from 'node:path';
import { connectBridge, connectLocal, locateProfile } from '../../../main/shell/index.ts';
import type { BridgeClient } from '../../../preload/contract/index.ts';
import { itemsOf, watch } from '../../bench/rig/watched.ts';
import { startCli, type CliEvent, type CliProcess } from '../../lab/cli-process.ts';
import { otherEnd, type End, type Homes } from '../rig/homes.ts';

/** Two accounts that are contacts, one in each home. Their profiles serve all runs. */
export interface Accounts {
  readonly homeOf: (end: End) => string;
}

export const accountProfile = 'lab';
/** Shorter names cost more work. */
export const accountName = (end: End): string => `voice-lab-${end}`;
/** How an app finds the other home: straight, asking nobody. */
export const overlayArguments = (homes: Homes, end: End): readonly string[] => [
  '--no-mdns',
  '--no-bittorrent',
  '--listen',
  homes[end].overlay.listen,
  '--bootstrap',
  homes[otherEnd(end)].overlay.found,
];

/** Signs both up over the cable, and makes them contacts. */
export async function makeAccounts(homes: Homes, dir: string): Promise<Accounts> {
  const homeOf = (end: End): string => join(dir, `accounts-${end}`);
  const running: CliProcess[] = [];
  const ports: { close(): void }[] = [];
  const start = async (end: End): Promise<BridgeClient> => {
    const place = ['--home', homeOf(end), '--profile', accountProfile, ...overlayArguments(homes, end)];
    const cli = startCli(['run', '--auto-accept', ...place], homes[end].environment, homes[end].inside);
    running.push(cli);
    const isPartOfNetwork = (event: CliEvent): boolean => Number(event['nodesHeard']) > 0 || event['supernode'] === true;
    await cli.waitFor((event) => event.event === 'network' && isPartOfNetwork(event), `home ${end} is part of a network`);
    const port = await connectLocal(locateProfile({ home: homeOf(end), name: accountProfile }).socketPath);
    if (port === null) throw new Error(`home ${end} can't be attached to: ${cli.stderr()}`);
    ports.push(port);
    return connectBridge(port);
  };
  try {
    // One after the other: the first, alone, is the network that the second comes to.
    const b = await start('b');
    await signUp(b, accountName('b'));
    const a = await start('a');
    await signUp(a, accountName('a'));
    await a.contacts.request({ name: accountName('b'), note: '' });
    const contacts = await watch((signal) => a.contacts.watch(undefined, { signal }), itemsOf);
    await contacts.first(({ presence }) => presence.state === 'online', 'the other home is online');
    contacts.stop();
  } finally {
    for (const port of ports) port.close();
    await Promise.all(running.map((cli) => cli.interrupt()));
  }
  return { homeOf };
}

async function signUp(client: BridgeClient, name: string): Promise<void> {
  for await (const progress of await client.account.signUp({ name })) if (progress.step === 'done') break;
  // As a person who has written the words down: the page then begins with the contacts.
  await client.account.confirmPhrase({});
}
