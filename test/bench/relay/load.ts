import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { usageOf, type Usage } from '../rig/process-usage.ts';
import { TurnCaller } from '../../unit/relay/turn-caller.ts';
import type { RunningRelay } from './contenders.ts';

/** Between two packets of one end: 20 ms of Opus. */
const periodUs = 20_000;

/** Opus at 64 kbit/s, with RTP and SRTP. */
const payloadBytes = 172;

/** Before it is measured: a relay that was just started compiles its code. */
const warmSeconds = 2;

const channel = 0x4000;
const host = '127.0.0.1';

/** At the relay's own host there are only allocations. */
const elsewhere = '127.0.0.2';

/** Of the first end; the others follow. */
const firstPort = 20_000;

/** What one relay did in the measured seconds. */
export interface Carried {
  readonly sent: number;
  readonly received: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
  readonly elapsedMs: number;
}

/** `both`: each end of a call is a client of the relay; `one`: the other end is elsewhere, and hears from the relayed address. */
export type Ends = 'both' | 'one';

/** @returns path of the program */
export async function buildLoad(dir: string): Promise<string> {
  const built = join(dir, 'load');
  await promisify(execFile)('gcc', ['-O2', '-o', built, fileURLToPath(new URL('load.c', import.meta.url))]);
  return built;
}

/** Opens `calls` calls through a relay, and carries voice-like packets both ways. */
export async function carryCalls(
  program: string,
  relay: RunningRelay,
  { calls, ends, seconds }: { readonly calls: number; readonly ends: Ends; readonly seconds: number },
): Promise<Carried> {
  const endpoints: string[] = [];
  for (let call = 0; call < calls; call += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one by one: a relay is asked for much, not for all at once
    endpoints.push(...(await openCall(relay, firstPort + call * 2, ends)));
  }
  return run(program, endpoints, seconds, relay.pid);
}

/** The same packets without a relay: what the machine itself takes. */
export function carryDirectly(program: string, calls: number, seconds: number): Promise<Carried> {
  const lines = Array.from({ length: calls }, (_, call) => {
    const [a, b] = [firstPort + call * 2, firstPort + call * 2 + 1];
    return [`${host} ${a} ${host} ${b} 0`, `${host} ${b} ${host} ${a} 0`];
  });
  return run(program, lines.flat(), seconds, null);
}

/** The ends close their sockets: whoever sends from the same address goes on. @returns lines for the load program */
async function openCall(relay: RunningRelay, port: number, ends: Ends): Promise<readonly string[]> {
  const server = { host, port: relay.port };
  const account = { username: 'ada', password: 'analytical' };
  const near = await TurnCaller.open(server, account, { host, port });
  const nearAt = (await near.allocate()).relayed[0];
  if (nearAt === undefined) throw new Error('no allocation');
  if (ends === 'one') {
    await near.bind(channel, { family: 4, host: elsewhere, port });
    await near.close();
    return [`${host} ${port} ${host} ${relay.port} ${channel}`, `${elsewhere} ${port} ${host} ${nearAt.port} 0`];
  }
  const far = await TurnCaller.open(server, account, { host, port: port + 1 });
  const farAt = (await far.allocate()).relayed[0];
  if (farAt === undefined) throw new Error('no allocation');
  await Promise.all([near.bind(channel, farAt), far.bind(channel, nearAt)]);
  await Promise.all([near.close(), far.close()]);
  return [port, port + 1].map((from) => `${host} ${from} ${host} ${relay.port} ${channel}`);
}

async function run(program: string, endpoints: readonly string[], seconds: number, pid: number | null): Promise<Carried> {
  const args = [String(warmSeconds), String(seconds), String(periodUs), String(payloadBytes)];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(`${endpoints.join('\n')}\n`);
  const usage = (): Promise<Usage | null> => (pid === null ? Promise.resolve(null) : usageOf(pid));
  let before: Usage | null = null;
  let after: Usage | null = null;
  let report = '';
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'begin') before = await usage();
    else if (line === 'end') after = await usage();
    else report = line;
  }
  if (report === '') throw new Error('the load did not run to its end');
  // What load.c prints.
  const { sent, received, p50Us, p99Us } = JSON.parse(report) as Readonly<
    Record<'sent' | 'received' | 'p50Us' | 'p99Us', number>
  >;
  return {
    sent,
    received,
    p50Ms: p50Us / 1000,
    p99Ms: p99Us / 1000,
    cpuMs: (after?.cpuMs ?? 0) - (before?.cpuMs ?? 0),
    elapsedMs: (after?.atMs ?? 0) - (before?.atMs ?? 0),
  };
}
