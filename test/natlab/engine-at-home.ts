import { join } from 'node:path';
import { connectBridge, connectLocal, locateProfile } from '../../main/shell/index.ts';
import type { AccountKeyText, BridgeClient, ContactView } from '../../preload/contract/index.ts';
import { itemsOf, watch, type Watched } from '../bench/rig/watched.ts';
import { startCli, type CliEvent, type CliProcess } from '../lab/cli-process.ts';
import type { Home } from './internet.ts';
import { keepLogs, loud } from './logs.ts';

const profile = 'lab';

/** The whole app without a window in a home, signed in, that answers every call and says yes to everybody. */
export interface EngineAtHome {
  readonly home: Home;
  readonly name: string;
  readonly accountKey: AccountKeyText;
  readonly cli: CliProcess;
  readonly client: BridgeClient;
  readonly contacts: Watched<ContactView>;
  close(): void;
}

export interface EngineOptions {
  /** Gets the profile. */
  readonly dir: string;
  /** WAV file: what its microphone hears. */
  readonly speech: string;
  /** Options that name supernodes to begin with. */
  readonly entrances: readonly string[];
  /** Folder for what it says; null: nowhere. */
  readonly logs: string | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** @throws Error, AppError if it finds no network or the name can't be had */
export async function startEngine(
  home: Home,
  { dir, speech, entrances, logs, environment }: EngineOptions,
): Promise<EngineAtHome> {
  const place = ['--home', join(dir, home.name), '--profile', profile, '--no-mdns', '--no-bittorrent'];
  const run = ['run', '--auto-answer', '--auto-accept', '--play', speech];
  const cli = startCli([...run, ...place, ...entrances, ...loud(logs)], environment, home.inside);
  keepLogs(cli, home.name, logs);
  try {
    await cli.waitFor((event) => event.event === 'running', `the engine of ${home.name} runs`);
    const port = await connectLocal(locateProfile({ home: join(dir, home.name), name: profile }).socketPath);
    if (port === null) throw new Error(`the engine of ${home.name} can't be attached to: ${cli.stderr()}`);
    try {
      const client = connectBridge(port);
      await cli.waitFor(isPartOfNetwork, `${home.name} is part of the network`);
      // Longer than six letters: little work.
      const name = `nat-lab-${home.name}`;
      const accountKey = await signUp(client, name);
      const contacts = await watch((signal) => client.contacts.watch(undefined, { signal }), itemsOf<ContactView>);
      return {
        home,
        name,
        accountKey,
        cli,
        client,
        contacts,
        close() {
          contacts.stop();
          port.close();
          cli.kill();
        },
      };
    } catch (error) {
      port.close();
      throw error;
    }
  } catch (error) {
    cli.kill();
    throw error;
  }
}

/** By itself, or carried by gateways. */
const isPartOfNetwork = (event: CliEvent): boolean =>
  event.event === 'network' && (Number(event['nodesHeard']) > 0 || event['status'] === 'limited');

async function signUp(client: BridgeClient, name: string): Promise<AccountKeyText> {
  for await (const progress of await client.account.signUp({ name })) if (progress.step === 'done') break;
  for await (const state of await client.account.watch(undefined)) if (state.kind === 'ready') return state.account.accountKey;
  throw new Error(`${name} signed up and has no account`);
}

/** Makes them contacts, and waits until the caller sees the other online. @throws Error if that does not come */
export async function befriend(caller: EngineAtHome, callee: EngineAtHome): Promise<void> {
  await caller.client.contacts.request({ name: callee.name, note: '' });
  await caller.contacts.first(
    ({ accountKey, presence }) => accountKey === callee.accountKey && presence.state === 'online',
    `${callee.home.name} is online for ${caller.home.name}`,
  );
}
