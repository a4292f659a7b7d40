import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLocalRendezvous } from '../../../../main/overlay/joining/local-rendezvous.ts';
import { nodesIn } from '../../../../main/overlay/joining/mdns.ts';

describe('the rendezvous of one machine', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rendezvous-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const open = (token: string) => createLocalRendezvous(join(directory, 'nodes'), token, () => Date.now());

  test('two nodes see each other, and not themselves', () => {
    const [first, second] = [open('00000001'), open('00000002')];
    first.publish({ host: '127.0.0.1', port: 1 });
    second.publish({ host: '127.0.0.1', port: 2 });
    expect(first.list()).toEqual([{ host: '127.0.0.1', port: 2 }]);
    expect(second.list()).toEqual([{ host: '127.0.0.1', port: 1 }]);
    first.withdraw();
    expect(second.list()).toEqual([]);
  });

  test('nobody has published: nobody is there', () => {
    expect(open('00000001').list()).toEqual([]);
  });

  test('the dead and the silent are forgotten', () => {
    const [first, second] = [open('00000001'), open('00000002')];
    first.publish({ host: '127.0.0.1', port: 1 });
    const folder = join(directory, 'nodes');
    // A process id beyond Linux's largest: nobody's.
    writeFileSync(join(folder, 'node-4194999-00000003.json'), '{"host":"127.0.0.1","port":3}');
    const [own = ''] = readdirSync(folder).filter((name) => name.includes('00000001'));
    expect(second.list()).toEqual([{ host: '127.0.0.1', port: 1 }]);
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(join(folder, own), longAgo, longAgo);
    expect(second.list()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    // It was only slow: it says so again.
    first.publish({ host: '127.0.0.1', port: 1 });
    expect(second.list()).toEqual([{ host: '127.0.0.1', port: 1 }]);
  });

  test.each(['', '{', 'null', '{"host":"example.org","port":1}', '{"host":"127.0.0.1","port":0}', `{"x":"${'x'.repeat(500)}"}`])(
    'nonsense in a file (%#) is no node',
    (text) => {
      const rendezvous = open('00000001');
      rendezvous.publish({ host: '127.0.0.1', port: 1 });
      writeFileSync(join(directory, 'nodes', `node-${process.pid}-00000009.json`), text);
      expect(rendezvous.list()).toEqual([]);
    },
  );
});

describe('answers by multicast DNS', () => {
  const service = '_lilliput._udp.local';
  const answer = (host: string, port: number, name = `0000000a.${service}`) => ({
    answers: [{ name: service, type: 'PTR', ttl: 120, data: name }],
    additionals: [
      { name, type: 'SRV', ttl: 120, data: { port, target: '0000000a.local', priority: 0, weight: 0 } },
      { name: '0000000a.local', type: 'A', ttl: 120, data: host },
    ],
  });

  test('name a neighbour', () => {
    expect(nodesIn(answer('192.168.1.7', 5000), `0000000b.${service}`)).toEqual([{ host: '192.168.1.7', port: 5000 }]);
  });

  test.each([
    ['ourselves', answer('192.168.1.7', 5000, `0000000b.${service}`)],
    ['a stranger’s public address', answer('8.8.8.8', 53)],
    ['no address', answer('fe80::1', 53)],
    ['no port', answer('192.168.1.7', 0)],
    ['another service', answer('192.168.1.7', 631, 'printer._ipp._tcp.local')],
    ['nothing', null],
    ['records without end', { answers: Array.from({ length: 1_000 }, () => ({ type: 'A' })), additionals: [] }],
  ])('that name %s are ignored', (_name, packet) => {
    expect(nodesIn(packet, `0000000b.${service}`)).toEqual([]);
  });
});
