import {
  contactAddressOf,
  hiddenListeningOf,
  linkIdentityOf,
  mailboxKeysOf,
  withNewListening,
  type AccountSecrets,
} from '../../../main/identity/index.ts';
import type { Refresher } from '../../../main/directory/index.ts';
import { createOwnMailbox, type OwnMailbox } from '../../../main/mailbox/index.ts';
import type { ContactAddress } from '../../../main/overlay/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { createBoxOwner, type BoxOwner } from '../mailboxes.ts';
import { memoryOfItems } from '../mailboxes.ts';
import { cheapMailboxWork } from '../world.ts';
import { directoryOver, type LabName } from './names.ts';
import type { LabNode, LabWorld } from './world.ts';

/** A person with an app: what it does for the account while it runs, and what it keeps on disk while it doesn't (joined as in main/engine). */
export class LabPerson {
  readonly name: LabName;
  /** All that others can leave in their mailbox. */
  readonly box: BoxOwner;
  readonly #world: LabWorld;
  readonly #seen = memoryOfItems();
  #ownBox: Uint8Array | null = null;
  #secrets: AccountSecrets;
  #node: LabNode;
  #mailbox: OwnMailbox | null = null;
  #refresher: Refresher | null = null;
  /** Items taken, of strangers and of contacts. */
  taken = 0;
  /** What strangers wrote. */
  readonly requests: string[] = [];

  constructor(world: LabWorld, node: LabNode, name: LabName) {
    this.#world = world;
    this.#node = node;
    this.name = name;
    this.#secrets = name.secrets;
    this.box = createBoxOwner(world.random, mailboxKeysOf(name.secrets));
  }

  get node(): LabNode {
    return this.#node;
  }

  /** What contacts know. */
  get address(): ContactAddress {
    return contactAddressOf(this.#secrets.listening);
  }

  /** The app runs from now on. */
  async open(): Promise<void> {
    const world = this.#world;
    const { overlay } = this.#node;
    await this.#listen();
    const take = (): Promise<'done'> => {
      this.taken += 1;
      return Promise.resolve('done');
    };
    this.#mailbox = createOwnMailbox({
      store: overlay.mailboxes,
      seed: this.#secrets.doorSeed,
      work: cheapMailboxWork,
      own: { load: () => this.#ownBox, save: (record) => void (this.#ownBox = record) },
      seen: this.#seen,
      takeRequest: (content) => {
        this.requests.push(Buffer.from(content).toString());
        return take();
      },
      takeItems: (items) => Promise.all(items.map(take)),
      clock: world.clock,
      random: world.random,
      logger: silentLogger,
    });
    await this.#mailbox.start();
    // Through the node of today, with the own record of always.
    const directory = directoryOver(world, overlay.directory, this.name.own);
    this.#refresher = directory.startRefreshing(() => this.#secrets);
  }

  /** The app is closed. */
  async close(): Promise<void> {
    this.#mailbox?.stop();
    await this.#refresher?.stop();
    await this.#world.quit([this.#node]);
  }

  /** The app is opened another time. */
  async reopen(): Promise<void> {
    this.#node = await this.#world.restart(this.#node, this.#world.entrances(1));
    await this.open();
  }

  /** Somebody is blocked: everybody else gets another address. */
  async block(): Promise<void> {
    const { random, clock } = this.#world;
    this.#secrets = withNewListening(this.#secrets, { random, nowMs: clock.nowMs() });
    await this.#listen();
  }

  #listen(): Promise<void> {
    const { listening } = this.#secrets;
    return this.#node.overlay.people.setIdentity(linkIdentityOf(this.#secrets), listening, hiddenListeningOf(listening));
  }
}
