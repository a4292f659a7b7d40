import type { NetworkView, Settings } from '../../../preload/contract/index.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';

const modes: Readonly<Record<Settings['supernodeMode'], string>> = { auto: 'when it can', on: 'always', off: 'never' };

/** What a computer is to others, for people. */
export function helpingText({ supernode, supernodeMode, role, recordsHeld, carrying }: NetworkView): string {
  const { mailbox, calls, pairs, gatewayClients, ever } = carrying;
  const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  return [
    `This computer helps others ${modes[supernodeMode]}: ${supernode ? 'it does now' : 'it does not now'} (${role.reason})`,
    `keeps ${recordsHeld} directory entries and ${mailbox.items} sealed messages, ${mib(mailbox.bytes)} MiB`,
    `carries ${calls} calls, ${pairs} connections, ${gatewayClients} computers behind strict firewalls (${carrying.state})`,
    ever === null ? 'carried nothing yet' : `carried ${ever.calls} calls, ${mib(ever.bytes)} MiB since ${ever.sinceDay}`,
  ].join('\n');
}

/** Says what this computer is to others; before that, if it is told to, changes whether it is anything. */
export async function helping(
  { engine, output, signal }: CommandContext,
  mode: Settings['supernodeMode'] | null,
): Promise<ExitCode> {
  const { client } = engine;
  if (mode !== null) await client.settings.update({ supernodeMode: mode }, { signal });
  for await (const view of await client.network.watch(undefined, { signal })) {
    if (view.status === 'starting') continue;
    const { supernode, supernodeMode, role, recordsHeld, carrying } = view;
    output.say('helping', { supernode, supernodeMode, role, recordsHeld, carrying }, helpingText(view));
    return exitCode.ok;
  }
  return exitCode.interrupted;
}
