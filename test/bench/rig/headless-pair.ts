import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BridgeClient, ContactView } from '../../../preload/contract/index.ts';
import { connectBridge, connectLocal, locateProfile } from '../../../main/shell/index.ts';
import { isEvent, runCli, startCli, type CliProcess } from '../../lab/cli-process.ts';

const names = { caller: 'bench-caller', callee: 'bench-callee' } as const;
type Role = keyof typeof names;

/** One person's running engine: the command line's process, and the bench attached to it as a second window would be. */
export interface Person {
  readonly cli: CliProcess;
  readonly pid: number;
  readonly client: BridgeClient;
  /** The other one. */
  readonly contact: ContactView;
  close(): void;
}

/** Two accounts that are contacts, and a supernode; three processes and nobody else. */
export interface Village {
  /** Starts both engines, resolves when each sees the other online, and stops them after `work`. */
  withPair<T>(
    work: (caller: Person, callee: Person) => Promise<T>,
    args?: Partial<Record<Role, readonly string[]>>,
  ): Promise<T>;
  stop(): Promise<void>;
}

export async function buildVillage(dir: string): Promise<Village> {
  const home = join(dir, 'village');
  mkdirSync(home, { recursive: true });
  const node = startCli(['supernode', '--home', home, '--profile', 'node', '--listen', '127.0.0.1:0', '--no-mdns']);
  const up = await node.waitFor(
    (event) => event.event === 'supernode' && typeof event['publicAddress'] === 'string',
    'the supernode is up',
  );
  const base = (role: Role): string[] => [
    ...['--home', home, '--profile', role, '--no-mdns', '--listen', '127.0.0.1:0', '--bootstrap', String(up['publicAddress'])],
  ];
  const stop = async (): Promise<void> => {
    node.kill();
    await node.exited;
  };
  const start = (role: Role, args: readonly string[]): CliProcess =>
    startCli(['run', '--auto-accept', ...args, ...base(role)]);

  const attach = async (role: Role, cli: CliProcess): Promise<Person> => {
    await cli.waitFor(isEvent('running'), `${role} runs`);
    const port = await connectLocal(locateProfile({ home, name: role }).socketPath);
    if (port === null || cli.process.pid === undefined) throw new Error(`${role} can't be attached to`);
    const client = connectBridge(port);
    const contact = await onlineContact(client);
    return { cli, pid: cli.process.pid, client, contact, close: () => port.close() };
  };

  try {
    await Promise.all([runCli(['signup', names.caller, ...base('caller')]), runCli(['signup', names.callee, ...base('callee')])]);
    const callee = start('callee', []);
    await callee.waitFor(isEvent('network', { status: 'connected' }), 'the callee is connected');
    await runCli(['contacts', 'add', names.callee, ...base('caller')]);
    await callee.waitFor(isEvent('request'), 'the request came');
    await callee.interrupt();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    async withPair(work, args = {}) {
      const running = { caller: start('caller', args.caller ?? []), callee: start('callee', args.callee ?? []) };
      const people: Person[] = [];
      try {
        const [caller, callee] = await Promise.all([attach('caller', running.caller), attach('callee', running.callee)]);
        people.push(caller, callee);
        return await work(caller, callee);
      } finally {
        for (const person of people) person.close();
        await Promise.all(Object.values(running).map((cli) => cli.interrupt()));
      }
    },
    stop,
  };
}

const onlineLimitMs = 60_000;

async function onlineContact(client: BridgeClient): Promise<ContactView> {
  const changes = await client.contacts.watch(undefined, { signal: AbortSignal.timeout(onlineLimitMs) });
  for await (const change of changes) {
    const contacts = change.type === 'snapshot' ? change.items : change.type === 'upsert' ? [change.item] : [];
    const online = contacts.find(({ presence }) => presence.state === 'online');
    if (online !== undefined) return online;
  }
  throw new Error('nobody came online');
}
