import type { Clock } from '../ports/clock.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { Logger } from '../ports/logger.ts';
import type { Port } from '../ports/message-port.ts';
import type { HostedProcess, ProcessHost } from '../ports/process-host.ts';
import {
  fromEngineSchema,
  fromMediaSchema,
  maxProxyRules,
  maxRestartsKept,
  type FromEngine,
  type FromMedia,
  type Restart,
  type ToEngine,
  type ToMedia,
  type Trust,
} from './control.ts';
import { keepProcess } from './kept-process.ts';
import { createRelayKeeper, type RelayEvent, type RelayWishValues } from './kept-relay.ts';
import { answerVault } from './vault-service.ts';

/** What a page should know about the processes behind it. After `…-back` it asks for new ports. */
export type Lifecycle = 'engine-restarting' | 'engine-back' | 'media-restarting' | 'media-back';

export interface SupervisorParts {
  readonly host: ProcessHost;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Boot values, asked at each start; the engine's hold the restarts so far. */
  readonly engineBoot: (restarts: readonly Restart[]) => unknown;
  readonly mediaBoot: () => unknown;
  /** The relay's, given the engine's part of them. */
  readonly relayBoot: (wish: RelayWishValues) => unknown;
  /** The operating system's keychain, where this shell has one. Asked only when the engine does. */
  readonly keychain: () => Promise<KeyVault | null>;
  /** Shows a file in the operating system's own window of files, where this shell can. */
  readonly showFile?: (path: string) => void;
}

/** Engine and media, kept alive, joined to each other and to whoever is attached. */
export interface Supervisor {
  /** Our end of a new bridge to the engine. It closes when the engine falls; ask again then. */
  attachBridge(trust: Trust): Port;
  /** Our end of a new sound channel to the media process. It closes when that falls; ask again then. */
  attachPcm(): Port;
  onLifecycle(listener: (event: Lifecycle) => void): () => void;
  /** The engine was asked to end the app. */
  onQuit(listener: () => void): void;
  /** The media process's loopback WebSocket, as soon as it is known and after each restart. */
  onPcmEndpoint(listener: (url: string) => void): void;
  /** What the relay says, should the engine want one. */
  onRelay(listener: (event: RelayEvent) => void): void;
  /** Tell the engine how long nobody has touched this computer. */
  idle(idleMs: number): void;
  /** Tell the engine that the computer is about to sleep. */
  sleep(): void;
  /** Tell the engine that the computer woke up. */
  wake(): void;
  /** Tell the engine what the computer runs on; again after each start of it. */
  power(onBattery: boolean): void;
  /** Tell the engine of the system's HTTP proxy (`PROXY host:port; DIRECT`); again after each start of it. */
  proxy(rules: string): void;
  /** Running processes by name, for measurements and for tests that let them fall. */
  processes(): { readonly engine: HostedProcess | null; readonly media: HostedProcess | null };
  stop(): Promise<void>;
}

