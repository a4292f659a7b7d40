import type { DhtNode, NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { hostPortText } from '../../ports/host-port.ts';
import { toHex } from '../../ports/hex.ts';
import type { LineGate } from '../../ports/line-gate.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import { closestOthers, type OwnPlace } from '../directory/places.ts';
import type { KeptItem } from '../mailbox-store.ts';
import { leaveItem } from './leave-item.ts';
import type { MailboxKeeper } from './mailbox-keeper.ts';
import type { KeeperVisits } from '../directory/keeper-visits.ts';
import { decodeAnswer, decodeCompared, encodeRemovals, mailboxCommands, removalsAtOnce } from './mailbox-wire.ts';

/** Neighbours that come together are one change; the jitter keeps keepers from speaking at once. */
const settleMs = 2_000;
/** What a pass could not hand over is tried again so often. */
const lookEveryMs = 30_000;
/** All of them compare what they hold, ± 25 % (Kademlia's hourly republishing, Maymounkov and Mazières 2002, §2.5). */
const compareEveryMs = 3_600_000;
/** Mailboxes that are looked at before others get their turn. */
const perSlice = 50;
/** Between two keepers, so that handing on a full shelf takes minutes and not a line's whole width. */
const betweenItemsMs = 20;
/** While the line is the voice's alone: one mailbox, or one item, in so long. */
const gatePatienceMs = 30_000;

export interface HandOverParts {
  readonly keeper: MailboxKeeper;
  readonly visits: KeeperVisits;
  readonly node: () => Pick<DhtNode, 'closest'> | null;
  readonly self: () => OwnPlace | null;
  readonly gate: LineGate;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/**
 * Keeps mailboxes where they belong while nodes come and go. Who enters a mailbox's closest set is handed what is in it; all
 * keepers compare regularly. What two hold alike costs one small question.
 */
export class HandOver {
  readonly #parts: HandOverParts;
  /** By target: whom we have compared with, of those that are closest now. */
  readonly #met = new Map<string, Set<string>>();
  #look: Timer | null = null;
  #settling: Timer | null = null;
  #regular: Timer | null = null;
  #pausing: Timer | null = null;
  #running: Promise<void> | null = null;
  #isAskedAgain = false;
  /** Nobody has time. */
  #isLeaving = false;
  /** The last pass left somebody out. */
  #isUnfinished = false;
  #isStopped = false;
  /** Ends the wait for the gate, if there is one: not for who leaves, nor for who stops. */
  #goOn: () => void = () => undefined;

  constructor(parts: HandOverParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#lookAgain();
    this.#compareLater();
  }

  /** The neighbourhood changed: look soon. While it goes on changing, too. */
  neighboursChanged(): void {
    if (this.#isStopped || this.#settling !== null) return;
    const { clock, random } = this.#parts;
    this.#settling = clock.setTimer(settleMs * (1 + random.fraction()), () => {
      this.#settling = null;
      void this.#pass();
    });
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of [this.#look, this.#settling, this.#regular, this.#pausing]) timer?.cancel();
    this.#goOn();
  }

  /** Everything to everybody it belongs to, now: before we leave. Resolves when it was tried. */
  async handAllOver(): Promise<void> {
    this.#met.clear();
    this.#isLeaving = true;
    this.#goOn();
    await this.#pass().finally(() => (this.#isLeaving = false));
  }

  #compareLater(): void {
    const { clock, random } = this.#parts;
    this.#regular = clock.setTimer(compareEveryMs * (0.75 + random.fraction() / 2), () => {
      this.#met.clear();
      void this.#pass();
      this.#compareLater();
    });
  }

  /** Somebody didn't answer, or took only some of it: again, until they do or are gone from the table. */
  #lookAgain(): void {
    const { clock, random } = this.#parts;
    this.#look = clock.setTimer(lookEveryMs * (1 + random.fraction()), () => {
      if (this.#isUnfinished) void this.#pass();
      this.#lookAgain();
    });
  }

  /** One at a time; what is asked for meanwhile follows. Resolves when that is over, too. */
  #pass(): Promise<void> {
    if (this.#running === null) this.#running = this.#passes();
    else this.#isAskedAgain = true;
    return this.#running;
  }

  async #passes(): Promise<void> {
    do {
      this.#isAskedAgain = false;
      // oxlint-disable-next-line no-await-in-loop -- in turn: what it is asked for meanwhile may be what this one did not see
      await this.#passOnce().catch((error: unknown) =>
        this.#parts.log.debug('not-handed-over', { detail: String(error).slice(0, 200) }),
      );
    } while (this.#isAskedAgain && !this.#isStopped);
    this.#running = null;
  }

  async #passOnce(): Promise<void> {
    const { keeper, node, self } = this.#parts;
    /** Who didn't answer is not waited for again with every mailbox. */
    const silent = new Set<string>();
    this.#isUnfinished = false;
    for (const [index, target] of keeper.targets().entries()) {
      // oxlint-disable-next-line no-await-in-loop -- sorting the table for each of thousands of mailboxes must not hold up the rest
      if (index % perSlice === perSlice - 1) await this.#pause(0);
      const [dht, own] = [node(), self()];
      if (dht === null || own === null || this.#isStopped) return;
      const others = closestOthers(target, dht, own);
      if (others === null) continue;
      const key = toHex(target);
      const before = this.#met.get(key) ?? new Set<string>();
      const now = new Set<string>();
      this.#met.set(key, now);
      for (const other of others) {
        const name = hostPortText(other);
        if (before.has(name)) now.add(name);
        if (before.has(name)) continue;
        if (silent.has(name)) this.#isUnfinished = true;
        if (silent.has(name)) continue;
        // oxlint-disable-next-line no-await-in-loop -- each waits anew
        await this.#gateOpened();
        if (this.#isStopped) return;
        // oxlint-disable-next-line no-await-in-loop -- one after the other, so that nobody is flooded
        const met = await this.#meet(target, other);
        if (met === 'same') now.add(name);
        else this.#isUnfinished = true;
        if (met === 'silent') silent.add(name);
      }
    }
  }

  /** @returns same: both hold the same now, as far as we know */
  async #meet(target: Uint8Array, { host, port }: NodeAddress): Promise<'same' | 'different' | 'silent'> {
    const { keeper, visits } = this.#parts;
    const at = { host, port };
    const record = keeper.record(target);
    const digest = keeper.digest(target);
    if (record === null || digest === null) return 'same';
    const compared = await this.#compare(target, at, digest);
    if (compared === 'same') return 'same';
    const registered = decodeAnswer(await visits.ask(at, mailboxCommands.register, target, () => record));
    if (registered === null) return 'silent';
    if (registered !== 'stored' && registered !== 'STALE') return 'different';
    return (await this.#give(target, at, keeper.contents(target))) ? 'same' : 'different';
  }

  async #compare(target: Uint8Array, at: NodeAddress, digest: Uint8Array): Promise<'same' | 'different' | null> {
    return decodeCompared(await this.#parts.visits.ask(at, mailboxCommands.compare, target, () => digest));
  }

  async #give(target: Uint8Array, at: NodeAddress, contents: readonly KeptItem[]): Promise<boolean> {
    const { keeper, visits } = this.#parts;
    let isAllGiven = true;
    // First what is done with, so that nobody leaves it there meanwhile.
    const removals = contents.flatMap(({ id, removal }) => (removal === null ? [] : [{ id, signature: removal }]));
    for (let from = 0; from < removals.length; from += removalsAtOnce) {
      const some = removals.slice(from, from + removalsAtOnce);
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that nobody is flooded
      const answer = await visits.ask(at, mailboxCommands.remove, target, () => encodeRemovals(some));
      if (decodeAnswer(answer) !== 'stored') isAllGiven = false;
    }
    for (const { id, state } of contents) {
      const body = state === 'live' ? keeper.body(target, id) : null;
      if (body === null) continue;
      // oxlint-disable-next-line no-await-in-loop -- likewise
      const answer = await leaveItem(visits, at, target, { id, ...body }, () => this.#isStopped);
      if (answer !== 'stored') isAllGiven = false;
      // It doesn't answer any more: the rest can wait until it does.
      if (answer === null || this.#isStopped) return false;
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await this.#pause(betweenItemsMs);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await this.#gateOpened();
      if (this.#isStopped) return false;
    }
    return isAllGiven;
  }

  #gateOpened(): Promise<void> {
    if (this.#isLeaving || this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.#goOn = resolve;
      void this.#parts.gate.opened(gatePatienceMs).then(resolve);
    });
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#pausing = this.#parts.clock.setTimer(delayMs, resolve);
    });
  }
}
