import { join } from 'node:path';
import { isEvent, startCli, type CliProcess } from '../lab/cli-process.ts';
import { keepLogs, loud } from './logs.ts';
import type { SupernodeHost } from './internet.ts';

/** The overlay of every supernode listens here. */
const overlayPort = 49_737;
/** Their gateways take the port that strict firewalls leave open. */
const gatewayPort = 443;

export interface Supernode {
  readonly host: SupernodeHost;
  readonly cli: CliProcess;
  /** `address:port`, for `--bootstrap`. */
  readonly found: string;
}

/** What a home is told to begin with, as others would know it from last time: nodes, and gateways of both families. */
export const entrancesTo = (supernodes: readonly Supernode[]): readonly string[] =>
  supernodes.flatMap(({ found, host: { address } }) => [
    '--bootstrap',
    found,
    '--gateway',
    `${address.ipv4}:${gatewayPort}`,
    '--gateway',
    `[${address.ipv6}]:${gatewayPort}`,
  ]);

/** One after the other: the first, alone, is the network that the others come to. */
export async function startSupernodes(
  hosts: readonly SupernodeHost[],
  dir: string,
  logs: string | null,
): Promise<readonly Supernode[]> {
  const started: Supernode[] = [];
  for (const host of hosts) {
    const found = `${host.address.ipv4}:${overlayPort}`;
    const entrances = started.slice(0, 2).flatMap((other) => ['--bootstrap', other.found]);
    const profile = ['--home', join(dir, host.name), '--profile', 'node', '--no-mdns', '--no-bittorrent'];
    // On all addresses, so that its gateway has the IPv6 one too.
    const listen = ['--listen', `0.0.0.0:${overlayPort}`];
    const cli = startCli(['supernode', ...listen, ...profile, ...entrances, ...loud(logs)], {}, host.inside);
    keepLogs(cli, host.name, logs);
    started.push({ host, cli, found });
    // oxlint-disable-next-line no-await-in-loop -- see above
    await cli.waitFor(isEvent('supernode', { publicAddress: found }), `${host.name} is up`);
  }
  return started;
}