export function startSupervisor(parts: SupervisorParts): Supervisor {
  const { host, clock, logger } = parts;
  const lifecycle = new Set<(event: Lifecycle) => void>();
  const restarts: Restart[] = [];
  let onQuit: (() => void) | null = null;
  let onPcmEndpoint: ((url: string) => void) | null = null;
  let onRelay: ((event: RelayEvent) => void) | null = null;
  let pcmUrl: string | null = null;
  let onBattery: boolean | null = null;
  let proxyRules: string | null = null;
  /** The engine said that it ends on purpose. */
  let isWished = false;

  const report = (event: Lifecycle): void => {
    for (const listener of lifecycle) listener(event);
  };
  const remember = (name: Restart['process']): void => {
    restarts.push({ process: name, atMs: clock.nowMs() });
    if (restarts.length > maxRestartsKept) restarts.shift();
  };
  /** A new channel between the two, as soon as both run; each loses the one it had when the other falls. */
  const join = (): void => {
    if (engine.current() === null || media.current() === null) return;
    const channel = host.createChannel();
    engine.tell({ kind: 'media-port' }, [channel.near]);
    media.tell({ kind: 'engine-port' }, [channel.far]);
  };

  const relay = createRelayKeeper(parts, parts.relayBoot, (event) => {
    engine.tell(event);
    onRelay?.(event);
  });

  const hearEngine = (hosted: HostedProcess, message: FromEngine): void => {
    switch (message.kind) {
      case 'quit':
        return onQuit?.();
      case 'restarting':
        isWished = true;
        return undefined;
      case 'relay':
        return relay.want(message.wish);
      case 'drain-relay':
        return relay.drain();
      case 'show-file':
        return parts.showFile?.(message.path);
      case 'vault-request':
        void answerVault(parts.keychain, message, logger).then((answer) => hosted.port.post(answer));
    }
  };
  const hearMedia = (message: FromMedia): void => {
    pcmUrl = message.url;
    onPcmEndpoint?.(message.url);
    engine.tell({ kind: 'pcm-endpoint', url: message.url });
  };

  const engine = keepProcess<ToEngine>(parts, 'engine', () => parts.engineBoot(restarts), {
    started(hosted, again) {
      hosted.port.onMessage((raw) => {
        const message = fromEngineSchema.safeParse(raw);
        if (message.success) hearEngine(hosted, message.data);
        else logger.warn('unknown control message', { from: 'engine' });
      });
      join();
      if (again && onBattery !== null) engine.tell({ kind: 'power', onBattery });
      if (again && proxyRules !== null) engine.tell({ kind: 'proxy', rules: proxyRules });
      if (again && pcmUrl !== null) engine.tell({ kind: 'pcm-endpoint', url: pcmUrl });
      if (again) report('engine-back');
    },
    fell() {
      if (!isWished) remember('engine');
      isWished = false;
      report('engine-restarting');
    },
  });
  const media = keepProcess<ToMedia>(parts, 'media', parts.mediaBoot, {
    started(hosted, again) {
      hosted.port.onMessage((raw) => {
        const message = fromMediaSchema.safeParse(raw);
        if (message.success) hearMedia(message.data);
        else logger.warn('unknown control message', { from: 'media' });
      });
      join();
      if (again) report('media-back');
    },
    fell() {
      remember('media');
      pcmUrl = null;
      engine.tell({ kind: 'restarts', restarts });
      report('media-restarting');
    },
  });
  engine.start();
  media.start();

  return {
    attachBridge(trust) {
      const channel = host.createChannel();
      engine.tell({ kind: 'client-port', trust }, [channel.far]);
      return channel.near;
    },
    attachPcm() {
      const channel = host.createChannel();
      media.tell({ kind: 'pcm-port' }, [channel.far]);
      return channel.near;
    },
    onLifecycle(listener) {
      lifecycle.add(listener);
      return () => lifecycle.delete(listener);
    },
    onQuit(listener) {
      onQuit = listener;
    },
    onPcmEndpoint(listener) {
      onPcmEndpoint = listener;
      if (pcmUrl !== null) listener(pcmUrl);
    },
    onRelay(listener) {
      onRelay = listener;
    },
    idle: (idleMs) => engine.tell({ kind: 'idle', idleMs }),
    sleep: () => engine.tell({ kind: 'sleep' }),
    wake: () => engine.tell({ kind: 'wake' }),
    power(isOnBattery) {
      onBattery = isOnBattery;
      engine.tell({ kind: 'power', onBattery: isOnBattery });
    },
    proxy(rules) {
      proxyRules = rules.slice(0, maxProxyRules);
      engine.tell({ kind: 'proxy', rules: proxyRules });
    },
    processes: () => ({ engine: engine.current(), media: media.current() }),
    async stop() {
      // The engine first: it may still want to tell people goodbye and hang up through media.
      await engine.stop();
      await Promise.all([media.stop(), relay.stop()]);
    },
  };
}
