import { createChat, type Chat, type ChatChange } from '../../../main/chat/index.ts';
import { createMailPart, type MailPart } from '../../../main/engine/mail-part.ts';
import { accountKeyOf, createAccount, createCertificateCheck, type AccountSecrets } from '../../../main/identity/index.ts';
import { createOwnMailbox, type OwnMailbox } from '../../../main/mailbox/index.ts';
import type { MailboxStore } from '../../../main/overlay/index.ts';
import type { Clock } from '../../../main/ports/clock.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import type { PeerWire } from '../../../main/ports/peer-wire.ts';
import type { Random } from '../../../main/ports/random.ts';
import type { SqliteDriverName } from '../../../native-shims/sqlite/index.ts';
import type { Storage } from '../../../main/storage/index.ts';
import type { MessageView } from '../../../preload/contract/index.ts';
import { newProfile, type Profile } from '../../unit/storage/profile.ts';
import { cheapMailboxWork } from '../world.ts';

/** The process was killed here. */
export class Killed extends Error {}

/** What there is between people and supernodes. */
export interface MailSurroundings {
  wires(account: string): { readonly chat: PeerWire; readonly mailbox: PeerWire };
  readonly store: MailboxStore;
  readonly clock: Clock;
  readonly random: Random;
  /** One that was there before; else there is a new one. */
  readonly profile?: Profile;
  /** To insist on one. */
  readonly driver?: SqliteDriverName;
}

/** Everything of one run of the process; a later one begins from the disk. */
interface Running {
  readonly storage: Storage;
  readonly chat: Chat;
  readonly mail: MailPart;
  readonly mailbox: OwnMailbox;
  readonly life: { isDead: boolean };
}

/** Of a conversation, oldest first. */
export function messagesIn(
  { conversations }: Pick<Storage, 'conversations'>,
  other: string,
  direction?: 'in' | 'out',
): MessageView[] {
  const all: MessageView[] = [];
  for (let beforeMs: number | null = null; ;) {
    const { items, more } = conversations.page(other, beforeMs, 200);
    all.unshift(...items.filter((item) => item.kind === 'message'));
    const [first] = items;
    if (!more || first === undefined) break;
    beforeMs = first.kind === 'message' ? first.atMs : first.startedMs;
  }
  return direction === undefined ? all : all.filter((message) => message.direction === direction);
}

/** Somebody's engine, as far as messages go: chat, letters and mailbox as `main/engine` joins them, over a profile on the disk. Can be killed at any step. */
export class MailPerson {
  readonly secrets: AccountSecrets;
  readonly key: string;
  readonly profile: Profile;
  /** Since the last start. */
  changes: ChatChange[] = [];
  /** Killed after so many more steps (calls to the disk, to the network, to supernodes); null: lives. */
  killAt: number | null = null;
  /** Work that has not come back: not the clock's, so a test waits for it. */
  pending = 0;
  friends: (account: string) => boolean = () => true;
  readonly #around: MailSurroundings;
  #running: Running | null = null;

  constructor(secrets: AccountSecrets, around: MailSurroundings) {
    this.secrets = secrets;
    this.key = accountKeyOf(secrets);
    this.#around = around;
    this.profile = around.profile ?? newProfile();
  }

  static async make(name: string, around: MailSurroundings): Promise<MailPerson> {
    return new MailPerson(await createAccount(name, { random: around.random, nowMs: around.clock.nowMs() }), around);
  }

  get isRunning(): boolean {
    return this.#running?.life.isDead === false;
  }

  /** Its process is gone, and nobody has noticed yet. */
  get isDead(): boolean {
    return this.#running?.life.isDead === true;
  }

  /** Supernodes know their mailbox. */
  get isRegistered(): boolean {
    return this.isRunning && this.pending === 0 && this.storage.ownBox.load() !== null;
  }

  get chat(): Chat {
    return this.#alive().chat;
  }

  get storage(): Storage {
    return this.#alive().storage;
  }

  get mail(): MailPart {
    return this.#alive().mail;
  }

