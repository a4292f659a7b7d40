import { parseArgs } from 'node:util';
import { z } from 'zod';
import { AppError } from '../ports/app-error.ts';
import { writtenGatewaySchema, writtenHostPortSchema, type HostPort, type WrittenGateway } from '../ports/host-port.ts';
import type { LogLevel } from '../ports/logger.ts';
import { bitTorrentRouters, writtenInvitationSchema } from './joining-options.ts';
import { rendezvousDirOf, type Profile } from './profile.ts';

const options = {
  profile: { type: 'string', default: 'default' },
  home: { type: 'string' },
  bootstrap: { type: 'string', multiple: true },
  gateway: { type: 'string', multiple: true },
  listen: { type: 'string', default: '0.0.0.0:0' },
  mdns: { type: 'boolean', default: true },
  bittorrent: { type: 'boolean', default: true },
  'bittorrent-node': { type: 'string', multiple: true },
  invitation: { type: 'string' },
  open: { type: 'boolean', default: true },
  'keep-running': { type: 'boolean', default: false },
  background: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
} as const;

/** What a person can say when starting the app with a window. */
export interface AppOptions {
  readonly profile: string;
  readonly home: string | null;
  readonly bootstrap: readonly HostPort[];
  /** To be carried by where UDP is blocked, besides those that are known. */
  readonly gateways: readonly WrittenGateway[];
  /** Where the overlay's socket is bound; port 0: any. */
  readonly listen: HostPort;
  readonly mdns: boolean;
  /** Where BitTorrent's DHT is entered; none: we don't go there. */
  readonly bitTorrentRouters: readonly HostPort[];
  /** Nodes of the invitation that the app was started with. */
  readonly invited: readonly HostPort[];
  /** Browser shell: open a window (otherwise print the address). */
  readonly open: boolean;
  /** Browser shell: go on when the last window is closed. */
  readonly keepRunning: boolean;
  /** Electron: the system started us; no window, where a tray brings one up. */
  readonly background: boolean;
  readonly logLevel: LogLevel;
}

const valuesSchema = z.object({
  home: z.string().min(1).max(4096).optional(),
  bootstrap: z.array(writtenHostPortSchema).max(50).default([]),
  gateway: z.array(writtenGatewaySchema).max(16).default([]),
  listen: writtenHostPortSchema,
  'bittorrent-node': z.array(writtenHostPortSchema).max(16).optional(),
  invitation: writtenInvitationSchema.optional(),
});

const usageError = (message: string): AppError => new AppError('BAD_INPUT', 'usage', { message: message.slice(0, 400) });

/**
 * @param lenient Electron's own switches (`--no-sandbox`, `--disable-gpu`, …) reach us too: unknown ones are left alone
 * @throws AppError BAD_INPUT `usage`
 */
export function parseAppOptions(argv: readonly string[], lenient: boolean): AppOptions {
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options, allowNegative: true, strict: !lenient, allowPositionals: lenient });
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : 'cannot be parsed');
  }
  const values = parsed.values;
  const checked = valuesSchema.safeParse(values);
  if (!checked.success) throw usageError(checked.error.issues.map((issue) => issue.message).join('; '));
  return {
    profile: String(values.profile),
    home: checked.data.home ?? null,
    bootstrap: checked.data.bootstrap,
    gateways: checked.data.gateway,
    listen: checked.data.listen,
    mdns: values.mdns !== false,
    bitTorrentRouters: bitTorrentRouters(values.bittorrent !== false, checked.data['bittorrent-node'], checked.data.listen),
    invited: checked.data.invitation ?? [],
    open: values.open !== false,
    keepRunning: values['keep-running'] === true,
    background: values.background === true,
    logLevel: values.verbose === true ? 'debug' : 'info',
  };
}

export const platformName = (): 'linux' | 'darwin' | 'win32' | 'other' => {
  const { platform } = process;
  return platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other';
};

/** The part of the engine's boot message that all shells with a window share. */
export const engineBootValues = (given: AppOptions, profile: Profile) => ({
  profileDir: profile.dir,
  profile: profile.name,
  platform: platformName(),
  logLevel: given.logLevel,
  overlay: {
    bind: given.listen,
    bootstrap: [...given.bootstrap],
    gateways: [...given.gateways],
    supernodeMode: null,
    mdns: given.mdns,
    bitTorrentRouters: [...given.bitTorrentRouters],
    invited: [...given.invited],
    rendezvousDir: rendezvousDirOf(profile, given.mdns),
  },
  relay: { at: null, publicHost: null, ports: null, always: false, allowLoopback: false },
  echo: false,
});
