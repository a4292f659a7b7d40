import { execFile } from 'node:child_process';

/** Runs a program and gives what it printed; null where it isn't there, failed or took too long. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string | null>;

/** The session's bus answers within milliseconds, or hangs. */
const limitMs = 2_000;
const outputMost = 4_096;

const [bus, path, property] = ['org.kde.StatusNotifierWatcher', '/StatusNotifierWatcher', 'IsStatusNotifierHostRegistered'];
const getter = 'org.freedesktop.DBus.Properties.Get';
/** One of the two is on every desktop: GLib's, and D-Bus's own. */
const questions: readonly (readonly [string, ...string[]])[] = [
  ['gdbus', 'call', '--session', '--dest', bus, '--object-path', path, '--method', getter, bus, property],
  ['dbus-send', '--session', '--print-reply', `--dest=${bus}`, path, getter, `string:${bus}`, `string:${property}`],
];

/**
 * Whether the system shows what we put into its tray. On Linux only some desktops do, and Electron doesn't tell: the desktop's bus
 * does (freedesktop.org, StatusNotifierItem: "a host is registered").
 */
export async function isTrayShown(platform: NodeJS.Platform, run: RunProgram = runProgram): Promise<boolean> {
  if (platform !== 'linux') return platform === 'darwin' || platform === 'win32';
  for (const [program, ...args] of questions) {
    // oxlint-disable-next-line no-await-in-loop -- the second is asked if the first isn't there
    const answer = await run(program, args);
    if (answer !== null) return /\btrue\b/u.test(answer);
  }
  return false;
}

const runProgram: RunProgram = (program, args) =>
  new Promise((resolve) => {
    execFile(program, args, { timeout: limitMs, maxBuffer: outputMost }, (error, stdout) =>
      resolve(error === null ? stdout : null),
    );
  });
