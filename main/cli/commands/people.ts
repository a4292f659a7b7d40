import { looksLikeInvitation, readInvitation, type ContactView } from '../../../preload/contract/index.ts';
import { AppError } from '../../ports/app-error.ts';
import { summarySentence } from '../call-words.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { noteOf, saidIn } from '../message-words.ts';
import { contactNamed, contactsNow, conversationOf, deadline, isNamed, waitForContact } from '../watching.ts';
import type { CommandContext } from './context.ts';

/** How long a command stays so that the other side can hear of a yes, or be heard; otherwise the next run tells. */
const tellSeconds = 5;

export async function addContact(
  { engine, output, clock, signal }: CommandContext,
  written: string,
  note: string,
): Promise<ExitCode> {
  const link = looksLikeInvitation(written) ? readInvitation(written) : null;
  if (link === null && looksLikeInvitation(written))
    throw new AppError('BAD_INPUT', 'usage', { message: 'that is no invitation link' });
  if (link !== null && link.via.length > 0) await engine.client.network.join({ via: [...link.via] }, { signal });
  const asked = link === null ? { name: written } : { name: link.name, accountKey: link.accountKey };
  const contact = await engine.client.contacts.request({ ...asked, note }, { signal });
  output.say(
    'requested',
    { name: contact.name, accountKey: contact.accountKey, relation: contact.relation },
    `Asked ${contact.name}`,
  );
  if (engine.attached) return exitCode.ok;
  // Whoever says yes at once should find us: what we don't hear now, they have to tell us later.
  const isYes = ({ accountKey, relation }: ContactView): boolean => accountKey === contact.accountKey && relation === 'contact';
  const yes = await waitForContact(engine.client, clock, tellSeconds, signal, isYes);
  if (yes !== null) output.say('accepted', { name: yes.name, accountKey: yes.accountKey }, `${yes.name} is now a contact`);
  return exitCode.ok;
}

export async function acceptContact({ engine, output, clock, common, signal }: CommandContext, name: string): Promise<ExitCode> {
  const request = await waitForContact(
    engine.client,
    clock,
    common.wait,
    signal,
    (contact) => isNamed(contact, name) && contact.relation === 'incoming',
  );
  if (request === null) throw new AppError('NOT_A_CONTACT', 'no request from that name', { name });
  await engine.client.contacts.accept({ accountKey: request.accountKey }, { signal });
  const told = await waitForContact(
    engine.client,
    clock,
    tellSeconds,
    signal,
    (contact) =>
      contact.accountKey === request.accountKey && contact.presence.state !== 'offline' && contact.presence.state !== 'unknown',
  );
  output.say(
    'accepted',
    { name: request.name, accountKey: request.accountKey, told: told !== null },
    `${request.name} is now a contact`,
  );
  return exitCode.ok;
}

export async function listContacts({ engine, output, signal }: CommandContext): Promise<ExitCode> {
  for await (const change of await engine.client.contacts.watch(undefined, { signal })) {
    if (change.type !== 'snapshot') continue;
    for (const contact of change.items) {
      output.say(
        'contact',
        { ...contact },
        `${contact.name}\t${contact.relation}\t${contact.presence.state}${contact.note === null ? '' : `\t${contact.note}`}`,
      );
    }
    break;
  }
  return exitCode.ok;
}

export async function sendMessage(
  { engine, output, clock, common, signal }: CommandContext,
  name: string,
  text: string,
): Promise<ExitCode> {
  // A yes to our request may be on its way.
  const isReady = (candidate: ContactView): boolean => isNamed(candidate, name) && candidate.relation === 'contact';
  await contactNamed(engine.client, name, signal);
  const contact = await waitForContact(engine.client, clock, common.wait, signal, isReady);
  if (contact === null) throw new AppError('NOT_A_CONTACT', 'they have not said yes yet', { name });
  const id = conversationOf(contact.accountKey);
  const limit = deadline(clock, common.wait, signal);
  try {
    const { messageId } = await engine.client.conversations.send({ id, text }, { signal });
    const timeline = await engine.client.conversations.watchTimeline({ id, limit: 200 }, { signal: limit.signal });
    for await (const change of timeline) {
      const items = change.type === 'snapshot' ? change.items : change.type === 'upsert' ? [change.item] : [];
      const mine = items.find((item) => item.id === messageId);
      if (mine?.kind !== 'message') continue;
      if (mine.delivery === 'stored') {
        output.say('kept', { messageId }, `Kept for ${contact.name}, who is away: they get it when they are online`);
        return exitCode.ok;
      }
      if (mine.delivery !== 'delivered' && mine.delivery !== 'read') continue;
      output.say('delivered', { messageId }, `Delivered to ${contact.name}`);
      return exitCode.ok;
    }
  } catch (error) {
    if (!limit.expired()) throw error;
  } finally {
    limit.cancel();
  }
  output.say(
    'waiting',
    { name: contact.name },
    `Stored. It waits on this computer; it goes when it can be left for ${contact.name}, or both are online`,
  );
  return exitCode.person;
}

export async function history({ engine, output, signal }: CommandContext, name: string): Promise<ExitCode> {
  const contact = await contactNamed(engine.client, name, signal);
  const { items } = await engine.client.conversations.page(
    { id: conversationOf(contact.accountKey), beforeMs: null, limit: 200 },
    { signal },
  );
  for (const item of items) {
    if (item.kind === 'message') {
      const who = item.direction === 'out' ? 'you' : contact.name;
      output.say('message', { ...item }, `${new Date(item.atMs).toISOString()}  ${who}: ${saidIn(item)}${noteOf(item)}`);
    } else {
      output.say(
        'call',
        { ...item },
        `${new Date(item.startedMs).toISOString()}  call ${item.direction}, ${item.reason}, ${Math.round(item.talkedMs / 1000)} s${item.summary === null ? '' : `  [${summarySentence(item.summary)}]`}`,
      );
    }
  }
  return exitCode.ok;
}

/** What was said, in all conversations, newest first. */
export async function search({ engine, output, signal }: CommandContext, words: string): Promise<ExitCode> {
  const { hits } = await engine.client.conversations.search({ typed: words, id: null, after: null, limit: 50 }, { signal });
  const people = hits.length === 0 ? [] : await contactsNow(engine.client, signal);
  for (const hit of hits) {
    const name = people.find(({ accountKey }) => accountKey === hit.conversationId)?.name ?? hit.conversationId.slice(0, 8);
    const who = hit.direction === 'out' ? `you to ${name}` : name;
    output.say('message', { ...hit, name }, `${new Date(hit.atMs).toISOString()}  ${who}: ${hit.text}`);
  }
  if (hits.length === 0) output.say('nothing', {}, 'No message has these words');
  return hits.length === 0 ? exitCode.person : exitCode.ok;
}
