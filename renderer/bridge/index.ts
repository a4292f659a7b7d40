import { z } from 'zod';
import type { BridgeClient, BridgePlatform, WindowControls } from '../../preload/contract/index.ts';
import type { PcmLine } from '../audio/index.ts';
import { keepConnected, type Lifecycle } from './connection.ts';
import { electronShell } from './electron-shell.ts';
import { openSocketLine } from './socket-line.ts';
import { browserSystem, shellSystem, type System } from './system.ts';

export type { Lifecycle } from './connection.ts';
export type { Desktop, System } from './system.ts';
export type { BridgeClient, WindowControls } from '../../preload/contract/index.ts';

/** The way to the engine and to sound, the same in every shell. */
export interface Bridge {
  /** One for the life of the page; while the engine restarts, requests wait up to 5 s, subscriptions end with CANCELLED. */
  readonly client: BridgeClient;
  readonly shell: 'electron' | 'browser';
  readonly platform: BridgePlatform;
  /** Null where the system draws the window's buttons. */
  readonly windowControls: WindowControls | null;
  /** Notifications, badge, and the window itself. */
  readonly system: System;
  /** Counts the connections made so far: when it has changed, subscribe anew. */
  readonly generation: () => number;
  /** Tells the current state at once, then each change. */
  readonly onLifecycle: (listener: (state: Lifecycle) => void) => () => void;
  /** A new line for sound to the media process; ask again after that one closed. */
  readonly openPcm: () => Promise<PcmLine>;
  readonly close: () => void;
}

// The content security policy forbids `eval`, and the library's attempt would be reported on the console.
z.config({ jitless: true });

const setTimer = (delayMs: number, run: () => void): { cancel(): void } => {
  const timer = setTimeout(run, delayMs);
  return { cancel: () => clearTimeout(timer) };
};

/** Connects this page to the shell around it. Resolves with the first connection. */
export async function connectBridge(): Promise<Bridge> {
  const electron = electronShell();
  const connection = keepConnected({
    openLine: electron === null ? () => openSocketLine(bridgeUrl()) : electron.openLine,
    setTimer,
    onOver: () => window.close(),
  });
  await connection.connected;
  return {
    client: connection.client,
    shell: electron === null ? 'browser' : 'electron',
    platform: electron?.api.platform ?? platformOfBrowser(),
    windowControls: electron?.api.windowControls ?? null,
    system: electron === null ? browserSystem() : shellSystem(electron.api),
    generation: connection.generation,
    onLifecycle(listener) {
      listener(connection.state());
      return connection.onLifecycle(listener);
    },
    async openPcm() {
      const endpoint = await connection.client.audio.endpoint({});
      if (endpoint.kind === 'socket') return endpoint;
      if (electron === null) throw new Error('this shell has no port for sound');
      return { kind: 'port', port: await electron.openPcmPort() };
    },
    close: connection.close,
  };
}

const bridgeUrl = (): string => `ws://${window.location.host}/bridge`;

/** For key names only; browsers tell no more. */
function platformOfBrowser(): BridgePlatform {
  const text = navigator.userAgent;
  if (text.includes('Windows')) return 'win32';
  if (text.includes('Mac OS')) return 'darwin';
  return text.includes('Linux') ? 'linux' : 'other';
}
