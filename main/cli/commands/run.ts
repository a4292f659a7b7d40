import type { CallView, ContactView, ConversationView, NetworkView } from '../../../preload/contract/index.ts';
import type { AudioFiles } from '../arguments.ts';
import { createCallTeller } from '../call-words.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { createMessageTeller } from '../message-words.ts';
import { startUsage } from '../usage-meter.ts';
import { attachFiles, printDiagnostics } from './call.ts';
import type { CommandContext } from './context.ts';
import { until } from './until.ts';

type Change<Item> =
  | { readonly type: 'snapshot'; readonly items: readonly Item[] }
  | { readonly type: 'upsert'; readonly item: Item }
  | { readonly type: 'remove' };

const itemsOf = <Item>(change: Change<Item>): readonly Item[] =>
  change.type === 'snapshot' ? change.items : change.type === 'upsert' ? [change.item] : [];

export interface RunOptions {
  readonly files: AudioFiles;
  readonly echo: boolean;
  readonly autoAnswer: boolean;
  readonly autoAccept: boolean;
}

/** Stays online and prints what happens until interrupted. */
export async function run(context: CommandContext, options: RunOptions): Promise<ExitCode> {
  const { engine, output, signal, clock } = context;
  await attachFiles(context, options.files, options.echo);
  const { client } = engine;
  const usage = startUsage(clock);

  const network = async (): Promise<void> => {
    let last: NetworkView | null = null;
    for await (const view of await client.network.watch(undefined, { signal })) {
      if (view.status !== last?.status || view.publicAddress !== last.publicAddress) {
        output.say('network', { ...view }, `Network: ${view.status}, ${view.nodesHeard} nodes`);
      }
      last = view;
    }
  };

  const contacts = async (): Promise<void> => {
    const seen = new Map<string, ContactView>();
    for await (const change of await client.contacts.watch(undefined, { signal })) {
      for (const contact of itemsOf(change)) {
        const before = seen.get(contact.accountKey);
        seen.set(contact.accountKey, contact);
        if (contact.relation === 'incoming' && before?.relation !== 'incoming') {
          output.say(
            'request',
            { name: contact.name, note: contact.note },
            `${contact.name} asks to be a contact: ${contact.note ?? ''}`,
          );
          if (options.autoAccept) await client.contacts.accept({ accountKey: contact.accountKey }, { signal });
        }
        if (contact.presence.state !== before?.presence.state) {
          output.say(
            'presence',
            { name: contact.name, ...contact.presence, atMonotonicMs: clock.monotonicMs() },
            `${contact.name} is ${contact.presence.state}`,
          );
        }
      }
    }
  };

  const messages = async (): Promise<void> => {
    const tell = createMessageTeller(output);
    let first = true;
    for await (const change of await client.conversations.watch(undefined, { signal })) {
      for (const conversation of itemsOf<ConversationView>(change)) tell(conversation, !first);
      first = false;
    }
  };

  const calls = async (): Promise<void> => {
    const phases = new Map<string, string>();
    const tell = createCallTeller(output);
    for await (const change of await client.calls.watch(undefined, { signal })) {
      for (const view of itemsOf<CallView>(change)) {
        tell(view);
        if (phases.get(view.id) === view.phase) continue;
        phases.set(view.id, view.phase);
        const at = { callId: view.id, name: view.name, phase: view.phase, atMonotonicMs: clock.monotonicMs() };
        output.say('phase', at, `Call with ${view.name}: ${view.phase}`);
        if (view.phase === 'ringing' && view.direction === 'in' && options.autoAnswer)
          await client.calls.accept({ id: view.id }, { signal });
        if (view.phase === 'active') usage.restart();
        if (view.phase === 'ended') {
          const own = engine.attached ? {} : usage.read();
          output.say(
            'call-ended',
            { callId: view.id, reason: view.reason, stats: view.stats, ...own },
            `Call ended: ${view.reason ?? ''}`,
          );
        }
      }
    }
  };

  output.say('running', { attached: engine.attached }, 'Running; Ctrl C ends');
  await Promise.all([
    until(context, network),
    until(context, contacts),
    until(context, messages),
    until(context, calls),
    until(context, () => printDiagnostics(context)),
  ]);
  return exitCode.ok;
}
