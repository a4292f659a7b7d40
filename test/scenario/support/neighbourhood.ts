import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBridge, connectLocal, locateProfile } from '../../../main/shell/index.ts';
import type { BridgeClient } from '../../../preload/contract/index.ts';
import { isEvent, isOnNetwork, runCli, startCli, type CliProcess } from '../../lab/cli-process.ts';

/** One supernode and some people, each in a process of their own on this machine; a person's profile is called as they are. Names of six letters and more: shorter ones cost more work. */
export interface Neighbourhood {
  readonly home: string;
  /** The supernode. */
  readonly bootstrap: { readonly host: string; readonly port: number };
  /** The options that every command of this person takes. */
  options(name: string): string[];
  signUp(...names: string[]): Promise<void>;
  /** Starts this person's node and waits until it is connected. */
  run(name: string, ...args: string[]): Promise<CliProcess>;
  /** Likewise, but says yes to nobody by itself. */
  runShy(name: string, ...args: string[]): Promise<CliProcess>;
  /** Runs one command as this person to its end. */
  command(name: string, ...args: string[]): ReturnType<typeof runCli>;
  /** What a page would have: the typed bridge of this person's running node. */
  bridge(name: string): Promise<BridgeClient>;
  /** `asking` asks and `asked` says yes; both run, and each sees the other online when this resolves. */
  befriend(asking: string, asked: string): Promise<void>;
  /** Ends this person's node as Ctrl C does. */
  leave(name: string): Promise<void>;
  /** Pulls the plug. */
  crash(name: string): Promise<void>;
  stop(): Promise<void>;
}

const hostPort = (text: string): Neighbourhood['bootstrap'] => {
  const { hostname, port } = new URL(`udp://${text}`);
  return { host: hostname, port: Number(port) };
};

const loopback = ['--no-mdns', '--no-bittorrent', '--listen', '127.0.0.1:0'];

export async function openNeighbourhood(...supernodeArgs: string[]): Promise<Neighbourhood> {
  const home = mkdtempSync(join(tmpdir(), 'lilliput-scenario-'));
  const running = new Map<string, CliProcess>();
  const node = startCli(['supernode', '--home', home, '--profile', 'node', ...loopback, ...supernodeArgs]);
  running.set('node', node);
  const up = await node.waitFor((event) => isEvent('supernode')(event) && event['publicAddress'] !== null, 'the supernode is up');
  const options = (name: string): string[] => [
    '--home',
    home,
    '--profile',
    name,
    '--bootstrap',
    String(up['publicAddress']),
    ...loopback,
  ];
  const bridge = async (name: string): Promise<BridgeClient> => {
    const port = await connectLocal(locateProfile({ home, name }).socketPath);
    if (port === null) throw new Error(`${name} does not run`);
    return connectBridge(port);
  };
  const seesOnline = async (name: string, friend: string): Promise<void> => {
    const cli = running.get(name);
    if (cli === undefined) throw new Error(`${name} does not run`);
    await cli.waitFor(isEvent('presence', { name: friend, state: 'online' }), `${name} sees ${friend} online`);
  };

  const runShy = async (name: string, ...args: string[]): Promise<CliProcess> => {
    const cli = startCli(['run', ...args, ...options(name)]);
    running.set(name, cli);
    await cli.waitFor(isOnNetwork, `${name} is connected`);
    return cli;
  };

  return {
    home,
    bootstrap: hostPort(String(up['publicAddress'])),
    options,
    bridge,
    async signUp(...names) {
      await Promise.all(names.map((name) => runCli(['signup', name, ...options(name)])));
    },
    run: (name, ...args) => runShy(name, '--auto-accept', ...args),
    runShy,
    command: (name, ...args) => runCli([...args, ...options(name)]),
    async befriend(asking, asked) {
      const client = await bridge(asking);
      await client.contacts.request({ name: asked, note: '' });
      await Promise.all([seesOnline(asking, asked), seesOnline(asked, asking)]);
    },
    async leave(name) {
      await running.get(name)?.interrupt();
    },
    async crash(name) {
      const cli = running.get(name);
      cli?.kill();
      await cli?.exited;
    },
    async stop() {
      for (const cli of running.values()) cli.kill();
      await Promise.all([...running.values()].map((cli) => cli.exited));
      rmSync(home, { recursive: true, force: true });
    },
  };
}
