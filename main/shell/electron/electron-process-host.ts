import { fileURLToPath } from 'node:url';
import { MessageChannelMain, utilityProcess } from 'electron';
import type { Clock } from '../../ports/clock.ts';
import type { HostedProcess, ProcessExit, ProcessHost, ProcessName } from '../../ports/process-host.ts';
import type { PortPair } from '../../ports/message-port.ts';
import { stopGraceMs, type HostMessage } from '../host-messages.ts';
import { processEntry } from '../process-entries.ts';
import { electronPort, nativeElectronPort } from './electron-port.ts';

/** What the system's task list shows. */
const serviceNames: Readonly<Record<ProcessName, string>> = {
  engine: 'Lilliput engine',
  media: 'Lilliput media',
  relay: 'Lilliput relay',
};

/** Processes as Electron utility processes: real ones, whose crash takes nothing else along. */
export function createElectronProcessHost(clock: Clock, entryOf: (name: ProcessName) => URL = processEntry): ProcessHost {
  return { start: (name, boot) => startUtility(clock, name, entryOf(name), boot), createChannel };
}

function createChannel(): PortPair {
  const { port1, port2 } = new MessageChannelMain();
  return { near: electronPort(port1), far: electronPort(port2) };
}

function startUtility(clock: Clock, name: ProcessName, entry: URL, boot: unknown): HostedProcess {
  const child = utilityProcess.fork(fileURLToPath(entry), [], { serviceName: serviceNames[name], stdio: 'inherit' });
  const control = createChannel();
  const listeners = new Set<(exit: ProcessExit) => void>();
  let stopping = false;
  let exit: ProcessExit | null = null;

  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      exit = { name, expected: stopping, detail: `exit code ${code}` };
      for (const listener of listeners) listener(exit);
      resolve();
    });
  });
  const kill = (): void => {
    // Not `child.kill()`: SIGTERM can be outlived.
    if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
  };
  const post = (message: HostMessage, transfer: Electron.MessagePortMain[] = []): void => child.postMessage(message, transfer);
  post({ kind: 'boot', boot }, [nativeElectronPort(control.far)]);

  return {
    name,
    port: control.near,
    get pid() {
      return child.pid;
    },
    onExit(listener) {
      if (exit === null) listeners.add(listener);
      else listener(exit);
    },
    async stop() {
      stopping = true;
      post({ kind: 'stop' });
      const lastResort = clock.setTimer(stopGraceMs, kill);
      await gone;
      lastResort.cancel();
    },
    kill,
  };
}
