import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { credentialsFor, encodeTicket, relayId, type TicketSide } from '../../main/tickets/index.ts';
import { isEvent, runCli, startCli, type CliEvent, type CliProcess } from '../lab/cli-process.ts';
import { TurnCaller } from '../unit/relay/turn-caller.ts';
import { calleeDevice, calleeDh, callerDevice, callerDh, signBoth } from '../unit/tickets/tickets.ts';

const home = mkdtempSync(join(tmpdir(), 'lilliput-server-'));
const entry = fileURLToPath(new URL('support/loopback-supernode.ts', import.meta.url));
const running: CliProcess[] = [];
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  for (const each of running.splice(0)) {
    each.kill();
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await each.exited;
  }
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function start(profile: string, host: string, ...args: string[]): CliProcess {
  const node = startCli(
    ['supernode', '--home', home, '--profile', profile, '--listen', `${host}:0`, '--metrics', '0', ...args],
    {},
    [],
    entry,
  );
  running.push(node);
  return node;
}

/** What a scraper sees, by name. */
async function figures(node: CliProcess): Promise<ReadonlyMap<string, number>> {
  const { port } = await node.waitFor(isEvent('metrics'), 'it tells figures');
  const text = await (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

async function health(node: CliProcess): Promise<readonly [status: number, words: unknown]> {
  const { port } = await node.waitFor(isEvent('metrics'), 'it tells figures');
  const answer = await fetch(`http://127.0.0.1:${String(port)}/health`);
  return [answer.status, await answer.json()];
}

interface Call {
  /** Voice packets that arrived at the other side. */
  readonly heard: () => number;
  /** One more end of the same call, with a ticket as good as the others’; the error's code, or null. */
  another(): Promise<number | null>;
  hangUp(): void;
}

/** Both ends of a call as the relay sees it: tickets of two devices, an allocation each, 50 packets a second each way. */
async function callThrough(node: CliProcess): Promise<Call> {
  const { host, port } = await node.waitFor(isEvent('relay', { transport: 'udp' }), 'its relay listens');
  const { key } = await node.waitFor(isEvent('relay-key'), 'it says its key');
  const relay = { host: String(host), port: Number(port) };
  const relayKey = Buffer.from(String(key), 'hex');
  const ticket = encodeTicket({
    call: new Uint8Array(16).fill(5),
    caller: callerDevice.publicKey,
    callee: calleeDevice.publicKey,
    callerDh: callerDh.publicKey,
    calleeDh: calleeDh.publicKey,
    from: Math.floor(Date.now() / 1000),
    relays: [relayId(relayKey)],
  });
  const end = async (side: TicketSide, from: string): Promise<TurnCaller> => {
    const secret = side === 'caller' ? callerDh.secretKey : calleeDh.secretKey;
    const credentials = credentialsFor(side, signBoth(ticket), secret, relayKey);
    if (credentials === null) throw new Error('no credentials');
    const caller = await TurnCaller.open(relay, credentials, { host: from, port: 0 });
    opened.push(caller);
    return caller;
  };
  const [one, other] = [await end('caller', '127.91.0.1'), await end('callee', '127.92.0.1')];
  const [[oneAt], [otherAt]] = [(await one.allocate()).relayed, (await other.allocate()).relayed];
  if (oneAt === undefined || otherAt === undefined) throw new Error('no allocation');
  await one.bind(0x4000, otherAt);
  await other.bind(0x4000, oneAt);
  const voice = setInterval(() => {
    one.sendChannel(0x4000, Buffer.alloc(100));
    other.sendChannel(0x4000, Buffer.alloc(100));
  }, 20);
  const hangUp = (): void => clearInterval(voice);
  opened.push({ close: hangUp });
  const another = async (): Promise<number | null> => (await (await end('callee', '127.93.0.1')).allocate()).code;
  return { heard: () => other.got.length, another, hangUp };
}

describe('a supernode as a server', () => {
  it('tells figures and health, waits for a call before it goes, and takes none on', { timeout: 120_000 }, async () => {
    const node = start('drains', '127.61.0.1', '--wait-for-calls', '60');
    await expect.poll(async () => (await health(node))[0], { timeout: 20_000 }).toBe(200);
    const call = await callThrough(node);
    await expect.poll(async () => (await figures(node)).get('lilliput_calls'), { timeout: 20_000 }).toBe(1);
    await expect.poll(async () => (await figures(node)).get('lilliput_carried_calls_total'), { timeout: 20_000 }).toBe(1);
    expect(await call.another()).toBeNull();
    const seen = await figures(node);
    expect(seen.get('lilliput_relay_allocations')).toBeGreaterThanOrEqual(2);
    expect(seen.get('lilliput_supernode')).toBe(1);
    expect(seen.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);

    node.process.kill('SIGTERM');
    await node.waitFor(isEvent('drain', { step: 'waiting', calls: 1 }), 'it waits for the call');
    expect(await health(node)).toMatchObject([503, { draining: true, supernode: false, reason: 'leaving' }]);
    expect(await call.another()).toBe(486);
    const before = call.heard();
    await expect.poll(() => call.heard(), { timeout: 10_000 }).toBeGreaterThan(before + 50);
    expect(node.events.some(isEvent('drain', { step: 'done' }))).toBe(false);
    call.hangUp();
    await node.waitFor(isEvent('drain', { step: 'done', calls: 0 }), 'nobody needs it any more');
    expect(await node.exited).toBe(0);
  });

  it('ends at once at a second signal, whoever is in a call', { timeout: 120_000 }, async () => {
    const node = start('hurries', '127.62.0.1', '--wait-for-calls', '600');
    await callThrough(node);
    await expect.poll(async () => (await figures(node)).get('lilliput_calls'), { timeout: 20_000 }).toBe(1);
    node.process.kill('SIGTERM');
    await node.waitFor(isEvent('drain', { step: 'waiting', calls: 1 }), 'it waits for the call');
    // Signals that come together are one wish, so it is repeated until it is heard as another.
    const again = setInterval(() => node.process.kill('SIGTERM'), 400);
    expect(await node.exited).toBe(130);
    clearInterval(again);
  });

  it(
    'hands on what it holds when it goes, is forgotten at once, and is there again with all of it after a restart',
    { timeout: 120_000 },
    async () => {
      const isUp = (event: CliEvent): boolean => typeof event['publicAddress'] === 'string';
      const stays = start('stays', '127.63.0.1');
      const at = String((await stays.waitFor(isUp, 'it is up'))['publicAddress']);
      const goes = start('goes', '127.64.0.1', '--bootstrap', at);
      await expect.poll(async () => (await figures(stays)).get('lilliput_nodes_heard'), { timeout: 30_000 }).toBe(1);
      await runCli(['signup', 'juniper', '--home', home, '--listen', '127.66.0.1:0', '--no-mdns', '--bootstrap', at]);
      await expect.poll(async () => (await figures(goes)).get('lilliput_records'), { timeout: 30_000 }).toBe(1);
      goes.process.kill('SIGTERM');
      await goes.waitFor(isEvent('drain', { step: 'handed-on', records: 1, of: 1 }), 'it handed its record on');
      expect(await goes.exited).toBe(0);
      // Figures follow a moment later; to find out by silence would take 13 s.
      await expect.poll(async () => (await figures(stays)).get('lilliput_nodes_heard'), { timeout: 5_000 }).toBe(0);
      const again = start('goes', '127.64.0.1');
      await expect.poll(async () => (await figures(again)).get('lilliput_records'), { timeout: 30_000 }).toBe(1);
      await expect.poll(async () => (await figures(stays)).get('lilliput_nodes_heard'), { timeout: 30_000 }).toBe(1);
    },
  );
});

describe('its file', () => {
  const withFile = (text: string): CliProcess => {
    const file = join(home, 'server.json');
    writeFileSync(file, text);
    const node = startCli(['supernode', '--home', home, '--profile', 'filed', '--config', file]);
    running.push(node);
    return node;
  };

  it('says what the options say', { timeout: 60_000 }, async () => {
    const node = withFile('{"listen": "127.65.0.1:0", "mdns": false, "metrics": "127.0.0.1:0", "gateway-port": 0}');
    const up = await node.waitFor((event) => isEvent('supernode')(event) && event['publicAddress'] !== null, 'it is up');
    expect(String(up['publicAddress'])).toContain('127.65.0.1:');
    expect((await figures(node)).get('lilliput_supernode')).toBe(1);
    expect(await node.interrupt()).toBe(0);
  });

  it.each([
    ['an option that there is not', '{"listten": "127.0.0.1:0"}', 'listten'],
    ['a value of another kind', '{"metrics": 9464}', 'metrics'],
    ['no JSON', '{"listen": ', 'server.json'],
  ])('that has %s is refused, and the place is named', { timeout: 30_000 }, async (_what, text, place) => {
    const node = withFile(text);
    expect(await node.exited).not.toBe(0);
    expect(JSON.stringify(node.events)).toContain(place);
  });
});
