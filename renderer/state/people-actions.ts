import type { ContactView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import type { Navigation } from './navigation.ts';
import type { Notifier } from './notify.ts';
import { displayName } from './people.ts';
import type { Client } from './ports.ts';
import type { UiStore } from './store.ts';

/** Things done to people. Each takes effect at once and, where the contract allows, can be taken back for 8 s. */
export class PeopleActions {
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #notify: Notifier;
  readonly #go: Navigation;
  readonly #words: Words;

  constructor(client: Client, store: UiStore, notify: Notifier, go: Navigation, words: Words) {
    this.#client = client;
    this.#store = store;
    this.#notify = notify;
    this.#go = go;
    this.#words = words;
  }

  async accept(person: ContactView): Promise<void> {
    const { accountKey } = person;
    if (await this.#notify.attempt(() => this.#client.contacts.accept({ accountKey }))) this.#go.conversation(accountKey);
  }

  async decline(person: ContactView): Promise<void> {
    const { accountKey } = person;
    if (await this.#notify.attempt(() => this.#client.contacts.decline({ accountKey }))) {
      this.#notify.say(this.#words('person.declined', { name: displayName(person) }));
    }
  }

  async block(person: ContactView): Promise<void> {
    const { accountKey } = person;
    this.#leave(accountKey);
    if (await this.#notify.attempt(() => this.#client.contacts.block({ accountKey }))) {
      this.#notify.done(this.#words('person.blocked', { name: displayName(person) }), () => void this.unblock(person));
    }
  }

  async unblock(person: ContactView): Promise<void> {
    const { accountKey } = person;
    if (await this.#notify.attempt(() => this.#client.contacts.unblock({ accountKey }))) {
      this.#notify.say(this.#words('person.unblocked', { name: displayName(person) }));
    }
  }

  async remove(person: ContactView): Promise<void> {
    const { accountKey } = person;
    this.#leave(accountKey);
    if (await this.#notify.attempt(() => this.#client.contacts.remove({ accountKey }))) {
      this.#notify.done(
        this.#words('person.removed', { name: displayName(person) }),
        () => void this.#notify.attempt(() => this.#client.contacts.restore({ accountKey })),
      );
    }
  }

  /** An empty nickname goes back to the person's own name. */
  async rename(accountKey: string, nickname: string): Promise<void> {
    const trimmed = nickname.trim();
    await this.#notify.attempt(() => this.#client.contacts.rename({ accountKey, nickname: trimmed === '' ? null : trimmed }));
  }

  /** How loud somebody is heard here. */
  async setVolume(person: ContactView, volume: number): Promise<void> {
    const { accountKey } = person;
    const show = (next: number) =>
      this.#store.setState(({ contacts }) => {
        const now = contacts.get(accountKey);
        return now === undefined ? {} : { contacts: new Map(contacts).set(accountKey, { ...now, volume: next }) };
      });
    show(volume);
    if (!(await this.#notify.attempt(() => this.#client.contacts.setVolume({ accountKey, volume })))) show(person.volume);
  }

  async favourite(person: ContactView, favourite: boolean): Promise<void> {
    const { accountKey } = person;
    await this.#notify.attempt(() => this.#client.contacts.setFavourite({ accountKey, favourite }));
  }

  async invisibleTo(person: ContactView, invisibleTo: boolean): Promise<void> {
    const { accountKey } = person;
    await this.#notify.attempt(() => this.#client.contacts.setInvisibleTo({ accountKey, invisibleTo }));
  }

  /** The safety number was compared. Taking the mark away is said: it is no small thing. */
  async verified(person: ContactView, verified: boolean): Promise<void> {
    const { accountKey } = person;
    const done = await this.#notify.attempt(() => this.#client.contacts.setVerified({ accountKey, verified }));
    if (done && !verified) this.#notify.say(this.#words('safety.unchecked', { name: displayName(person) }));
  }

  /** Whether they may learn our address; from the next call on. */
  async hideAddress(person: ContactView, hideAddress: boolean): Promise<void> {
    const { accountKey } = person;
    if (await this.#notify.attempt(() => this.#client.contacts.setHideAddress({ accountKey, hideAddress }))) {
      this.#notify.done(
        this.#words(hideAddress ? 'person.addressHidden' : 'person.addressShown', { name: displayName(person) }),
        () => void this.#notify.attempt(() => this.#client.contacts.setHideAddress({ accountKey, hideAddress: !hideAddress })),
      );
    }
  }

  #leave(accountKey: string): void {
    const { view } = this.#store.getState();
    if (view.kind === 'conversation' && view.id === accountKey) this.#go.home();
  }
}
