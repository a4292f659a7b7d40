import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BridgeClient, ContactView } from '../../../preload/contract/index.ts';
import { connectBridge, connectLocal, locateProfile } from '../../../main/shell/index.ts';
import { isEvent, startCli, type CliProcess } from '../../lab/cli-process.ts';
import { itemsOf, watch } from './watched.ts';

const roles = ['caller', 'callee'] as const;
type Role = (typeof roles)[number];
const nameOf = (role: Role): string => `bench-${role}`;

/** One person's running engine: the command line's process, and the bench attached to it as a second window would be. */
export interface Person {
  readonly cli: CliProcess;
  readonly pid: number;
  readonly client: BridgeClient;
  close(): void;
}

export interface Friend extends Person {
  /** The other one, online. */
  readonly contact: ContactView;
}

/** Two new accounts that are contacts and see each other online, and a supernode: three processes and nobody else. */
export interface HeadlessPair {
  people(): { readonly caller: Friend; readonly callee: Friend };
  /** Ends all three in good order and starts them again at the same moment; resolves when each friend sees the other. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPair(dir: string): Promise<HeadlessPair> {
  const home = join(dir, 'pair');
  mkdirSync(home, { recursive: true });
  const startNode = (): CliProcess =>
    startCli(['supernode', '--home', home, '--profile', 'node', '--listen', '127.0.0.1:0', '--no-mdns', '--no-bittorrent']);
  let node = startNode();
  const up = await node.waitFor(
    (event) => event.event === 'supernode' && typeof event['publicAddress'] === 'string',
    'the supernode is up',
  );

  async function start(role: Role): Promise<Person> {
    const place = ['--home', home, '--profile', role, '--listen', '127.0.0.1:0'];
    const cli = startCli([
      'run',
      '--auto-accept',
      ...place,
      '--no-mdns',
      '--no-bittorrent',
      '--bootstrap',
      String(up['publicAddress']),
    ]);
    await cli.waitFor(isEvent('running'), `${role} runs`);
    const port = await connectLocal(locateProfile({ home, name: role }).socketPath);
    if (port === null || cli.process.pid === undefined) throw new Error(`${role} can't be attached to: ${cli.stderr()}`);
    return { cli, pid: cli.process.pid, client: connectBridge(port), close: () => port.close() };
  }

  let running: readonly Person[] = [];
  let friends: { readonly caller: Friend; readonly callee: Friend } | null = null;
  const end = async (): Promise<void> => {
    for (const person of running) person.close();
    await Promise.all(running.map(({ cli }) => cli.interrupt()));
    running = [];
  };
  const begin = async (beforehand: (caller: Person, callee: Person) => Promise<void>): Promise<void> => {
    const [caller, callee] = await Promise.all([start('caller'), start('callee')]);
    running = [caller, callee];
    await beforehand(caller, callee);
    const [callersFriend, calleesFriend] = await Promise.all([onlineContact(caller), onlineContact(callee)]);
    friends = { caller: { ...caller, contact: callersFriend }, callee: { ...callee, contact: calleesFriend } };
  };
  const stop = async (): Promise<void> => {
    await end();
    node.kill();
    await node.exited;
  };

  try {
    await begin(async (caller, callee) => {
      await Promise.all([signUp(caller, nameOf('caller')), signUp(callee, nameOf('callee'))]);
      await caller.client.contacts.request({ name: nameOf('callee'), note: '' });
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    people() {
      if (friends === null) throw new Error('nobody is there');
      return friends;
    },
    async restart() {
      await Promise.all([end(), node.interrupt()]);
      // Not waited for, and where it was before.
      node = startNode();
      await begin(async () => undefined);
    },
    stop,
  };
}

async function signUp({ client }: Person, name: string): Promise<void> {
  for await (const progress of await client.account.signUp({ name })) if (progress.step === 'done') return;
  throw new Error(`${name} has no account`);
}

async function onlineContact({ client }: Person): Promise<ContactView> {
  const contacts = await watch((signal) => client.contacts.watch(undefined, { signal }), itemsOf);
  try {
    return (await contacts.first(({ presence }) => presence.state === 'online', 'the other is online')).item;
  } finally {
    contacts.stop();
  }
}