  async start(): Promise<void> {
    if (this.#running !== null) throw new TypeError('started twice');
    const { clock, random, store, driver } = this.#around;
    const storage = await this.profile.open(driver);
    const life = { isDead: false };
    const mortal = <T extends object>(target: T): T => this.#mortal(target, life);
    const wires = this.#around.wires(this.key);
    const transaction = <T>(work: () => T): T => {
      if (life.isDead) throw new Killed('by now');
      return storage.transaction(work);
    };
    const disk = {
      transaction,
      messages: mortal(storage.messages),
      outbox: mortal(storage.outbox),
      letters: mortal(storage.letters),
      depositKeys: mortal(storage.depositKeys),
      prekeys: mortal(storage.prekeys),
    };
    const shared = { clock, random, logger: silentLogger, misbehaved: () => undefined };
    const mail = createMailPart({
      ...shared,
      secrets: () => this.secrets,
      wire: mortal(wires.mailbox),
      mailboxes: mortal(this.#counted(store)),
      started: Promise.resolve(),
      storage: disk,
      isContact: (account) => this.friends(account),
      checkCertificate: createCertificateCheck(storage.sequences),
    });
    const chat = createChat({
      ...shared,
      wire: mortal(wires.chat),
      messages: disk.messages,
      outbox: disk.outbox,
      voices: mortal(storage.voices),
      mail: {
        carrier: this.#counted(mail.carrier),
        letters: disk.letters,
        transaction,
      },
      addMissedCall: () => null,
      habits: () => ({ readReceipts: true, typingNotices: true, undoSend: false }),
      isContact: (account) => this.friends(account),
      isFriend: (account) => this.friends(account),
    });
    this.changes = [];
    chat.onChange((changes) => this.changes.push(...changes));
    const mailbox = createOwnMailbox({
      ...shared,
      store: mortal(this.#counted(store)),
      seed: this.secrets.doorSeed,
      work: cheapMailboxWork,
      own: storage.ownBox,
      seen: mortal(storage.seenItems),
      takeRequest: () => Promise.resolve('done'),
      takeItems: (items) => this.#count(mail.takeItems(items, (letters) => chat.takeLetters(letters))),
    });
    this.#running = { storage, chat, mail, mailbox, life };
    chat.start();
    mail.keys.start();
    await this.#count(mailbox.start());
  }

  /** As Ctrl C does. */
  async quit(): Promise<void> {
    const { chat, mail, mailbox, storage } = this.#alive();
    await this.#count(chat.flush());
    if (this.isDead) return this.fall();
    mailbox.stop();
    mail.keys.stop();
    chat.stop();
    storage.close();
    this.#around.wires(this.key);
    this.#running = null;
  }

  /** As kill -9 does: no goodbye, the disk as it is. */
  fall(): void {
    this.killAt = null;
    const running = this.#running;
    if (running === null) return;
    running.life.isDead = true;
    // Cancels timers of the virtual clock; writes nothing.
    running.mailbox.stop();
    running.mail.keys.stop();
    running.chat.stop();
    running.storage.close();
    this.#around.wires(this.key);
    this.#running = null;
  }

  /** Of a conversation, oldest first. */
  messages(other: string, direction?: 'in' | 'out'): MessageView[] {
    return messagesIn(this.storage, other, direction);
  }

  #alive(): Running {
    if (this.#running === null) throw new TypeError('not started');
    return this.#running;
  }

  /** Each call is a step at which the process may die, before it or after it; and after its death none comes through. */
  #mortal<T extends object>(target: T, life: { isDead: boolean }): T {
    const step = (): void => {
      if (!life.isDead && this.killAt !== null && (this.killAt -= 1) < 0) life.isDead = true;
      if (life.isDead) throw new Killed('now');
    };
    return new Proxy(target, {
      get: (object, name): unknown => {
        const member: unknown = Reflect.get(object, name);
        if (typeof member !== 'function') return member;
        return (...parameters: unknown[]): unknown => {
          step();
          const result: unknown = Reflect.apply(member, object, parameters);
          step();
          return result;
        };
      },
    });
  }

  /** Promises that its methods give count as pending until they are settled. */
  #counted<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name): unknown => {
        const member: unknown = Reflect.get(object, name);
        if (typeof member !== 'function') return member;
        return (...parameters: unknown[]): unknown => {
          const result: unknown = Reflect.apply(member, object, parameters);
          return result instanceof Promise ? this.#count(result) : result;
        };
      },
    });
  }

  async #count<T>(work: Promise<T>): Promise<T> {
    this.pending += 1;
    try {
      return await work;
    } finally {
      this.pending -= 1;
    }
  }
}
