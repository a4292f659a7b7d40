import {
  createCertificateCheck,
  contactAddressOf,
  hiddenListeningOf,
  createAccount,
  accountKeyOf,
  linkIdentityOf,
  withNewListening,
  type AccountSecrets,
} from '../../../main/identity/index.ts';
import { parseName } from '../../../main/directory/index.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { createContacts, type ContactChange, type Contacts } from '../../../main/contacts/index.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { memoryNet, type MemoryNet } from '../chat/memory-wire.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { newProfile, type Profile } from '../storage/profile.ts';

/** One person: real keys, real storage on disk, a mailbox and a session wire in memory. */
export interface Villager {
  readonly name: string;
  readonly key: string;
  secrets: AccountSecrets;
  readonly contacts: Contacts;
  storage: Storage;
  readonly profile: Profile;
  /** Whether they look into their mailbox, and have sessions. */
  atHome: boolean;
  /** Rotating the listening key fails while this is set. */
  diskFull: boolean;
  readonly changes: ContactChange[];
  readonly misbehaved: string[];
  readonly erased: string[];
  /** Ends the engine and starts it again from the disk. */
  restart(): Promise<void>;
  relationTo(other: Villager): string | undefined;
}

export interface Village {
  readonly net: MemoryNet;
  readonly clock: VirtualClock;
  /** name → account key, as the directory says. */
  readonly directory: Map<string, string>;
  person(name: string): Promise<Villager>;
  /** Opens sessions between those who want and admit each other and are at home, and ends the others; moves all messages. */
  settle(): Promise<void>;
  /** Requests that were left in somebody's mailbox. */
  readonly left: Uint8Array[];
  /** The supernodes take nothing while this is set. */
  cutOff: boolean;
  dispose(): void;
}

export function newVillage(): Village {
  const net = memoryNet();
  const clock = new VirtualClock();
  const directory = new Map<string, string>();
  const people: Villager[] = [];
  const left: Uint8Array[] = [];
  /** What waits for whom. One of each subject, as one item is one. */
  const mail = new Map<string, Map<string, Uint8Array>>();
  /** Removed from a mailbox: it doesn't come back. */
  const taken = new Set<string>();
  const started = new Map<string, Contacts>();

  const contactsOf = (villager: Villager): Contacts =>
    createContacts({
      name: villager.name,
      identity: () => linkIdentityOf(villager.secrets),
      address: () => contactAddressOf(villager.secrets.listening),
      hiddenAddress: () => contactAddressOf(hiddenListeningOf(villager.secrets.listening)),
      rotateListening: async () => {
        await Promise.resolve();
        if (villager.diskFull) throw new AppError('DISK_FULL', 'no room');
        villager.secrets = withNewListening(villager.secrets, { random: systemRandom, nowMs: clock.nowMs() });
      },
      wire: net.wire(villager.key),
      leaveRequest: async ({ account, subject, content }) => {
        await Promise.resolve();
        if (village.cutOff) throw new AppError('NO_NETWORK', 'cut off');
        if (!people.some(({ key }) => key === account)) return false;
        const box = mail.get(account) ?? new Map<string, Uint8Array>();
        mail.set(account, box);
        const name = `${villager.key} ${toHex(subject)}`;
        const item = box.get(name) ?? content();
        box.set(name, item);
        left.push(item);
        return true;
      },
      verifyName: async (sent) => {
        const parsed = parseName(sent);
        const accountKey = parsed.ok ? directory.get(parsed.name) : undefined;
        return parsed.ok && accountKey !== undefined ? { name: parsed.name, accountKey } : null;
      },
      checkCertificate: createCertificateCheck(villager.storage.sequences),
      repository: villager.storage.contacts,
      eraseHistory: (account) => villager.erased.push(account),
      misbehaved: (_, reason) => villager.misbehaved.push(reason),
      clock,
      random: systemRandom,
      logger: silentLogger,
    });
  const start = (villager: Villager): void => {
    const contacts = contactsOf(villager);
    started.set(villager.key, contacts);
    contacts.onChange((change) => villager.changes.push(change));
    contacts.start();
  };
  /** A dials b if b is wanted with the address that b listens on now. */
  const reaches = (a: Villager, b: Villager): boolean => {
    const wanted = a.contacts.wanted().find(({ account }) => account === b.key);
    const hides = b.contacts.get(a.key)?.hideAddress ?? false;
    const listens = contactAddressOf(hides ? hiddenListeningOf(b.secrets.listening) : b.secrets.listening);
    return (
      wanted?.address !== null && wanted?.address !== undefined && Buffer.compare(wanted.address.secret, listens.secret) === 0
    );
  };
  const canMeet = (a: Villager, b: Villager): boolean =>
    a.atHome && b.atHome && a.contacts.admit(b.key) && b.contacts.admit(a.key) && (reaches(a, b) || reaches(b, a));
  const pairs = (): [Villager, Villager][] =>
    people.flatMap((a, index) => people.slice(index + 1).map((b): [Villager, Villager] => [a, b]));
  const pickUp = async (villager: Villager): Promise<void> => {
    const box = mail.get(villager.key);
    for (const [name, content] of box ?? []) {
      if (taken.has(`${villager.key} ${name}`)) continue;
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as they came
      if ((await villager.contacts.takeRequest(content)) === 'done') taken.add(`${villager.key} ${name}`);
    }
  };
  const village: Village = {
    net,
    clock,
    directory,
    left,
    cutOff: false,
    async person(name) {
      const secrets = await createAccount(name, { random: systemRandom, nowMs: clock.nowMs() });
      const profile = newProfile();
      const storage = await profile.open();
      const villager: Villager = {
        name,
        key: accountKeyOf(secrets),
        secrets,
        get contacts() {
          const contacts = started.get(villager.key);
          if (contacts === undefined) throw new TypeError('not started');
          return contacts;
        },
        storage,
        profile,
        atHome: true,
        diskFull: false,
        changes: [],
        misbehaved: [],
        erased: [],
        async restart() {
          villager.contacts.stop();
          for (const other of people) net.close(villager.key, other.key);
          villager.storage.close();
          villager.storage = await profile.open();
          start(villager);
        },
        relationTo: (other) => villager.contacts.get(other.key)?.relation,
      };
      people.push(villager);
      directory.set(name, villager.key);
      start(villager);
      return villager;
    },
    async settle() {
      for (let round = 0; round < 6; round += 1) {
        clock.advance(1);
        // Requests and lookups are promises; they need turns of the loop, not time.
        for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        for (const villager of people) if (villager.atHome) await pickUp(villager);
        for (const [a, b] of pairs()) {
          if (canMeet(a, b)) net.connect(a.key, b.key);
          else if (!(a.atHome && b.atHome && a.contacts.admit(b.key) && b.contacts.admit(a.key))) net.close(a.key, b.key);
        }
        net.settle();
      }
    },
    dispose() {
      for (const { contacts, profile } of people) {
        contacts.stop();
        profile.dispose();
      }
    },
  };
  return village;
}
