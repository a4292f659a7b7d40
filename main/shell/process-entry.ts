import { parentPort } from 'node:worker_threads';
import type { Port } from '../ports/message-port.ts';
import type { ParentLink } from '../ports/process-host.ts';
import { electronParentPort, electronPort } from './electron/electron-port.ts';
import { hostMessageSchema } from './host-messages.ts';
import { listenToNativePort } from './node-port.ts';

/** What both kinds of parent have in common: messages come, some with ports. */
type Subscribe = (listener: (message: unknown, ports: readonly Port[]) => void) => void;

function subscribeToParent(): Subscribe {
  const utilityParent = electronParentPort();
  if (utilityParent !== null) {
    return (listener) => utilityParent.on('message', (event) => listener(event.data, event.ports.map(electronPort)));
  }
  const workerParent = parentPort;
  if (workerParent === null) throw new Error('this module is the entry of a process that a shell starts');
  return (listener) => listenToNativePort(workerParent, listener);
}

/**
 * Connects a process (an Electron utility process or a worker thread) to the shell that started it. Call it once, first.
 * When asked to stop, all `onStop` listeners run, latest first, and the process exits.
 */
export function connectParent(): Promise<ParentLink> {
  const stops: (() => Promise<void>)[] = [];
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    let code = 0;
    for (const listener of stops.toReversed()) {
      try {
        await listener();
      } catch (error) {
        code = 1;
        process.stderr.write(`while stopping: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}\n`);
      }
    }
    process.exit(code);
  };
  return new Promise((resolve, reject) => {
    subscribeToParent()((raw, ports) => {
      const message = hostMessageSchema.safeParse(raw);
      if (!message.success) return reject(new Error('the shell said something this process does not know'));
      switch (message.data.kind) {
        case 'boot': {
          const [port] = ports;
          if (port === undefined) return reject(new Error('the shell sent no control port'));
          return resolve({ boot: message.data.boot, port, onStop: (listener) => void stops.push(listener) });
        }
        case 'stop':
          return void stop();
      }
    });
  });
}
