import { hostPortText } from '../../ports/host-port.ts';
import { systemClock } from '../../ports/system-clock.ts';
import type { RelayEvent } from '../../shell/index.ts';
import type { Command } from '../arguments.ts';
import type { CommandContext } from '../commands/context.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { createServerMetrics } from './metrics.ts';
import { serveMetrics } from './metrics-server.ts';
import { heedSignals } from './signals.ts';
import { supernode, tellRelay } from './supernode.ts';

/** What a supernode has beside its engine. */
export interface Server {
  hearRelay(event: RelayEvent): void;
  run(context: CommandContext): Promise<ExitCode>;
  close(): Promise<void>;
}

/**
 * Begins to heed signals and to tell figures.
 * @param stop called when it is to stop now, in good order
 * @throws AppError BAD_INPUT where figures can't be told
 */
export async function openServer(
  command: Extract<Command, { kind: 'supernode' }>,
  version: string,
  output: Output,
  stop: () => void,
): Promise<Server> {
  const metrics = createServerMetrics(version);
  const figures = command.metrics === null ? null : await serveMetrics(command.metrics, metrics);
  if (figures !== null) output.say('metrics', { ...figures.at }, `Figures at http://${hostPortText(figures.at)}/metrics`);
  const signals = heedSignals(systemClock, () => process.exit(exitCode.interrupted));
  signals.stop.addEventListener('abort', stop);
  return {
    hearRelay(event) {
      metrics.heardRelay(event);
      tellRelay(output, event);
    },
    run: (context) => supernode(context, { drain: signals.drain, waitForCallsSeconds: command.waitForCallsSeconds, metrics }),
    close: async () => figures?.close(),
  };
}
