import type { Client } from './ports.ts';
import { codeOf } from './errors.ts';
import { applyChange } from './collection.ts';
import { figuresApart } from './call-figures.ts';
import { cutOff, withCutOff } from './calls.ts';
import { follow } from './follow.ts';
import type { UiStore } from './store.ts';

/** How many calls the list of calls shows before "earlier" is asked for. */
export const callLogPage = 50;

/** Feeds the store from the contract's subscriptions until `signal` aborts. */
export function subscribeAll(client: Client, store: UiStore, signal: AbortSignal): void {
  const set = store.setState;
  void follow(
    (s) => client.app.watch(undefined, { signal: s }),
    (app) => set({ app }),
    signal,
  );
  void follow(
    (s) => client.account.watch(undefined, { signal: s }),
    (account) => set({ account, failure: null }),
    signal,
    (error) => {
      const code = codeOf(error);
      // Those two say that the line or the engine broke, which is the lifecycle's to tell.
      if (code !== 'CANCELLED' && code !== 'INTERNAL') set({ failure: code });
    },
  );
  void follow(
    (s) => client.network.watch(undefined, { signal: s }),
    (network) => set({ network }),
    signal,
  );
  void follow(
    (s) => client.settings.watch(undefined, { signal: s }),
    (settings) => set({ settings }),
    signal,
  );
  void follow(
    (s) => client.profile.watch(undefined, { signal: s }),
    (profile) => set({ profile }),
    signal,
  );
  void follow(
    (s) => client.contacts.watch(undefined, { signal: s }),
    (change) =>
      set(({ contacts }) => ({ contacts: applyChange(contacts, change, (item) => item.accountKey), contactsReady: true })),
    signal,
  );
  void follow(
    (s) => client.conversations.watch(undefined, { signal: s }),
    (change) =>
      set(({ conversations }) => ({
        conversations: applyChange(conversations, change, (item) => item.id),
        conversationsReady: true,
      })),
    signal,
  );
  void follow(
    (s) => client.calls.watch(undefined, { signal: s }),
    (change) => {
      set(({ calls, figures }) => {
        const next = applyChange(calls, change, (item) => item.id);
        return figuresApart({ calls, figures }, change.type === 'snapshot' ? withCutOff(calls, next) : next);
      });
      // Another engine may be there than before, with lines in the log that nobody saw being written.
      if (change.type === 'snapshot') void refreshCallLog(client, store);
    },
    signal,
    // The engine is gone, and every call with it: a stage without a call behind it would be a lie. If only the line to it broke,
    // the next snapshot says that the call goes on.
    () => set(({ calls }) => ({ calls: cutOff(calls) })),
  );
}

/**
 * Reads the newest part of the call log again; called whenever an engine is there (again), and when a call ends. A failure shows in the
 * state.
 */
export async function refreshCallLog(client: Client, store: UiStore): Promise<void> {
  try {
    const { items } = await client.calls.log({ beforeMs: null, limit: callLogPage });
    store.setState({ callLog: { items, more: items.length === callLogPage, state: 'there' } });
  } catch {
    store.setState(({ callLog }) => ({ callLog: { ...callLog, state: 'failed' } }));
  }
}

/** Reads the page of the call log before the oldest one held. */
export async function loadOlderCalls(client: Client, store: UiStore): Promise<void> {
  const { items, more } = store.getState().callLog;
  const oldest = items.at(-1);
  if (!more || oldest === undefined) return;
  const page = await client.calls.log({ beforeMs: oldest.startedMs, limit: callLogPage });
  store.setState(({ callLog }) => {
    const known = new Set(callLog.items.map(({ id }) => id));
    return {
      callLog: {
        items: [...callLog.items, ...page.items.filter(({ id }) => !known.has(id))],
        more: page.items.length === callLogPage,
        state: callLog.state,
      },
    };
  });
}
