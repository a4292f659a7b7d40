import type { ChosenPresence } from '../../preload/contract/index.ts';
import { createCalls, type Calls } from '../calls/index.ts';
import { createChat, type ChatHabits } from '../chat/index.ts';
import { createContacts } from '../contacts/index.ts';
import { startPublishing, type CardPublisher, type CardWork, type Directory, type Refresher } from '../directory/index.ts';
import { contactAddressOf, hiddenListeningOf, linkIdentityOf } from '../identity/index.ts';
import type { CertificateCheck, Overlay } from '../overlay/index.ts';
import { createOwnMailbox, leaveRequest, subjectOf, type MailboxWork, type OwnMailbox } from '../mailbox/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { createPresence, type Presence } from '../presence/index.ts';
import { createProfiles } from '../profiles/index.ts';
import type { Storage } from '../storage/index.ts';
import type { AccountPartControl } from './account-part.ts';
import type { CallGate } from './call-gate.ts';
import type { CallsPartControl } from './calls-part.ts';
import { renewDaily } from './certificate-renewal.ts';
import type { ConversationsPartControl } from './conversations-part.ts';
import { limitEchoCalls } from './echo.ts';
import type { ChatActions } from './engine.ts';
import { createMailPart } from './mail-part.ts';
import type { MediaLink } from './media-link.ts';
import { onNetworkBack } from './network-back.ts';
import { addMissed, tellMissed } from './missed-calls.ts';
import { noteOpenCalls } from './open-calls.ts';
import type { FindingPartControl } from './finding-part.ts';
import type { PeoplePartControl } from './people-part.ts';
import type { ProfilePartControl } from './profile-part.ts';
import { participantsOf } from './participants.ts';
import { recordingTarget } from './recordings.ts';
import { relaysOfCalls } from './relays-of-calls.ts';
import { watchNames } from './name-watch.ts';
import type { Wires } from './wires.ts';

export interface SignedInParts {
  /** Answer calls of visitors as the echo service. */
  readonly echo: boolean;
  /** For laboratories: relays may stand on 127.x. */
  readonly allowLoopback: boolean;
  /** Whether nobody at all is to learn our address. */
  readonly hidesAddress: () => boolean;
  readonly habits: () => ChatHabits;
  readonly hidesLastSeen: () => boolean;
  readonly profileDir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly overlay: Overlay;
  /** Resolves when the overlay's node runs; what needs a network begins then. */
  readonly overlayStarted: Promise<void>;
  readonly wires: Wires;
  readonly directory: Directory;
  readonly storage: Storage;
  readonly media: MediaLink;
  readonly gate: CallGate;
  readonly account: AccountPartControl;
  readonly people: PeoplePartControl;
  readonly profile: ProfilePartControl;
  readonly finding: FindingPartControl;
  readonly cardWork: CardWork;
  readonly conversations: ConversationsPartControl;
  readonly calls: CallsPartControl;
  readonly certificateCheck: CertificateCheck;
  readonly mailboxWork: MailboxWork;
}

/** Everything that works for an account, joined together. */
export interface SignedIn {
  isContact(account: AccountKey): boolean;
  /** @throws AppError NO_SUCH_CONVERSATION */
  requireConversation(id: string): void;
  /** @throws AppError NO_SUCH_CONVERSATION */
  participants(id: string): ReturnType<typeof participantsOf>;
  readonly chat: ChatActions;
  readonly presence: Pick<Presence, 'setOwn' | 'setIdle' | 'setAsleep' | 'refresh'>;
  /** What the person wants to be found by changed. */
  cardChanged(): void;
  /** The computer slept: who was asked meanwhile could not answer for our name. */
  wake(): void;
  stop(): Promise<void>;
}

/** Whoever quits right after writing to somebody who is away: the letter still goes, if it goes quickly. */
const lastLettersMs = 2_500;
/** Without mailbox and claim nobody new finds us: try again soon, then patiently. */
const firstJoinPauseMs = 5_000;
const lastJoinPauseMs = 300_000;

