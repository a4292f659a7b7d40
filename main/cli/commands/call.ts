import { isAbsolute, resolve } from 'node:path';
import type { CallView } from '../../../preload/contract/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { AudioFiles } from '../arguments.ts';
import { createCallTeller } from '../call-words.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { startUsage } from '../usage-meter.ts';
import { contactNamed, waitForContact } from '../watching.ts';
import type { CommandContext } from './context.ts';

const absolute = (path: string | null): string | null => (path === null || isAbsolute(path) ? path : resolve(path));

export async function attachFiles({ engine, signal }: CommandContext, files: AudioFiles, echo: boolean): Promise<void> {
  if (files.play === null && files.record === null && files.trace === null && !echo) return;
  const paths = { playPath: absolute(files.play), recordPath: absolute(files.record), tracePath: absolute(files.trace) };
  await engine.client.audio.useFiles({ ...paths, echo }, { signal });
}

/** Prints the moments that laboratories measure; runs until `signal` aborts. */
export async function printDiagnostics({ engine, output, signal }: CommandContext): Promise<void> {
  try {
    for await (const event of await engine.client.diagnostics.watch(undefined, { signal })) {
      output.say(
        'diagnostic',
        { what: event.event, callId: event.callId, atMonotonicMs: event.atMonotonicMs, ...event.values },
        null,
      );
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Calls a contact who is online, or comes online in time. */
export async function call(context: CommandContext, name: string, files: AudioFiles, seconds: number | null): Promise<ExitCode> {
  const { engine, clock, common, signal } = context;
  const contact = await contactNamed(engine.client, name, signal);
  const online = await waitForContact(
    engine.client,
    clock,
    common.wait,
    signal,
    (candidate) =>
      candidate.accountKey === contact.accountKey &&
      candidate.presence.state !== 'offline' &&
      candidate.presence.state !== 'unknown',
  );
  if (online === null) throw new AppError('NOT_REACHABLE', 'they are not online', { name });
  return talk(context, files, seconds, () => engine.client.calls.start({ accountKey: contact.accountKey }, { signal }));
}

/** A sound test: an echo service somewhere on the network says again what it hears. */
export function soundTest(context: CommandContext, files: AudioFiles, seconds: number | null): Promise<ExitCode> {
  const { engine, signal } = context;
  return talk(context, files, seconds, () => engine.client.calls.startEcho({}, { signal }));
}

/** One call from dialling to its end. */
async function talk(
  context: CommandContext,
  files: AudioFiles,
  seconds: number | null,
  start: () => Promise<{ readonly id: string }>,
): Promise<ExitCode> {
  const { engine, clock, output } = context;
  const ending = new AbortController();
  const signal = AbortSignal.any([context.signal, ending.signal]);
  await attachFiles(context, files, false);
  const diagnostics = printDiagnostics({ ...context, signal });

  const usage = startUsage(clock);
  const { id } = await start().catch(async (error: unknown) => {
    ending.abort();
    await diagnostics;
    throw error;
  });
  let last: CallView | null = null;
  const tell = createCallTeller(output);
  const hangUp = (): void => {
    engine.client.calls.hangUp({ id }).catch((error: unknown) => {
      output.say('problem', { detail: String(error) }, null);
    });
  };
  // A hand on Ctrl C hangs up first; the call's end then ends the command.
  context.signal.addEventListener('abort', hangUp, { once: true });
  try {
    for await (const change of await engine.client.calls.watch(undefined, { signal: ending.signal })) {
      const views = change.type === 'snapshot' ? change.items : change.type === 'upsert' ? [change.item] : [];
      const view = views.find((candidate) => candidate.id === id);
      if (view === undefined) continue;
      if (view.phase !== last?.phase) {
        output.say('phase', { callId: id, phase: view.phase, atMonotonicMs: clock.monotonicMs() }, `Call: ${view.phase}`);
        if (view.phase === 'active' && last?.phase !== 'reconnecting') {
          usage.restart();
          if (seconds !== null) clock.setTimer(seconds * 1000, hangUp);
        }
      }
      tell(view);
      last = view;
      if (view.phase === 'ended') break;
    }
  } finally {
    context.signal.removeEventListener('abort', hangUp);
    ending.abort();
    await diagnostics;
  }
  const reason = last?.reason ?? 'engine-crashed';
  const own = engine.attached ? {} : usage.read();
  output.say('call-ended', { callId: id, reason, stats: last?.stats ?? null, ...own }, `Call ended: ${reason}`);
  return reason === 'hung-up' || reason === 'hung-up-by-other' ? exitCode.ok : exitCode.call;
}
