import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../main/cli/arguments.ts';
import { usage } from '../../../main/cli/usage.ts';
import { bitTorrentRouters } from '../../../main/shell/index.ts';
import { AppError } from '../../../main/ports/app-error.ts';

const failureOf = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('the command line', () => {
  it('reads a call with its files and options', () => {
    const line = parseCommandLine([
      'call',
      'wren',
      '--play',
      'a.wav',
      '--record',
      'b.wav',
      '--seconds',
      '12',
      '--profile',
      'two',
      '--json',
    ]);
    expect(line.command).toEqual({
      kind: 'call',
      name: 'wren',
      files: { play: 'a.wav', record: 'b.wav', trace: null },
      seconds: 12,
    });
    expect(line.common).toMatchObject({ profile: 'two', json: true, wait: 30, mdns: true });
  });

  it.each(['run', 'call', 'echo'])('says of %s that it plays, records and traces, and takes that', (verb) => {
    const line = usage.split('\n').find((text) => text.startsWith(`  ${verb} `));
    expect(line).toMatch(/\[--play WAV\] \[--record WAV\].* \[--trace FILE\]$/u);
    const name = verb === 'call' ? ['wren'] : [];
    const { command } = parseCommandLine([verb, ...name, '--play', 'a.wav', '--record', 'b.wav', '--trace', 'c.jsonl']);
    expect(command).toMatchObject({ files: { play: 'a.wav', record: 'b.wav', trace: 'c.jsonl' } });
  });

  it('reads a check, which keeps the address to itself unless told', () => {
    expect(parseCommandLine(['check']).command).toEqual({ kind: 'check', showAddress: false });
    expect(parseCommandLine(['check', '--show-address']).command).toEqual({ kind: 'check', showAddress: true });
    expect(failureOf(() => parseCommandLine(['check', 'wren']))).toMatchObject({ code: 'BAD_INPUT', reason: 'usage' });
  });

  it('reads an invitation, and refuses what is none', () => {
    const link = `lilliput:wren?key=${'a'.repeat(64)}&via=127.0.0.1:4000`;
    expect(parseCommandLine(['signup', 'bob', '--invitation', link]).common.invitation).toEqual([
      { host: '127.0.0.1', port: 4000 },
    ]);
    expect(() => parseCommandLine(['signup', 'bob', '--invitation', 'lilliput:wren'])).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
  });

  it('goes to BitTorrent’s DHT unless it is told not to, and where it is told', () => {
    expect(parseCommandLine(['run']).common.bittorrent).toBe(true);
    expect(parseCommandLine(['run', '--no-bittorrent']).common.bittorrent).toBe(false);
    const named = parseCommandLine(['run', '--bittorrent-node', '127.0.0.1:6881']).common;
    expect(named.bittorrentNodes).toEqual([{ host: '127.0.0.1', port: 6881 }]);
    const anywhere = { host: '0.0.0.0', port: 0 };
    expect(bitTorrentRouters(true, undefined, anywhere).length).toBeGreaterThan(0);
    expect(bitTorrentRouters(false, undefined, anywhere)).toEqual([]);
    expect(bitTorrentRouters(true, undefined, { host: '127.0.0.1', port: 0 })).toEqual([]);
    expect(bitTorrentRouters(true, named.bittorrentNodes, anywhere)).toEqual(named.bittorrentNodes);
  });

  it('reads several bootstrap nodes, IPv6 in brackets', () => {
    const line = parseCommandLine(['lookup', 'wren', '--bootstrap', '127.0.0.1:4000', '--bootstrap', '[::1]:4001', '--no-mdns']);
    expect(line.common.bootstrap).toEqual([
      { host: '127.0.0.1', port: 4000 },
      { host: '::1', port: 4001 },
    ]);
    expect(line.common.mdns).toBe(false);
  });

  it('reads where a supernode relays, and how the world sees it', () => {
    const read = (...argv: string[]) => parseCommandLine(['supernode', ...argv]).command;
    expect(read('--listen', '0.0.0.0:49737')).toMatchObject({
      kind: 'supernode',
      relay: { host: '0.0.0.0', port: 49_738 },
      publicHost: null,
      ports: null,
    });
    expect(read('--relay', '10.0.0.5:3478', '--relay-public', '5.6.7.8', '--relay-ports', '50000-50100')).toMatchObject({
      kind: 'supernode',
      relay: { host: '10.0.0.5', port: 3478 },
      publicHost: '5.6.7.8',
      ports: { first: 50_000, last: 50_100 },
    });
  });

  it('reads what a server gives and how it goes; figures stay on its computer unless told', () => {
    const read = (...argv: string[]) => parseCommandLine(['supernode', ...argv]).command;
    expect(read()).toMatchObject({
      metrics: null,
      waitForCallsSeconds: 600,
      caps: { allocations: 1_000, totalBytesPerSecond: 12_500_000 },
      mailboxBytes: null,
    });
    const said = ['--metrics', '9464', '--wait-for-calls', '0', '--allocations', '8', '--megabits-per-second', '1'];
    expect(read(...said, '--mailbox-megabytes', '500')).toMatchObject({
      metrics: { host: '127.0.0.1', port: 9_464 },
      waitForCallsSeconds: 0,
      caps: { allocations: 8, totalBytesPerSecond: 125_000 },
      mailboxBytes: 500_000_000,
    });
    expect(read('--metrics', '10.0.0.5:9464')).toMatchObject({ metrics: { host: '10.0.0.5', port: 9_464 } });
  });

  it('reads whether to help others', () => {
    const read = (...argv: string[]) => parseCommandLine(['helping', ...argv]).command;
    expect(
      [read(), read('when-it-can'), read('always'), read('never')].map((command) => command.kind === 'helping' && command.mode),
    ).toEqual([null, 'auto', 'on', 'off']);
  });

  it.each([
    [['helping', 'maybe']],
    [['supernode', '--metrics', 'here']],
    [['supernode', '--wait-for-calls', 'long']],
    [['supernode', '--allocations', '0']],
    [['supernode', '--megabits-per-second', '0']],
    [['supernode', '--mailbox-megabytes', '-1']],
    [['supernode', '--relay', 'relay.example:3478']],
    [['supernode', '--relay', '[::1]:3478']],
    [['supernode', '--relay-public', 'relay.example']],
    [['supernode', '--relay-ports', '50000']],
    [['supernode', '--relay-ports', '50100-50000']],
    [['supernode', '--relay-ports', '0-70000']],
    [['call']],
    [['echo', 'wren']],
    [['fly']],
    [['contacts', 'hug', 'wren']],
    [['lookup', 'wren', 'otter']],
    [['lookup', 'wren', '--bootstrap', 'nowhere']],
    [['lookup', 'wren', '--profile', '../up']],
    [['call', 'wren', '--seconds', 'many']],
    [['restore']],
    [['lookup', '--nonsense', 'wren']],
  ])('refuses %j as a usage error', (argv) => {
    expect(() => parseCommandLine(argv)).toThrow(AppError);
  });

  it('never throws anything but an AppError, whatever is typed', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 }), { maxLength: 6 }), (argv) => {
        expect(failureOf(() => parseCommandLine(argv))).toSatisfy((error) => error === undefined || error instanceof AppError);
      }),
    );
  });
});
