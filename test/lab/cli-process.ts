import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const cliPath = fileURLToPath(new URL('../../main/cli/cli.ts', import.meta.url));

const eventSchema = z.looseObject({ event: z.string() });
export type CliEvent = z.infer<typeof eventSchema>;

/** A command line running as its own process: its JSON lines are kept and can be waited for. */
export interface CliProcess {
  readonly process: ChildProcess;
  readonly events: readonly CliEvent[];
  /** The first event, past or future, that `wanted` accepts. Rejects when the process ends or `timeoutMs` passes first. */
  waitFor(wanted: (event: CliEvent) => boolean, what: string, timeoutMs?: number): Promise<CliEvent>;
  /** Exit code; null if a signal ended it. */
  readonly exited: Promise<number | null>;
  /** As Ctrl C does; resolves when the process is gone. */
  interrupt(): Promise<number | null>;
  kill(): void;
  stderr(): string;
}

const defaultTimeoutMs = 60_000;

/** @param inside put before the command line: where it is to run; @param entry what is run instead of the command line */
export function startCli(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  inside: readonly string[] = [],
  entry = cliPath,
): CliProcess {
  const [command, ...before] = [...inside, process.execPath];
  const child = spawn(
    command ?? process.execPath,
    [...before, '--disable-warning=ExperimentalWarning', entry, '--json', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } },
  );
  const events: CliEvent[] = [];
  const waiters = new Set<() => void>();
  let stderr = '';
  let ended = false;
  const wake = (): void => {
    for (const waiter of waiters) waiter();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(eventSchema.parse(JSON.parse(line)));
    wake();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = `${stderr}${chunk.toString()}`.slice(-20_000);
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      ended = true;
      wake();
      resolve(code);
    });
  });

  return {
    process: child,
    events,
    exited,
    stderr: () => stderr,
    waitFor(wanted, what, timeoutMs = defaultTimeoutMs) {
      return new Promise((resolve, reject) => {
        const finish = (): void => {
          waiters.delete(look);
          clearTimeout(timer);
        };
        const fail = (why: string): void => {
          finish();
          const tail = events.slice(-8).map((event) => JSON.stringify(event));
          reject(new Error(`${what}: ${why} (${args.join(' ')})\n${tail.join('\n')}\n${stderr.slice(-3000)}`));
        };
        const timer = setTimeout(() => fail(`not seen in ${timeoutMs} ms`), timeoutMs);
        const look = (): void => {
          const found = events.find((event) => wanted(event));
          if (found !== undefined) {
            finish();
            resolve(found);
          } else if (ended) fail('the process ended');
        };
        waiters.add(look);
        look();
      });
    },
    async interrupt() {
      if (!ended) child.kill('SIGINT');
      return exited;
    },
    kill() {
      if (!ended) child.kill('SIGKILL');
    },
  };
}

/** Runs a command to its end. @throws Error with its output if it does not end with `expected` */
export async function runCli(args: readonly string[], expected = 0): Promise<readonly CliEvent[]> {
  const cli = startCli(args);
  const code = await cli.exited;
  if (code !== expected) {
    const said = cli.events.map((event) => JSON.stringify(event)).join('\n');
    throw new Error(`${args.join(' ')} ended with ${code}, not ${expected}\n${said}\n${cli.stderr()}`);
  }
  return cli.events;
}

/**
 * Others answered. `limited`, too: of a node that has only few others, HyperDHT believes now and then that its router were symmetric,
 * because they heard it by both of its sockets.
 */
export const isOnNetwork = (event: CliEvent): boolean =>
  event.event === 'network' && (event['status'] === 'connected' || event['status'] === 'limited');

export const isEvent =
  (name: string, fields: Readonly<Record<string, unknown>> = {}) =>
  (event: CliEvent): boolean =>
    event.event === name && Object.entries(fields).every(([key, value]) => event[key] === value);
