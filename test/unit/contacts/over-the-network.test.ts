import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chatProtocol, chatWireLimits, createChat, type Chat } from '../../../main/chat/index.ts';
import { contactsProtocol, contactsWireLimits, createContacts, type Contacts } from '../../../main/contacts/index.ts';
import {
  accountKeyOf,
  checkSignature,
  contactAddressOf,
  createAccount,
  createCertificateCheck,
  doorKeyOf,
  linkIdentityOf,
  hiddenListeningOf,
  withNewListening,
  type AccountSecrets,
} from '../../../main/identity/index.ts';
import { createOwnMailbox, leaveRequest } from '../../../main/mailbox/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { createPresence, presenceProtocol, presenceWireLimits, type Presence } from '../../../main/presence/index.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { cheapMailboxWork, eventually, World, type WorldNode } from '../../sim/world.ts';
import { newProfile, type Profile } from '../storage/profile.ts';

/** The four features of one account on a real node, real disk and real keys; only the directory is a table. */
interface Household {
  readonly key: string;
  readonly name: string;
  readonly node: WorldNode;
  readonly profile: Profile;
  readonly storage: Storage;
  readonly contacts: Contacts;
  readonly presence: Presence;
  readonly chat: Chat;
  readonly heard: string[];
  readonly mailbox: Uint8Array;
  secrets(): AccountSecrets;
  close(): Promise<void>;
  /** The node is gone without a goodbye, the disk stays as it is. */
  crash(): Promise<void>;
}

let world: World;
let households: Household[];
beforeEach(() => {
  world = new World();
  households = [];
});
afterEach(async () => {
  for (const household of households) await household.close();
  await world.stop();
  for (const { profile } of households) profile.dispose();
});

/** @param before comes back after a crash: same keys, same disk, a new node */
async function moveIn(name: string, supernode: WorldNode, before?: Household): Promise<Household> {
  let secrets = before?.secrets() ?? (await createAccount(name, { random: systemRandom, nowMs: systemClock.nowMs() }));
  const profile = before?.profile ?? newProfile();
  const storage = await profile.open();
  const checkCertificate = createCertificateCheck(storage.sequences);
  const node = await world.add([supernode.at()], {
    certificateCheck: checkCertificate,
    signatureCheck: checkSignature,
    knownNodes: storage.knownNodes,
    ownPort: storage.ownPort,
    shelf: storage.shelf,
  });
  const { people } = node.overlay;
  const shared = { clock: systemClock, random: systemRandom, logger: silentLogger, misbehaved: () => undefined };
  const mail = { ...shared, store: node.overlay.mailboxes, work: cheapMailboxWork, left: storage.leftRequests };
  const contacts = createContacts({
    ...shared,
    name,
    identity: () => linkIdentityOf(secrets),
    address: () => contactAddressOf(secrets.listening),
    hiddenAddress: () => contactAddressOf(hiddenListeningOf(secrets.listening)),
    rotateListening: async () => {
      secrets = withNewListening(secrets, { random: systemRandom, nowMs: systemClock.nowMs() });
      await people.setIdentity(linkIdentityOf(secrets), secrets.listening);
    },
    wire: people.wire(contactsProtocol, contactsWireLimits),
    leaveRequest: async ({ account, subject, content }, signal) => {
      const mailbox = households.find(({ key }) => key === account)?.mailbox;
      return mailbox !== undefined && leaveRequest(mail, { account, mailbox, subject, content }, signal);
    },
    verifyName: async (asked) => {
      const found = households.find((household) => household.name === asked);
      return found === undefined ? null : { name: found.name, accountKey: found.key };
    },
    checkCertificate,
    repository: storage.contacts,
    eraseHistory: (account) => storage.conversations.erase(account),
  });
  const isFriend = (account: string): boolean => contacts.admit(account);
  const presence = createPresence({
    ...shared,
    wire: people.wire(presenceProtocol, presenceWireLimits),
    isFriend,
    lastSeen: (account) => contacts.get(account)?.lastSeenMs ?? null,
    saveLastSeen: (account, atMs) => contacts.setLastSeen(account, atMs),
    isInvisibleTo: () => false,
    hidesLastSeen: () => false,
  });
  const chat = createChat({
    ...shared,
    wire: people.wire(chatProtocol, chatWireLimits),
    messages: storage.messages,
    voices: storage.voices,
    outbox: storage.outbox,
    addMissedCall: () => null,
    habits: () => ({ readReceipts: true, typingNotices: true, undoSend: false }),
    isContact: (account) => contacts.isContact(account),
    isFriend,
  });
  const heard: string[] = [];
  chat.onChange((changes) => {
    for (const change of changes) if (change.type === 'received') heard.push(change.message.text);
  });
  people.setAdmission(isFriend);
  contacts.onRoster(() => people.setWanted(contacts.wanted()));
  // Before anybody can connect: what comes while nobody listens is lost.
  for (const feature of [contacts, presence, chat]) feature.start();
  await people.setIdentity(linkIdentityOf(secrets), secrets.listening);
  const ownMailbox = createOwnMailbox({
    ...mail,
    seed: secrets.doorSeed,
    own: storage.ownBox,
    seen: storage.seenItems,
    takeRequest: (content) => contacts.takeRequest(content),
    takeItems: (items) => Promise.resolve(items.map(() => 'later')),
  });
  await ownMailbox.start();
  const household: Household = {
    key: accountKeyOf(secrets),
    name,
    node,
    profile,
    storage,
    contacts,
    presence,
    chat,
    heard,
    mailbox: doorKeyOf(secrets),
    secrets: () => secrets,
    async crash() {
      households = households.filter((other) => other !== household);
      await world.crash(node);
      for (const feature of [ownMailbox, chat, presence, contacts]) feature.stop();
      storage.close();
    },
    async close() {
      for (const feature of [ownMailbox, chat, presence, contacts]) feature.stop();
      await Promise.resolve();
    },
  };
  households.push(household);
  return household;
}

