import ioModule from 'dht-rpc/lib/io.js';
import { afterEach, expect, test, vi } from 'vitest';
import type { DhtNode } from '../../../native-shims/hyperdht/index.ts';
import { startPlainNode } from '../../sim/plain-node.ts';

// The package ships no types: this is what it calls every 750 ms to send what waits.
const Io = ioModule as { readonly prototype: { _drain(): void } };
const command = 200;
const nodes: DhtNode[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(nodes.splice(0).map((node) => node.destroy()));
});

test('of more requests than may be in flight, each answer sends one that waits', async () => {
  // oxlint-disable-next-line no-underscore-dangle -- the untyped library's own name
  vi.spyOn(Io.prototype, '_drain').mockImplementation(() => undefined);
  const server = await startPlainNode('127.93.1.1', null, {
    onRequest(request) {
      if (request.command !== command) return false;
      request.reply(Uint8Array.of(7));
      return true;
    },
  });
  const at = { host: '127.93.1.1', port: server.port() };
  const client = await startPlainNode('127.93.2.1', at);
  nodes.push(server, client);
  const ask = (index: number) => client.request({ command, target: new Uint8Array(32).fill(index), value: null }, at);
  const replies = await Promise.all(Array.from({ length: 250 }, (_, index) => ask(index)));
  expect(replies.every(({ value }) => value?.[0] === 7)).toBe(true);
});
