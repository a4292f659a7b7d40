import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../ports/app-error.ts';
import { openRuntimeFolder, runtimeFolder } from './runtime-folder.ts';

/** One account's place on this computer. */
export interface Profile {
  readonly name: string;
  /** Absolute; readable by its owner only. */
  readonly dir: string;
  /** Where a running app listens for command lines and second starts: a Unix socket or a Windows named pipe. */
  readonly socketPath: string;
}

export interface ProfileChoice {
  /** Where profiles live; null: the usual place for application data. */
  readonly home: string | null;
  readonly name: string;
}

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** For temporary files; everybody's, except on Windows. */
  readonly tempDir: string;
  /** Null on Windows, which has none. */
  readonly uid: number | null;
}

export const surroundings = (): Surroundings => ({
  platform: process.platform,
  env: process.env,
  homeDir: homedir(),
  tempDir: tmpdir(),
  uid: process.getuid?.() ?? null,
});

/** Letters and digits of any script, hyphen and underscore: no separators, no dots, nothing a shell or file system minds. */
const namePattern = /^[\p{L}\p{N}_-]{1,64}$/u;
/** Device names that Windows gives no file (in any case). */
const reservedOnWindows = /^(?:con|prn|aux|nul|com\d|lpt\d)$/iu;

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, with a closing zero. */
const maxSocketPathBytes = 103;

/** The folder that holds all profiles unless `--home` says otherwise. */
export function defaultHome({ platform, env, homeDir }: Surroundings): string {
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homeDir, 'AppData', 'Roaming'), 'Lilliput');
  if (platform === 'darwin') return join(homeDir, 'Library', 'Application Support', 'Lilliput');
  // XDG Base Directory: a relative path is invalid and ignored.
  const data = env['XDG_DATA_HOME'];
  return join(data !== undefined && data.startsWith('/') ? data : join(homeDir, '.local', 'share'), 'lilliput');
}

/** Where a profile is; touches no disk. @throws AppError BAD_INPUT `profile-name` */
export function locateProfile({ home, name }: ProfileChoice, around: Surroundings = surroundings()): Profile {
  const normal = name.normalize('NFC');
  if (!namePattern.test(normal) || reservedOnWindows.test(normal)) {
    throw new AppError('BAD_INPUT', 'profile-name', { name: name.slice(0, 100) });
  }
  const dir = resolve(home ?? defaultHome(around), normal);
  return { name: normal, dir, socketPath: socketPathFor(dir, around) };
}

function socketPathFor(dir: string, around: Surroundings): string {
  const digest = createHash('sha256').update(dir).digest('hex').slice(0, 24);
  if (around.platform === 'win32') return `\\\\.\\pipe\\lilliput-${digest}`;
  const inside = join(dir, 'app.sock');
  return Buffer.byteLength(inside) <= maxSocketPathBytes ? inside : join(runtimeFolder(around), `${digest}.sock`);
}

/**
 * Where the nodes of this user's profiles find each other: all of them, wherever `--home` is, unless the local network is left
 * alone (`--no-mdns`); then only those beside this one (no profile's name has a dot).
 */
export const rendezvousDirOf = (profile: Profile, mdns: boolean, around: Surroundings = surroundings()): string =>
  mdns && openRuntimeFolder(around) ? join(runtimeFolder(around), 'nodes') : join(dirname(profile.dir), '.nodes');

/**
 * Locates a profile and makes its folder (0700).
 * @throws AppError BAD_INPUT if the folder can't be made, or the socket had to lie in a folder that is not only ours
 */
export function openProfile(choice: ProfileChoice, around: Surroundings = surroundings()): Profile {
  const profile = locateProfile(choice, around);
  try {
    mkdirSync(profile.dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new AppError('BAD_INPUT', 'profile-folder', { folder: profile.dir.slice(0, 400), error: code });
  }
  const hasSocketElsewhere = dirname(profile.socketPath) === runtimeFolder(around);
  if (hasSocketElsewhere && !openRuntimeFolder(around)) {
    throw new AppError('BAD_INPUT', 'profile-folder', { folder: runtimeFolder(around).slice(0, 400), error: 'not only ours' });
  }
  return profile;
}
