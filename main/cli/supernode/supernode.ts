import type { DrainStep, NetworkView } from '../../../preload/contract/index.ts';
import { missingCase } from '../../ports/missing-case.ts';
import { hostPortText } from '../../ports/host-port.ts';
import type { RelayEvent } from '../../shell/index.ts';
import type { CommandContext } from '../commands/context.ts';
import { until } from '../commands/until.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import type { ServerMetrics } from './metrics.ts';

/** Where a supernode's relay listens, or why it does not, and what it gives; the node itself goes on either way. */
export function tellRelay(output: Output, event: RelayEvent): void {
  switch (event.kind) {
    case 'relay-listening':
      for (const point of event.points) output.say('relay', { ...point }, `Relay at ${hostPortText(point)} (${point.transport})`);
      return;
    case 'relay-failed':
      output.say('relay-failed', { code: event.code }, `The relay can't listen there (${event.code})`);
      return;
    case 'relay-counts': {
      const { allocations, calls, callsEver, packets, bytes, dropped } = event;
      output.say(
        'relay-counts',
        { allocations, calls, callsEver, packets, bytes, dropped },
        `Carrying ${calls} calls, ${allocations} ends kept ready`,
      );
      return;
    }
    case 'relay-gone':
      output.say('relay-gone', {}, 'The relay is gone');
  }
}

function tellStep(output: Output, step: DrainStep): void {
  switch (step.step) {
    case 'leaving':
      output.say('drain', step, 'Getting ready to go: nothing new is taken');
      return;
    case 'handed-on':
      output.say('drain', step, `Neighbours know; ${step.records} of ${step.of} records handed on`);
      return;
    case 'waiting':
      output.say('drain', step, `Waiting for ${step.calls} calls to end`);
      return;
    case 'done':
      output.say('drain', step, step.calls === 0 ? 'Nobody needs this computer any more' : `Time is up: ${step.calls} calls end`);
      return;
    default:
      missingCase(step);
  }
}

export interface SupernodeChoice {
  /** Aborted when it should get ready to go. */
  readonly drain: AbortSignal;
  readonly waitForCallsSeconds: number;
  readonly metrics: ServerMetrics;
}

/** A node without an account: carries part of the network until interrupted, or until it was told to go and has. */
export async function supernode(context: CommandContext, choice: SupernodeChoice): Promise<ExitCode> {
  const { engine, output, signal } = context;
  const ended = new AbortController();
  const watching = AbortSignal.any([signal, ended.signal]);
  const watch = until({ ...context, signal: watching }, async () => {
    let last: NetworkView | null = null;
    for await (const view of await engine.client.network.watch(undefined, { signal: watching })) {
      choice.metrics.heardNetwork(view);
      const isNews =
        view.status !== last?.status ||
        view.publicAddress !== last.publicAddress ||
        view.recordsHeld !== last.recordsHeld ||
        view.role.reason !== last.role.reason;
      if (isNews) {
        output.say(
          'supernode',
          { ...view },
          `Supernode ${view.publicAddress ?? ''}: ${view.status}, ${view.nodesHeard} nodes, ${view.recordsHeld} records`,
        );
      }
      last = view;
    }
  });
  const drain = async (): Promise<void> => {
    await aborted(choice.drain, watching);
    if (watching.aborted) return;
    choice.metrics.heardDraining();
    const steps = await engine.client.network.drain({ waitSeconds: choice.waitForCallsSeconds }, { signal });
    for await (const step of steps) tellStep(output, step);
    ended.abort();
  };
  try {
    await Promise.all([watch, drain()]);
  } finally {
    ended.abort();
  }
  return exitCode.ok;
}

const aborted = (...signals: readonly AbortSignal[]): Promise<void> =>
  new Promise((resolve) => {
    const any = AbortSignal.any([...signals]);
    if (any.aborted) resolve();
    else any.addEventListener('abort', () => resolve(), { once: true });
  });
