import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Port } from '../ports/message-port.ts';
import type { HostedProcess, ProcessHost, ProcessName } from '../ports/process-host.ts';
import { backoffMs, healthyAfterMs } from './backoff.ts';

/** Held for a process that is being restarted; more only happens if it never comes up, and nobody waits for those. */
const maxUnsaid = 64;

/** One process, kept alive. */
export interface KeptProcess<Message> {
  start(): void;
  /** Posts on the control port; during the pause before a restart it is held for the new process. */
  tell(message: Message, ports?: readonly Port[]): void;
  /** The running process; null during that pause, and after `stop`. */
  current(): HostedProcess | null;
  stop(): Promise<void>;
}

export interface KeptProcessEvents {
  /** Runs before anything held is said. `again`: not the first start. */
  started(hosted: HostedProcess, again: boolean): void;
  fell(): void;
}

/** Starts a process and starts it again whenever it falls, with growing pauses. `boot` is asked anew each time. */
export function keepProcess<Message>(
  parts: { readonly host: ProcessHost; readonly clock: Clock; readonly logger: Logger },
  name: ProcessName,
  boot: () => unknown,
  events: KeptProcessEvents,
): KeptProcess<Message> {
  const { host, clock, logger } = parts;
  const unsaid: { message: Message; ports: readonly Port[] }[] = [];
  let current: HostedProcess | null = null;
  let pause: Timer | null = null;
  let stopped = false;
  let falls = 0;

  const start = (): void => {
    pause = null;
    const startedMs = clock.monotonicMs();
    const hosted = host.start(name, boot());
    current = hosted;
    hosted.onExit((exit) => {
      current = null;
      if (stopped) return;
      falls = clock.monotonicMs() - startedMs >= healthyAfterMs ? 1 : falls + 1;
      const delayMs = backoffMs(falls);
      logger.error('process fell', { process: name, detail: exit.detail, restartInMs: delayMs });
      events.fell();
      pause = clock.setTimer(delayMs, start);
    });
    events.started(hosted, falls > 0);
    for (const { message, ports } of unsaid.splice(0)) hosted.port.post(message, ports);
  };

  return {
    start,
    tell(message, ports = []) {
      if (current !== null) return current.port.post(message, ports);
      if (!stopped && unsaid.length < maxUnsaid) unsaid.push({ message, ports });
      else for (const port of ports) port.close();
    },
    current: () => current,
    async stop() {
      stopped = true;
      pause?.cancel();
      await current?.stop();
    },
  };
}
