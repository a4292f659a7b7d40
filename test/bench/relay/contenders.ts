import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A relay in a process of its own, at 127.0.0.1, that gives an allocation to `ada…` with the password `analytical`. */
export interface RunningRelay {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export type Contender = 'coturn' | 'batched' | 'portable';

/** Each has a port of its own, so that one may still be going when the next begins. */
const ports: Readonly<Record<Contender, number>> = { coturn: 34_780, batched: 34_790, portable: 34_800 };

/** @param turnserver path of coturn's server */
export function startContender(name: Contender, turnserver: string): Promise<RunningRelay> {
  const port = ports[name];
  if (name === 'coturn') return started(spawnCoturn(turnserver, port), port, /Total General servers/u);
  const script = fileURLToPath(new URL('relay-host.ts', import.meta.url));
  const child = spawn(process.execPath, [script, String(port), name], { stdio: ['pipe', 'pipe', 'inherit'] });
  return started(child, port, /listening/u);
}

/** As it is installed, but for what a loopback needs. */
function spawnCoturn(turnserver: string, port: number): ChildProcess {
  const args = [
    ['-n', '--no-cli', '--no-tls', '--no-dtls', '--lt-cred-mech', '--allow-loopback-peers'],
    ['--log-file=stdout', '--pidfile=/dev/null', '--user=ada:analytical', '--realm=lilliput'],
    ['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', `--listening-port=${port}`, '--min-port=50000', '--max-port=59999'],
  ].flat();
  return spawn(turnserver, args, { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function started(child: ChildProcess, port: number, sign: RegExp): Promise<RunningRelay> {
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new Error('the relay did not start');
  const ended = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    let said = '';
    stdout.on('data', (bytes: Buffer) => {
      said = `${said}${bytes.toString()}`.slice(-10_000);
      if (sign.test(said)) resolve();
    });
    child.once('exit', () => reject(new Error(`the relay ended: ${said.slice(-500)}`)));
  });
  return {
    pid,
    port,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
