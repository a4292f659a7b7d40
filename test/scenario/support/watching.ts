import type {
  BridgeClient,
  CallRecordView,
  CallView,
  ContactView,
  Delivery,
  MessageView,
  NetworkView,
  TimelineItem,
} from '../../../preload/contract/index.ts';

/** How long a condition may take on a busy machine before the test gives it up. */
const patienceMs = 60_000;

interface CollectionChange<Item> {
  readonly type: 'snapshot' | 'upsert' | 'remove';
  readonly items?: readonly Item[];
  readonly item?: Item;
}

/** The first item, there already or to come, that `wanted` accepts. */
async function firstOf<Item>(
  what: string,
  open: (signal: AbortSignal) => Promise<AsyncIterable<CollectionChange<Item>>>,
  wanted: (item: Item) => boolean,
): Promise<Item> {
  const signal = AbortSignal.timeout(patienceMs);
  const seen: Item[] = [];
  try {
    for await (const change of await open(signal)) {
      const items = change.items ?? (change.item === undefined ? [] : [change.item]);
      seen.push(...items);
      const found = items.find(wanted);
      if (found !== undefined) return found;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`not seen: ${what}; seen: ${JSON.stringify(seen).slice(-2000)}`);
}

/** A call that this holds of, now or later. */
export const callThat = (client: BridgeClient, is: (call: CallView) => boolean, what = 'a call'): Promise<CallView> =>
  firstOf<CallView>(what, (signal) => client.calls.watch(undefined, { signal }), is);

/** A call in this phase: the one with this id, or any. */
export const callIn = (client: BridgeClient, phase: CallView['phase'], id?: string): Promise<CallView> =>
  callThat(client, (call) => call.phase === phase && (id === undefined || call.id === id), `a call that is ${phase}`);

/** The record of a call in this person's history. */
export async function recordOf(client: BridgeClient, id: string): Promise<CallRecordView | undefined> {
  const { items } = await client.calls.log({ beforeMs: null, limit: 200 });
  return items.find((record) => record.id === id);
}

export async function keyOf(client: BridgeClient, name: string): Promise<string> {
  const contact = await firstOf(
    `a contact called ${name}`,
    (signal) => client.contacts.watch(undefined, { signal }),
    (candidate) => candidate.name === name,
  );
  return contact.accountKey;
}

export const friendOnline = (client: BridgeClient, name: string): Promise<unknown> =>
  firstOf(
    `${name} is online`,
    (signal) => client.contacts.watch(undefined, { signal }),
    (contact) => contact.name === name && contact.presence.state === 'online',
  );

/** All messages of a conversation, oldest first. */
export async function messagesWith(client: BridgeClient, id: string): Promise<MessageView[]> {
  const messages: MessageView[] = [];
  let beforeMs: number | null = null;
  for (;;) {
    const { items, more } = await client.conversations.page({ id, beforeMs, limit: 200 });
    messages.unshift(...items.filter((item) => item.kind === 'message'));
    const [oldest] = items;
    if (!more || oldest === undefined) return messages;
    beforeMs = oldest.kind === 'message' ? oldest.atMs : oldest.startedMs;
  }
}

/** Resolves when this message has come so far: as it stands, if it has arrived (`in`) or is known to have (`out`). */
export const delivered = (
  client: BridgeClient,
  id: string,
  text: string,
  states: readonly Delivery[] = ['delivered'],
): Promise<unknown> =>
  firstOf(
    `the message ${text}, ${states.join(' or ')}`,
    (signal) => client.conversations.watchTimeline({ id, limit: 200 }, { signal }),
    (item) => item.kind === 'message' && item.text === text && states.includes(item.delivery),
  );

/** Resolves with a call's record as soon as it is in a conversation. */
export const callRecorded = (client: BridgeClient, conversation: string, id: string): Promise<TimelineItem> =>
  firstOf(
    'the record of a call',
    (signal) => client.conversations.watchTimeline({ id: conversation, limit: 200 }, { signal }),
    (item) => item.kind === 'call' && item.id === id,
  );

/** The network as this engine sees it, when this holds of it. */
export async function networkThat(client: BridgeClient, what: string, is: (view: NetworkView) => boolean): Promise<NetworkView> {
  const signal = AbortSignal.timeout(patienceMs);
  let last: NetworkView | null = null;
  try {
    for await (const view of await client.network.watch(undefined, { signal })) {
      last = view;
      if (is(view)) return view;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`not seen: ${what}; last: ${JSON.stringify(last)}`);
}

export async function signUp(client: BridgeClient, name: string): Promise<void> {
  for await (const progress of await client.account.signUp({ name })) if (progress.step === 'done') return;
}

/** A person in this list, when this holds of them. */
export const contactThat = (client: BridgeClient, what: string, is: (contact: ContactView) => boolean): Promise<ContactView> =>
  firstOf<ContactView>(what, (signal) => client.contacts.watch(undefined, { signal }), is);