const isOnline = (from: Household, other: Household): boolean => from.presence.view(other.key).state === 'online';

describe('Two people on real nodes', () => {
  it('ask, accept, see each other, write, block; and the blocked one sees nobody any more', { timeout: 60_000 }, async () => {
    const supernode = await world.add([]);
    const alice = await moveIn('alice', supernode);
    const bob = await moveIn('bob', supernode);
    alice.contacts.request({ accountKey: bob.key, name: 'bob', note: 'From the workshop' });
    await eventually('the request has come', () => bob.contacts.get(alice.key)?.note === 'From the workshop');
    bob.contacts.accept(alice.key);
    await eventually('both are contacts', () => alice.contacts.isContact(bob.key));
    await eventually('both see each other', () => isOnline(alice, bob) && isOnline(bob, alice));
    alice.chat.send(bob.key, 'hello', null);
    bob.chat.send(alice.key, 'good day', null);
    await eventually('both heard', () => bob.heard.includes('hello') && alice.heard.includes('good day'));
    await eventually('both delivered', () => alice.storage.outbox.count(bob.key) === 0);

    await alice.contacts.block(bob.key);
    await eventually('the session is closed', () => bob.presence.view(alice.key).state === 'offline');
    expect(() => alice.chat.send(bob.key, 'anything', null)).toThrow('NOT_A_CONTACT');
    bob.chat.send(alice.key, 'are you there?', null);
    expect(bob.storage.outbox.count(alice.key)).toBe(1);
    alice.contacts.unblock(bob.key);
    await eventually('the waiting message arrives', () => alice.heard.includes('are you there?'));
  });

  it('block somebody, and a third one follows to the new address and stays in touch', { timeout: 60_000 }, async () => {
    const supernode = await world.add([]);
    const [alice, bob, carol] = [
      await moveIn('alice', supernode),
      await moveIn('bob', supernode),
      await moveIn('carol', supernode),
    ];
    for (const other of [bob, carol]) {
      other.contacts.request({ accountKey: alice.key, name: 'alice', note: '' });
      await eventually('the request has come', () => alice.contacts.get(other.key)?.relation === 'incoming');
      alice.contacts.accept(other.key);
      await eventually('they see each other', () => isOnline(other, alice) && isOnline(alice, other));
    }
    const known = (): string => JSON.stringify(carol.contacts.wanted().map(({ address }) => address?.sequence));
    const before = known();
    await alice.contacts.block(bob.key);
    await eventually('carol has the new address', () => known() !== before);
    await eventually('they see each other again', () => isOnline(carol, alice) && isOnline(alice, carol));
    carol.chat.send(alice.key, 'still here', null);
    await eventually('the message arrives', () => alice.heard.includes('still here'));
    expect(bob.presence.view(alice.key).state).toBe('offline');
  });

  it(
    'find each other again after one computer died and came back, and nothing written meanwhile is lost',
    { timeout: 90_000 },
    async () => {
      const supernode = await world.add([]);
      const alice = await moveIn('alice', supernode);
      const bob = await moveIn('bob', supernode);
      alice.contacts.request({ accountKey: bob.key, name: 'bob', note: '' });
      await eventually('the request has come', () => bob.contacts.get(alice.key)?.relation === 'incoming');
      bob.contacts.accept(alice.key);
      await eventually('both see each other', () => isOnline(alice, bob) && isOnline(bob, alice));
      await bob.crash();
      alice.chat.send(bob.key, 'one', null);
      await eventually('bob is seen to be gone', () => alice.presence.view(bob.key).state === 'offline');
      alice.chat.send(bob.key, 'two', null);
      const again = await moveIn('bob', supernode, bob);
      await eventually('everything arrived', () => again.heard.length === 2);
      expect(again.heard).toEqual(['one', 'two']);
      await eventually('both see each other again', () => isOnline(alice, again) && isOnline(again, alice));
    },
  );
});
