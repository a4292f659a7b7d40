/** What the command line says when things are not as they should be, in real processes: the documented exit code, and why. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket, type Socket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../native-shims/sqlite/index.ts';
import { isEvent, runCli, startCli, type CliEvent, type CliProcess } from '../lab/cli-process.ts';

const exit = { usage: 2, name: 4, storage: 7, profileInUse: 8, badInput: 9 } as const;

const home = mkdtempSync(join(tmpdir(), 'lilliput-cli-'));
const running: CliProcess[] = [];
afterEach(async () => {
  for (const cli of running) cli.kill();
  await Promise.all(running.splice(0).map((cli) => cli.exited));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Nobody is there to be found, so a profile's node is its own network. */
const at = (profile: string): string[] => [
  '--home',
  home,
  '--profile',
  profile,
  '--no-mdns',
  '--no-bittorrent',
  '--listen',
  '127.0.0.1:0',
];

async function open(profile: string): Promise<CliProcess> {
  const cli = startCli(['run', ...at(profile)]);
  running.push(cli);
  await cli.waitFor(isEvent('network', { status: 'alone' }), 'it runs');
  return cli;
}

function newProfile(name: string): string {
  const dir = join(home, name);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}

const complaint = (events: readonly CliEvent[]): CliEvent | undefined => events.find(isEvent('error'));

describe('a profile without a name', { timeout: 90_000 }, () => {
  it.each([
    ['contacts', 'list'],
    ['send', 'bob', 'hello'],
    ['call', 'bob'],
  ])('says so to %s %s', async (...command) => {
    newProfile('nameless');
    const events = await runCli([...command, ...at('nameless')], exit.name);
    expect(complaint(events)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });
});

describe('a profile that is open already', { timeout: 90_000 }, () => {
  it('can not be run a second time, and the first goes on', async () => {
    const first = await open('twice');
    const events = await runCli(['run', ...at('twice')], exit.profileInUse);
    expect(complaint(events)).toMatchObject({ code: 'PROFILE_IN_USE' });
    expect(complaint(events)).toHaveProperty('context.pid', first.process.pid);
    expect(first.process.exitCode).toBeNull();
  });

  it('takes other commands: they work through the node that runs', async () => {
    const first = await open('shared');
    await runCli(['signup', 'sharing', ...at('shared')]);
    expect(await runCli(['lookup', 'sharing', ...at('shared')])).toContainEqual(
      expect.objectContaining({ event: 'found', name: 'sharing' }),
    );
    expect(await runCli(['lookup', 'nobody-here', ...at('shared')], exit.name)).toContainEqual(
      expect.objectContaining({ event: 'not-found' }),
    );
    expect(await first.interrupt()).toBe(0);
    // The account belongs to the profile, not to the process that made it.
    const events = await runCli(['signup', 'another', ...at('shared')], exit.name);
    expect(complaint(events)).toMatchObject({ code: 'ALREADY_SIGNED_IN' });
  });

  it('is free again when its holder was killed', async () => {
    const first = await open('killed');
    first.kill();
    await first.exited;
    const second = await open('killed');
    expect(await second.interrupt()).toBe(0);
  });
});

describe('bad input', { timeout: 60_000 }, () => {
  it.each([
    ['an unknown command', ['dance']],
    ['an unknown option', ['run', '--loud']],
    ['a missing name', ['signup']],
    ['an address that is none', ['run', '--bootstrap', 'nowhere']],
    ['seconds that are none', ['call', 'somebody', '--seconds', '-1']],
  ])('%s is a usage error, with the usage', async (_, args) => {
    const cli = startCli(args);
    expect(await cli.exited).toBe(exit.usage);
    expect(complaint(cli.events)).toMatchObject({ code: 'BAD_INPUT', reason: 'usage' });
    expect(cli.stderr()).toContain('Exit codes');
  });

  it.each([
    ['a text', Buffer.from('Dear Ada, this is not a sound.')],
    ['nothing', Buffer.alloc(0)],
    ['half a header', Buffer.from('RIFF\u0024\0\0\0WAVEfmt ')],
  ])('a WAV that is %s is refused before anything is played', async (what, bytes) => {
    const wav = join(home, 'no.wav');
    writeFileSync(wav, bytes);
    const events = await runCli(['run', '--play', wav, ...at('wav')], exit.badInput);
    expect(complaint(events), what).toMatchObject({ code: 'BAD_WAV' });
  });

  it('a WAV that is not there is named', async () => {
    const events = await runCli(['run', '--play', join(home, 'missing.wav'), ...at('wav')], exit.badInput);
    expect(complaint(events)).toMatchObject({ code: 'BAD_WAV' });
  });

  it('a port that is taken is named', async () => {
    const taken = createSocket('udp4');
    const port = await bound(taken);
    try {
      const address = `127.0.0.1:${port}`;
      const events = await runCli(
        ['supernode', '--home', home, '--profile', 'port', '--no-mdns', '--no-bittorrent', '--listen', address],
        exit.badInput,
      );
      expect(JSON.stringify(complaint(events))).toContain(address);
    } finally {
      taken.close();
    }
  });
});

describe('a disk that is not as it was left', { timeout: 60_000 }, () => {
  it('garbage where the database was: kept aside byte for byte, said, and a new one begun', async () => {
    const dir = newProfile('garbage');
    const garbage = Buffer.alloc(8192, 'garbage');
    writeFileSync(join(dir, 'lilliput.db'), garbage);
    const cli = await open('garbage');
    const kept = readdirSync(dir).filter((file) => file.startsWith('lilliput.db.kept-'));
    expect(kept).toHaveLength(1);
    expect(readFileSync(join(dir, kept[0] ?? '')).equals(garbage)).toBe(true);
    const notice = await cli.waitFor(isEvent('storage-notice'), 'it says so');
    expect(notice).toMatchObject({ code: 'STORAGE_CORRUPT', keptAt: join(dir, kept[0] ?? '') });
  });

  it('a database that another program holds is named, and left alone', async () => {
    const dir = newProfile('locked');
    const other = await openSqlite(join(dir, 'lilliput.db'), { busyTimeoutMs: 100 });
    other.exec('BEGIN EXCLUSIVE');
    try {
      const events = await runCli(['contacts', 'list', ...at('locked')], exit.storage);
      expect(complaint(events)).toMatchObject({ code: 'STORAGE_LOCKED' });
    } finally {
      other.close();
    }
    expect(readdirSync(dir).some((file) => file.includes('kept'))).toBe(false);
  });

  it('secrets that can not be read are left as they are, and no new account takes their place', async () => {
    const dir = newProfile('secrets');
    const path = join(dir, 'account.secret');
    const garbage = Buffer.alloc(300, 7);
    writeFileSync(path, garbage, { mode: 0o600 });
    const events = await runCli(['signup', 'impostor', ...at('secrets')], exit.storage);
    expect(['STORAGE_CORRUPT', 'VAULT_LOCKED']).toContain(complaint(events)?.['code']);
    expect(readFileSync(path).equals(garbage)).toBe(true);
  });
});

async function bound(socket: Socket): Promise<number> {
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket.address().port;
}
