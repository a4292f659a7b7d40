import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { addressesOf, attribute, method, readStun, StunWriter } from '../../main/stun/index.ts';
import { isEvent, startCli, type CliProcess } from '../lab/cli-process.ts';

const home = mkdtempSync(join(tmpdir(), 'lilliput-stun-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const supernode = (profile: string, ...args: string[]): CliProcess =>
  startCli([
    'supernode',
    '--home',
    home,
    '--profile',
    profile,
    '--no-mdns',
    '--no-bittorrent',
    '--listen',
    '127.0.0.1:0',
    ...args,
  ]);

/** Repeats the request until there is an answer, as STUN's clients do. */
async function ask(host: string, port: number, kind: number): Promise<{ readonly own: number; readonly answer: Buffer }> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const request = Buffer.alloc(64);
  const length = new StunWriter(request, kind, 'request', Buffer.alloc(12, 9)).finish(null, true);
  const repeat = setInterval(() => socket.send(request, 0, length, port, host), 200);
  try {
    const [answer] = (await once(socket, 'message')) as [Buffer];
    return { own: socket.address().port, answer };
  } finally {
    clearInterval(repeat);
    socket.close();
  }
}

it(
  'a supernode that nobody outside can reach tells whoever asks where they are seen from, and relays for nobody',
  { timeout: 60_000 },
  async () => {
    const node = supernode('node');
    try {
      const { host, port } = await node.waitFor(isEvent('relay', { transport: 'udp' }), 'its relay listens');
      const binding = await ask(String(host), Number(port), method.binding);
      const message = readStun(binding.answer);
      expect(message).toMatchObject({ class: 'success', hasFingerprint: true });
      expect(message && addressesOf(message, attribute.xorMappedAddress)).toEqual([
        { family: 4, host: '127.0.0.1', port: binding.own },
      ]);
      const allocate = await ask(String(host), Number(port), method.allocate);
      expect(readStun(allocate.answer)?.class).toBe('error');
    } finally {
      expect(await node.interrupt()).toBe(0);
    }
  },
);

it(
  'a port that is taken is said, the node goes on, and the relay begins when the port is free',
  { timeout: 60_000 },
  async () => {
    const taken = createSocket('udp4');
    taken.bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address();
    const node = supernode('taken', '--relay', `127.0.0.1:${port}`);
    try {
      expect(await node.waitFor(isEvent('relay-failed'), 'it says so')).toMatchObject({ code: 'EADDRINUSE' });
      await node.waitFor((event) => isEvent('supernode')(event) && event['publicAddress'] !== null, 'the node is up');
      taken.close();
      expect(await node.waitFor(isEvent('relay', { transport: 'udp' }), 'its relay listens')).toMatchObject({ port });
    } finally {
      await node.interrupt();
    }
  },
);
