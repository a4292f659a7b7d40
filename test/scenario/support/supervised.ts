import type { EngineBoot } from '../../../main/engine/boot.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import {
  connectLasting,
  createNodeProcessHost,
  locateProfile,
  startSupervisor,
  type Lifecycle,
  type Restart,
} from '../../../main/shell/index.ts';
import type { BridgeClient } from '../../../preload/contract/index.ts';

/** One person's shell inside the test, so that the test can let the processes behind it fall. */
export interface Supervised {
  /** Talks to whichever engine runs. */
  readonly bridge: BridgeClient;
  /** As a crash would end it; resolves when the supervisor has brought it back. */
  letFall(process: Restart['process']): Promise<void>;
  /** As a shell says it that can ask its system for an HTTP proxy. */
  readonly tellProxy: (rules: string) => void;
  stop(): Promise<void>;
}

export interface SupervisedChoice {
  /** Where it is, a literal address; every 127.x is a place of its own. */
  readonly host?: string;
  readonly supernodeMode?: EngineBoot['overlay']['supernodeMode'];
  /** Relays may stand on 127.x, and this one may, too. */
  readonly loopbackIsInternet?: boolean;
  /** What media binds to; none: it has no way out of its own. */
  readonly mediaAddresses?: readonly string[];
  readonly gateway?: Pick<EngineBoot['overlay'], 'gateways' | 'gatewayPort'>;
}

export function startSupervised(
  home: string,
  name: string,
  bootstrap: EngineBoot['overlay']['bootstrap'],
  { host = '127.0.0.1', supernodeMode = null, loopbackIsInternet = false, mediaAddresses, gateway }: SupervisedChoice = {},
): Supervised {
  const bindAddresses = mediaAddresses ?? (loopbackIsInternet ? [host] : null);
  const { dir } = locateProfile({ home, name });
  const supervisor = startSupervisor({
    host: createNodeProcessHost(systemClock),
    clock: systemClock,
    logger: silentLogger,
    engineBoot: (restarts): EngineBoot => ({
      profileDir: dir,
      profile: name,
      shell: 'headless',
      version: '0.0.0',
      platform: 'other',
      logLevel: 'error',
      overlay: { bind: { host, port: 0 }, bootstrap, supernodeMode, mdns: false, rendezvousDir: null, ...gateway },
      relay: { at: null, publicHost: null, ports: null, always: false, allowLoopback: loopbackIsInternet },
      echo: false,
      restarts: [...restarts],
    }),
    mediaBoot: () => ({ pcmSocket: false, logLevel: 'error', bindAddresses }),
    relayBoot: (wish) => ({ ...wish, logLevel: 'error' }),
    keychain: () => Promise.resolve(null),
  });
  const back: Readonly<Record<Restart['process'], Lifecycle>> = { engine: 'engine-back', media: 'media-back' };
  return {
    bridge: connectLasting(() => supervisor.attachBridge('local')),
    letFall: (process) =>
      new Promise((resolve) => {
        const stop = supervisor.onLifecycle((event) => {
          if (event !== back[process]) return;
          stop();
          resolve();
        });
        supervisor.processes()[process]?.kill();
      }),
    tellProxy: (rules) => supervisor.proxy(rules),
    stop: () => supervisor.stop(),
  };
}
