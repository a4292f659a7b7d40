import type { Logger } from './ports/logger.ts';
import { systemClock } from './ports/system-clock.ts';
import type { EngineBoot } from './engine/boot.ts';
import type { EngineHandle } from './cli/engine-client.ts';
import {
  connectBridge,
  connectLasting,
  connectLocal,
  createNodeProcessHost,
  joinPorts,
  listenLocal,
  lockProfile,
  openProfile,
  platformName,
  rendezvousDirOf,
  startSupervisor,
  type RelayEvent,
  type ProfileChoice,
} from './shell/index.ts';

/** The shell without a page: engine and media as worker threads, a local socket for command lines, and our own client. */
export interface HeadlessOptions {
  readonly profile: ProfileChoice;
  readonly overlay: Omit<EngineBoot['overlay'], 'rendezvousDir'> & { readonly rendezvous: boolean };
  readonly echo: boolean;
  readonly relay: EngineBoot['relay'];
  /** Told each time that the relay begins to listen, or can't, and what it gives. */
  readonly onRelay: (event: RelayEvent) => void;
  readonly fileSkewPpm: number;
  readonly logLevel: EngineBoot['logLevel'];
  readonly version: string;
  readonly logger: Logger;
  /** Attach to an app that has the profile open; otherwise that is an error. */
  readonly mayAttach: boolean;
  /** The engine was told to end the app. */
  readonly onQuit: () => void;
}

/** @throws AppError PROFILE_IN_USE, BAD_INPUT */
export async function startHeadless(options: HeadlessOptions): Promise<EngineHandle> {
  const profile = openProfile(options.profile);
  if (options.mayAttach) {
    const port = await connectLocal(profile.socketPath);
    if (port !== null) {
      return {
        client: connectBridge(port),
        attached: true,
        stop: async () => port.close(),
      };
    }
  }
  const lock = lockProfile(profile.dir);
  const { rendezvous, ...overlay } = options.overlay;
  const boot: Omit<EngineBoot, 'restarts'> = {
    profileDir: profile.dir,
    profile: profile.name,
    shell: 'headless',
    version: options.version,
    platform: platformName(),
    logLevel: options.logLevel,
    overlay: {
      ...overlay,
      rendezvousDir: rendezvous ? rendezvousDirOf(profile, overlay.mdns) : null,
    },
    relay: options.relay,
    echo: options.echo,
  };
  const supervisor = startSupervisor({
    host: createNodeProcessHost(systemClock),
    clock: systemClock,
    logger: options.logger,
    engineBoot: (restarts) => ({ ...boot, restarts: [...restarts] }),
    mediaBoot: () => ({ pcmSocket: false, logLevel: options.logLevel, fileSkewPpm: options.fileSkewPpm }),
    relayBoot: (wish) => ({ ...wish, logLevel: options.logLevel }),
    keychain: () => Promise.resolve(null),
  });
  supervisor.onQuit(options.onQuit);
  supervisor.onRelay(options.onRelay);
  const stop = async (): Promise<void> => {
    await supervisor.stop();
    lock.release();
  };
  try {
    const socket = await listenLocal(
      profile.socketPath,
      (port) => joinPorts(port, supervisor.attachBridge('local')),
      () => null,
    );
    return {
      client: connectLasting(() => supervisor.attachBridge('local')),
      attached: false,
      async stop() {
        await socket.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