export function createSignedIn(parts: SignedInParts): SignedIn {
  const { clock, random, logger, overlay, wires, directory, storage, media, account, gate } = parts;
  const stops: (() => void | Promise<void>)[] = [];
  /** Announcing ourselves to neighbours that died takes long; whoever quits does not wait for it. */
  let stopped = false;
  const misbehaved = (peer: AccountKey, reason: string): void => overlay.people.disconnect(peer, reason);
  const listenAs = async (): Promise<void> => {
    const secrets = account.secrets();
    await parts.overlayStarted;
    if (stopped) return;
    const { listening } = secrets;
    await overlay.people.setIdentity(linkIdentityOf(secrets), listening, hiddenListeningOf(listening));
  };

  const mailboxParts = {
    store: overlay.mailboxes,
    work: parts.mailboxWork,
    left: storage.leftRequests,
    gate,
    clock,
    random,
    logger: logger.child('mailbox'),
  };
  const contacts = createContacts({
    name: account.secrets().name,
    identity: () => linkIdentityOf(account.secrets()),
    address: () => contactAddressOf(account.secrets().listening),
    hiddenAddress: () => contactAddressOf(hiddenListeningOf(account.secrets().listening)),
    async rotateListening() {
      await account.rotateListening();
      await listenAs();
    },
    wire: wires.contacts,
    async leaveRequest({ account: key, name, subject, content }, signal) {
      const { view, door } = await directory.lookup(name, signal);
      if (view.result !== 'found' || view.accountKey !== key || door === null) return false;
      return leaveRequest(mailboxParts, { account: key, mailbox: door, subject: subjectOf(subject), content }, signal);
    },
    async verifyName(name, signal) {
      const { view } = await directory.lookup(name, signal);
      return view.result === 'found' ? { name: view.name, accountKey: view.accountKey } : null;
    },
    checkCertificate: parts.certificateCheck,
    repository: storage.contacts,
    eraseHistory(key) {
      storage.conversations.erase(key);
      storage.profiles.remove(key);
    },
    misbehaved,
    clock,
    random,
    logger: logger.child('contacts'),
  });

  const isFriend = (key: AccountKey): boolean => contacts.admit(key);
  const presence = createPresence({
    wire: wires.presence,
    isFriend,
    lastSeen: (key) => contacts.get(key)?.lastSeenMs ?? null,
    saveLastSeen: (key, atMs) => contacts.setLastSeen(key, atMs),
    isInvisibleTo: (key) => contacts.get(key)?.invisibleTo ?? false,
    hidesLastSeen: parts.hidesLastSeen,
    misbehaved,
    clock,
    logger: logger.child('presence'),
  });
  const self = linkIdentityOf(account.secrets()).account;
  const profiles = createProfiles({
    self,
    wire: wires.profile,
    isContact: (key) => contacts.isContact(key),
    misbehaved,
    repository: storage.profiles,
    gate,
    clock,
    logger: logger.child('profiles'),
  });
  const mail = createMailPart({
    secrets: () => account.secrets(),
    wire: wires.mailbox,
    mailboxes: overlay.mailboxes,
    started: parts.overlayStarted,
    storage,
    isContact: (key) => contacts.isContact(key),
    misbehaved,
    checkCertificate: parts.certificateCheck,
    gate,
    clock,
    random,
    logger: logger.child('mailbox'),
  });
  const chat = createChat({
    wire: wires.chat,
    messages: storage.messages,
    voices: storage.voices,
    outbox: storage.outbox,
    mail: { carrier: mail.carrier, letters: storage.letters, transaction: (work) => storage.transaction(work) },
    addMissedCall: (key, call) => addMissed(key, call, calls, storage, clock),
    habits: parts.habits,
    isContact: (key) => contacts.isContact(key),
    isFriend,
    misbehaved,
    clock,
    random,
    logger: logger.child('chat'),
  });
  const calls = createCalls({
    wire: wires.calls,
    media,
    clock,
    random,
    misbehaved,
    log: logger.child('calls'),
    self: () => self,
    nameOf: (key) => contacts.get(key)?.name ?? '',
    volumeOf: (key) => contacts.get(key)?.volume ?? 1,
    recordingFor: (name) => recordingTarget(parts.profileDir, name, clock.nowMs()),
    relays: relaysOfCalls(overlay, () => linkIdentityOf(account.secrets()), parts.allowLoopback),
    hidesAddressFrom: (key) => parts.hidesAddress() || (contacts.get(key)?.hideAddress ?? false),
    openMediaPath: (key) => overlay.people.openMediaPath(key),
    admit: (key) => (parts.echo ? 'echo' : contacts.isContact(key) ? 'ring' : 'refuse'),
  });

  const updateRoster = (): void => {
    overlay.people.setAdmission((key) => contacts.admit(key));
    overlay.people.setWanted(contacts.wanted());
  };
  presence.setOwn(ownPresence(account));
  contacts.start();
  presence.start();
  profiles.start();
  chat.start();
  mail.keys.start();
  const names = watchNames({
    contacts: () => contacts.list(),
    lookup: async (name, signal) => (await directory.lookup(name, signal)).view,
    clock,
    random,
    onChange: (key) => parts.people.changed(key),
  });
  parts.profile.use(profiles, self);
  parts.people.use(contacts, {
    presenceOf: (key) => presence.view(key),
    isNameTaken: (key) => names.isTaken(key),
    visibilityChanged: () => presence.refresh(),
  });
  for (const record of storage.openCalls.takeAll()) {
    if (contacts.get(record.conversationId) === undefined) continue;
    storage.callLog.add(record);
    tellMissed(record, chat);
  }
  parts.calls.use(calls);
  parts.conversations.reload();
  stops.push(
    () => names.stop(),
    contacts.onRoster(updateRoster),
    contacts.onChange((change) => {
      if (change.type === 'upsert') calls.volumeChanged(change.contact.accountKey);
      if (change.type === 'remove' || change.contact.relation === 'contact') parts.conversations.reload();
      if (change.type === 'upsert') {
        mail.keys.greet(change.contact.accountKey);
        profiles.greet(change.contact.accountKey);
      }
      // Taken back: asking again is another request.
      else storage.leftRequests.remove(change.accountKey);
    }),
    presence.onChange((key) => parts.people.changed(key)),
    profiles.onChange((key) => parts.people.changed(key)),
    chat.onChange((changes) => parts.conversations.chatChanged(changes)),
    calls.onChange(() =>
      presence.setOnCall(calls.views().some((view) => view.phase === 'active' || view.phase === 'reconnecting')),
    ),
    calls.onChange((view) => gate.callChanged(view)),
    noteOpenCalls(calls, storage, clock),
    calls.onRecord((record) => {
      if (contacts.get(record.conversationId) === undefined) return;
      parts.conversations.itemChanged(storage.callLog.add(record));
      tellMissed(record, chat);
    }),
    calls.onChange((view) => {
      if (view.echo && view.direction === 'out' && view.phase === 'ended') overlay.people.leave(view.accountKey);
    }),
  );
  if (parts.echo) stops.push(limitEchoCalls(calls, clock));
  stops.push(renewDaily({ account, renewed: listenAs, clock, logger }));

  let refresher: Refresher | null = null;
  let publisher: CardPublisher | null = null;
  let ownMailbox: OwnMailbox | null = null;
  const join = async (): Promise<void> => {
    await parts.overlayStarted;
    if (stopped) return;
    // First: friends come as soon as we listen, and one who is turned away waits before trying again.
    updateRoster();
    await listenAs();
    if (stopped) return;
    const mailbox = createOwnMailbox({
      ...mailboxParts,
      seed: account.secrets().doorSeed,
      own: storage.ownBox,
      seen: storage.seenItems,
      takeRequest: (content) => contacts.takeRequest(content),
      takeItems: (items) => mail.takeItems(items, (letters) => chat.takeLetters(letters)),
    });
    await mailbox.start();
    if (stopped) return mailbox.stop();
    ownMailbox = mailbox;
    stops.push(() => mailbox.stop());
    const started = directory.startRefreshing(() => account.secrets(), account.claim());
    refresher = started;
    const publishing = startPublishing({
      store: overlay.cards,
      own: storage.ownCards,
      work: parts.cardWork,
      clock,
      random,
      log: logger,
      secrets: () => account.secrets(),
      wish: () => parts.finding.wish(),
      gate,
    });
    publisher = publishing;
    stops.push(
      () => started.stop(),
      started.onState((claim) => account.setClaim(claim)),
      () => publishing.stop(),
      publishing.onState((state) => parts.finding.stateChanged(state)),
      onNetworkBack(overlay, clock, (lostAtMs) => {
        // An island that met a larger network tells it our name and our card.
        started.networkIsBack(lostAtMs);
        publishing.networkIsBack(lostAtMs);
        mailbox.look();
        chat.look();
      }),
    );
  };
  let joinTimer: Timer | null = null;
  const joinUntilDone = (pauseMs: number): void => {
    join().catch((error: unknown) => {
      logger.error('join-failed', { error: String(error).slice(0, 300), againInMs: pauseMs });
      if (!stopped) joinTimer = clock.setTimer(pauseMs, () => joinUntilDone(Math.min(pauseMs * 2, lastJoinPauseMs)));
    });
  };
  joinUntilDone(firstJoinPauseMs);

  return {
    isContact: (key) => contacts.isContact(key),
    requireConversation(id) {
      if (contacts.get(id) === undefined) throw new AppError('NO_SUCH_CONVERSATION', 'nobody of that key');
    },
    participants: (id) => participantsOf(id, contacts, account.secrets()),
    chat,
    cardChanged: () => void publisher?.update(),
    presence,
    wake() {
      // The clock counted on: what fell due meanwhile is made up for.
      refresher?.networkIsBack(null);
      ownMailbox?.look();
      chat.look();
    },
    async stop() {
      stopped = true;
      joinTimer?.cancel();
      // While somebody still listens: the call belongs into the history.
      hangUp(calls, parts.calls);
      await within(clock, lastLettersMs, chat.flush());
      for (const stop of stops.toReversed()) await stop();
      mail.keys.stop();
      chat.stop();
      profiles.stop();
      presence.stop();
      contacts.stop();
      await overlay.people.setIdentity(null, null);
    },
  };
}

/** Resolves with the work, or without it after a while. */
const within = (clock: Clock, limitMs: number, work: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const timer = clock.setTimer(limitMs, resolve);
    const done = (): void => {
      timer.cancel();
      resolve();
    };
    work.then(done, done);
  });

function hangUp(calls: Calls, part: CallsPartControl): void {
  calls.stop();
  part.use(null);
}

function ownPresence(account: AccountPartControl): ChosenPresence {
  const state = account.state.get();
  return state.kind === 'ready' ? state.account.presence : 'online';
}
