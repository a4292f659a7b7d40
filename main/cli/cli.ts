import { readFileSync } from 'node:fs';
import { startHeadless } from '../headless.ts';
import { AppError } from '../ports/app-error.ts';
import { lineLogger } from '../ports/logger.ts';
import { systemClock } from '../ports/system-clock.ts';
import { bitTorrentRouters } from '../shell/index.ts';
import { parseCommandLine, type CommandLine } from './arguments.ts';
import { perform } from './commands/index.ts';
import type { EngineHandle } from './engine-client.ts';
import { exitCode, exitCodeFor, type ExitCode } from './exit-codes.ts';
import { createOutput, type Output } from './output.ts';
import { describeError } from './sentences.ts';
import { openServer, type Server } from './supernode/open-server.ts';
import { withServerFile } from './supernode/server-file.ts';
import { usage } from './usage.ts';

/** Entry of the command line: parse, open an engine or attach to one, perform, leave with a documented code. */

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

const anywhere = { host: '0.0.0.0', port: 0 };

/** Commands that start a node of their own and make no sense through somebody else's. */
const needsOwnEngine = (line: CommandLine): boolean => line.command.kind === 'supernode' || line.command.kind === 'run';

function fail(output: Output, error: unknown): ExitCode {
  if (!(error instanceof AppError)) {
    output.say('error', { code: 'INTERNAL' }, 'Something went wrong inside. The log says more.');
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return exitCode.internal;
  }
  output.say('error', { code: error.code, reason: error.reason, context: error.context }, describeError(error));
  // Nobody here cancelled anything: the engine fell, or the app we were attached to ended.
  if (error.code === 'CANCELLED') return exitCode.internal;
  if (error.reason !== 'usage') return exitCodeFor(error.code);
  process.stderr.write(usage);
  return exitCode.usage;
}

/** A database that could not be used was kept and a new one begun: nobody should find that out by missing something. */
async function sayWhatWasSetAside({ client, attached }: EngineHandle, output: Output): Promise<void> {
  if (attached) return;
  for await (const { storageNotice } of await client.app.watch()) {
    if (storageNotice !== null && storageNotice.keptAt !== null) {
      output.say('storage-notice', storageNotice, `The message store could not be read and is kept at ${storageNotice.keptAt}`);
    }
    break;
  }
}

async function main(said: readonly string[]): Promise<ExitCode> {
  let output = createOutput(said.includes('--json'), (text) => process.stdout.write(text));
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  let engine: EngineHandle | null = null;
  let server: Server | null = null;
  try {
    const argv = withServerFile(said);
    const line = parseCommandLine(argv);
    output = createOutput(line.common.json, (text) => process.stdout.write(text));
    if (line.command.kind === 'help') {
      output.say('usage', { usage }, usage);
      return exitCode.ok;
    }
    const { common, command } = line;
    if (command.kind === 'supernode') server = await openServer(command, version, output, interrupt);
    else for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
    const logLevel = common.verbose ? 'debug' : 'warn';
    engine = await startHeadless({
      profile: { home: common.home ?? null, name: common.profile },
      overlay: {
        bind: common.listen ?? anywhere,
        bootstrap: common.bootstrap,
        gateways: common.gateway,
        ...(common.gatewayPort === undefined ? {} : { gatewayPort: common.gatewayPort }),
        supernodeMode: command.kind === 'supernode' ? 'on' : null,
        ...(command.kind === 'supernode' && command.mailboxBytes !== null ? { mailboxBytes: command.mailboxBytes } : {}),
        mdns: common.mdns,
        bitTorrentRouters: [...bitTorrentRouters(common.bittorrent, common.bittorrentNodes, common.listen ?? anywhere)],
        invited: common.invitation ?? [],
        rendezvous: common.mdns,
      },
      echo: command.kind === 'run' && command.echo,
      relay: {
        at: command.kind === 'supernode' ? command.relay : null,
        publicHost: command.kind === 'supernode' ? command.publicHost : null,
        ports: command.kind === 'supernode' ? command.ports : null,
        ...(command.kind === 'supernode' ? { caps: command.caps } : {}),
        always: command.kind === 'supernode',
        allowLoopback: false,
      },
      onRelay: (event) => server?.hearRelay(event),
      fileSkewPpm: common.skewPpm,
      logLevel,
      version,
      logger: lineLogger((text) => process.stderr.write(text), logLevel, 'shell'),
      mayAttach: !needsOwnEngine(line),
      onQuit: interrupt,
    });
    await sayWhatWasSetAside(engine, output);
    const context = { engine, clock: systemClock, output, input: process.stdin, common, signal: interrupted.signal };
    if (command.kind !== 'supernode') return await perform(context, command);
    return (await server?.run(context)) ?? exitCode.internal;
  } catch (error) {
    return interrupted.signal.aborted ? exitCode.interrupted : fail(output, error);
  } finally {
    await engine?.stop();
    await server?.close();
  }
}

process.exitCode = await main(process.argv.slice(2));
