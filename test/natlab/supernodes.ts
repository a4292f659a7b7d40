import { join } from 'node:path';
import { startCli, type CliProcess } from '../lab/cli-process.ts';
import { keepLogs, loud } from './logs.ts';
import type { SupernodeHost } from './internet.ts';

/** The overlay of every supernode listens here. */
const overlayPort = 49_737;

export interface Supernode {
  readonly host: SupernodeHost;
  readonly cli: CliProcess;
  /** `address:port`, for `--bootstrap`. */
  readonly found: string;
}

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
    const profile = ['--home', join(dir, host.name), '--profile', 'node', '--no-mdns'];
    const cli = startCli(['supernode', '--listen', found, ...profile, ...entrances, ...loud(logs)], {}, host.inside);
    keepLogs(cli, host.name, logs);
    started.push({ host, cli, found });
    // oxlint-disable-next-line no-await-in-loop -- see above
    await cli.waitFor((event) => event.event === 'supernode' && typeof event['publicAddress'] === 'string', `${host.name} is up`);
  }
  return started;
}
