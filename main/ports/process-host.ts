import type { Port, PortPair } from './message-port.ts';

/** The processes a shell can start. Each has one entry module, named in the implementations and nowhere else. */
export type ProcessName = 'engine' | 'media' | 'relay';

export interface ProcessExit {
  readonly name: ProcessName;
  /** True if `stop()` asked for it. */
  readonly expected: boolean;
  readonly detail: string;
}

/** A running process. Its boot message was delivered; `port` is the parent's end of its control channel. */
export interface HostedProcess {
  readonly name: ProcessName;
  readonly port: Port;
  /** Operating-system process id, or undefined where it shares ours (a worker thread). */
  readonly pid: number | undefined;
  onExit(listener: (exit: ProcessExit) => void): void;
  /** Asks it to stop, waits up to 3 s, then kills. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would (tests and the last resort). */
  kill(): void;
}

/** Starts processes. Two implementations: Electron `utilityProcess` and Node `worker_threads`. */
export interface ProcessHost {
  /** @param boot structured-clonable start-up values, validated by the process itself */
  start(name: ProcessName, boot: unknown): HostedProcess;
  createChannel(): PortPair;
}

/** What a process sees of its parent: implemented for both hosts in `main/shell/process-entry.ts`. */
export interface ParentLink {
  readonly boot: unknown;
  readonly port: Port;
  /** The parent asked us to stop; finish and exit. */
  onStop(listener: () => Promise<void>): void;
}
