import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  locateProfile,
  lockProfile,
  openProfile,
  rendezvousDirOf,
  surroundings,
  type Surroundings,
} from '../../../main/shell/index.ts';

const linux: Surroundings = { platform: 'linux', env: {}, homeDir: '/home/wren', tempDir: '/tmp', uid: 1000 };

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lilliput-profile-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('a profile', () => {
  it.each<[Surroundings, string]>([
    [linux, '/home/wren/.local/share/lilliput/default'],
    [{ ...linux, env: { XDG_DATA_HOME: '/data' } }, '/data/lilliput/default'],
    [{ ...linux, env: { XDG_DATA_HOME: 'relative' } }, '/home/wren/.local/share/lilliput/default'],
    [{ ...linux, platform: 'darwin' }, '/home/wren/Library/Application Support/Lilliput/default'],
    [{ ...linux, platform: 'win32', env: { APPDATA: '/roaming' } }, '/roaming/Lilliput/default'],
  ])('is where the system keeps application data (%o)', (around, expected) => {
    expect(locateProfile({ home: null, name: 'default' }, around).dir).toBe(expected);
  });

  it('is where --home says', () => {
    expect(locateProfile({ home: '/srv/lilliput', name: 'zweites' }, linux).dir).toBe('/srv/lilliput/zweites');
  });

  it.each(['', '..', 'a/b', 'a\\b', '.hidden', 'x'.repeat(65), 'con', 'LPT1', 'a b', 'a\0b'])('refuses the name %j', (name) => {
    expect(() => locateProfile({ home: '/srv', name }, linux)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', reason: 'profile-name' }),
    );
  });

  it('has a socket path the system takes, however deep the folder is', () => {
    const { socketPath } = locateProfile({ home: `/srv/${'deep/'.repeat(40)}`, name: 'default' }, linux);
    expect(Buffer.byteLength(socketPath)).toBeLessThan(104);
    expect(locateProfile({ home: '/srv', name: 'default' }, linux).socketPath).toBe('/srv/default/app.sock');
    expect(locateProfile({ home: '/srv', name: 'default' }, { ...linux, platform: 'win32' }).socketPath).toMatch(
      /^\\\\\.\\pipe\\lilliput-[0-9a-f]{24}$/u,
    );
  });

  it('is a folder that only its owner reads', () => {
    expect(statSync(openProfile({ home: dir, name: 'default' }).dir).mode & 0o777).toBe(0o700);
  });

  it('says where it could not be made', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(() => openProfile({ home: join(dir, 'file'), name: 'default' })).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', reason: 'profile-folder' }),
    );
  });
});

describe.skipIf(process.platform === 'win32')('the folder of this user for sockets and meeting points', () => {
  const own = (): string => join(dir, `lilliput-${process.getuid?.()}`);
  const here = (env: Surroundings['env'] = {}): Surroundings => ({ ...surroundings(), env, tempDir: dir });
  const deep = (): { readonly home: string; readonly name: string } => ({
    home: join(dir, 'deep'.repeat(20), 'deep'.repeat(20)),
    name: 'default',
  });

  it('holds the socket of a profile whose path is too long, and only its owner reads it', () => {
    const { socketPath } = openProfile(deep(), here());
    expect(socketPath.startsWith(own())).toBe(true);
    expect(statSync(own()).mode & 0o777).toBe(0o700);
  });

  it.each<[string, () => void]>([
    ['others may write to it', () => (mkdirSync(own()), chmodSync(own(), 0o777))],
    ['it is a link', () => (mkdirSync(join(dir, 'theirs')), symlinkSync(join(dir, 'theirs'), own()))],
    ['it is a file', () => writeFileSync(own(), '')],
  ])('is refused, and so is the profile, if %s', (_, occupy) => {
    occupy();
    expect(() => openProfile(deep(), here())).toThrow(expect.objectContaining({ code: 'BAD_INPUT', reason: 'profile-folder' }));
  });

  it('is refused if another user made it', () => {
    mkdirSync(join(dir, 'lilliput-4242'), { mode: 0o700 });
    expect(() => openProfile(deep(), { ...here(), uid: 4242 })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('lets the nodes of all homes meet, but those without mDNS only beside each other', () => {
    const [one, two] = ['one', 'two'].map((home) => openProfile({ home: join(dir, home), name: 'default' }, here()));
    if (one === undefined || two === undefined) throw new Error('two were made');
    expect(rendezvousDirOf(one, true, here())).toBe(join(own(), 'nodes'));
    expect(rendezvousDirOf(two, true, here())).toBe(join(own(), 'nodes'));
    expect(rendezvousDirOf(two, true, here({ XDG_RUNTIME_DIR: join(dir, 'run') }))).toBe(join(dir, 'run', 'lilliput', 'nodes'));
    expect(rendezvousDirOf(one, false, here())).toBe(join(dir, 'one', '.nodes'));
  });

  it('is done without where it can’t be had: nodes meet beside their profiles', () => {
    const one = openProfile({ home: join(dir, 'one'), name: 'default' }, here());
    writeFileSync(own(), '');
    expect(rendezvousDirOf(one, true, here())).toBe(join(dir, 'one', '.nodes'));
  });
});

describe('the lock of a profile', () => {
  it('is held once, and free again when released', () => {
    const lock = lockProfile(dir);
    expect(() => lockProfile(dir)).toThrow(expect.objectContaining({ code: 'PROFILE_IN_USE', context: { pid: process.pid } }));
    lock.release();
    lockProfile(dir).release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is another one in another profile', () => {
    mkdirSync(join(dir, 'other'));
    const lock = lockProfile(dir);
    lockProfile(join(dir, 'other')).release();
    lock.release();
    expect(readdirSync(dir)).toEqual(['other']);
  });

  it('survives neither kill -9 of its holder nor does it fall before', async () => {
    const holder = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/lock-holder.ts', import.meta.url)), dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    expect(() => lockProfile(dir)).toThrow(expect.objectContaining({ code: 'PROFILE_IN_USE', context: { pid: holder.pid } }));
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
    lockProfile(dir).release();
  });

  it.each(['', 'not json', '{"pid":1}', JSON.stringify({ pid: 2 ** 22 + 1, started: null, nonce: 'n' })])(
    'is taken over from what is no live lock: %j',
    (content) => {
      writeFileSync(join(dir, 'lock'), content);
      lockProfile(dir).release();
      expect(readdirSync(dir)).toEqual([]);
    },
  );

  it.runIf(process.platform === 'linux')('is taken over when its pid belongs to another process by now', () => {
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: process.pid, started: 'deadbeef-1', nonce: 'n' }));
    lockProfile(dir).release();
    expect(readdirSync(dir)).toEqual([]);
  });
});
