import { Worker } from 'node:worker_threads';
import type { Clock } from '../ports/clock.ts';
import type { HostedProcess, ProcessExit, ProcessHost, ProcessName } from '../ports/process-host.ts';
import { stopGraceMs, type HostMessage } from './host-messages.ts';
import { createNodeChannel, nativeNodePort } from './node-port.ts';
import { processEntry } from './process-entries.ts';

/** Long enough for a stack, short enough for a log line. */
const maxDetailChars = 500;
/**
 * Megabytes, of which a third is looked through at once when V8 tidies up. Sound has deadlines: many pauses of a third of a
 * millisecond are no trouble to it, a few of 2 to 6 ms are (measured; by default V8 lets 48 MB fill up). The engine has none.
 */
const youngHeap: Readonly<Partial<Record<ProcessName, number>>> = { media: 3 };

/**
 * Processes as worker threads: the shells without Electron, and tests. A thread shares our process, so what is survived
 * here is a failure of JavaScript, not of native code.
 */
export function createNodeProcessHost(clock: Clock, entryOf: (name: ProcessName) => URL = processEntry): ProcessHost {
  return { start: (name, boot) => startWorker(clock, name, entryOf(name), boot), createChannel: createNodeChannel };
}

function startWorker(clock: Clock, name: ProcessName, entry: URL, boot: unknown): HostedProcess {
  const maxYoungGenerationSizeMb = youngHeap[name];
  const limits = maxYoungGenerationSizeMb === undefined ? {} : { resourceLimits: { maxYoungGenerationSizeMb } };
  const worker = new Worker(entry, { name, ...limits });
  const control = createNodeChannel();
  const listeners = new Set<(exit: ProcessExit) => void>();
  let failure: string | null = null;
  let stopping = false;
  let exit: ProcessExit | null = null;

  worker.on('error', (error) => {
    failure = (error instanceof Error ? (error.stack ?? error.message) : 'threw something that is no error').slice(
      0,
      maxDetailChars,
    );
  });
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      exit = { name, expected: stopping, detail: failure ?? `exit code ${code}` };
      for (const listener of listeners) listener(exit);
      resolve();
    });
  });
  worker.postMessage({ kind: 'boot', boot } satisfies HostMessage, [nativeNodePort(control.far)]);

  return {
    name,
    port: control.near,
    pid: undefined,
    onExit(listener) {
      if (exit === null) listeners.add(listener);
      else listener(exit);
    },
    async stop() {
      stopping = true;
      worker.postMessage({ kind: 'stop' } satisfies HostMessage, []);
      const lastResort = clock.setTimer(stopGraceMs, () => void worker.terminate());
      await gone;
      lastResort.cancel();
    },
    kill() {
      void worker.terminate();
    },
  };
}
