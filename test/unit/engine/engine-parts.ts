import type { EngineParts } from '../../../main/engine/running-engine.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import type { HostPort } from '../../../main/ports/host-port.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';

/** What a shell gives an engine that talks to nobody but us. */
export function engineParts(profileDir: string, bind: HostPort, bootstrap: readonly HostPort[] = []): EngineParts {
  return {
    boot: {
      profileDir,
      profile: 'test',
      shell: 'headless',
      version: '1.2.3',
      platform: 'linux',
      logLevel: 'error',
      overlay: { bind, bootstrap: [...bootstrap], supernodeMode: 'on', mdns: false, rendezvousDir: null },
      relay: { at: null, publicHost: null, ports: null, always: false, allowLoopback: false },
      echo: false,
      restarts: [],
    },
    link: {
      keychain: () => Promise.resolve(null),
      onNotice: () => undefined,
      quit: () => undefined,
      restarting: () => undefined,
      showFile: () => undefined,
      drainRelay: () => undefined,
      wantRelay: () => undefined,
    },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    restart: () => undefined,
    // A long shot on a small table: found in a blink, and a second one would show.
    work: { cost: { memoryBytes: 64 * 1024, passes: 1 }, difficultyBits: () => 8 },
  };
}
