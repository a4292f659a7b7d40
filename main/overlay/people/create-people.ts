import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import type { AccountKey, PeerAddress, PeerWire, Unsubscribe, WireLimits } from '../../ports/peer-wire.ts';
import type { Random } from '../../ports/random.ts';
import type { RoamingNode } from '../gateway/roaming-node.ts';
import type { BlindRelays } from '../blind-relay/blind-relay-book.ts';
import type { Networks } from '../networks.ts';
import type { MediaPath } from '../media-path.ts';
import type { DoorHandler, LinkIdentity, ListeningSecret, People, WantedPerson } from '../people.ts';
import { pause, throwIfAborted } from '../waiting.ts';
import { Caller } from './caller.ts';
import { dayKey, daysAround } from './day-keys.ts';
import { DayListeners } from './day-listeners.ts';
import { dial, type DialOptions, type DialTarget } from './dial.ts';
import { knock } from './door.ts';
import { Doors } from './doors.ts';
import { maxFrameBytes } from './exchange.ts';
import { Greeter } from './greeter.ts';
import type { HelloChecks } from './hello.ts';
import { findService, OfferedService } from './services.ts';
import { MediaForwarder } from './media-forwarder.ts';
import { Sessions } from './sessions.ts';
import type { LinkTiming } from './timing.ts';
import { Upgrader, upgradeMs } from './upgrader.ts';

/** Sessions with people who found us by a service of ours (the echo). */
const maxVisitors = 32;
/** A service that nobody was found for is looked for once more: its host, or we, may be joining just now. */
const visitAgainAfterMs = 2_000;
/** Who was told "signed up" may visit before the node has joined and speaks for the account; joining can ask dead nodes (6 s each). */
const identityWaitMs = 20_000;

export interface PeopleParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly timing: LinkTiming;
  readonly networks: Networks;
  /** Supernodes that pass connections on where no direct way opens. */
  readonly relays: BlindRelays;
  readonly checks: HelloChecks;
  readonly node: () => RoamingNode | null;
  /** Our own address, while we store for others. */
  readonly selfAsSupernode: () => HostPort | null;
}

interface Wanted {
  readonly person: WantedPerson;
  readonly caller: Caller;
}

/** Somebody whose service we use; dialed again until `leave`. */
interface Visit {
  readonly targets: readonly DialTarget[];
  readonly caller: Caller;
}

export class PeopleHub implements People {
  readonly #parts: PeopleParts;
  readonly #sessions: Sessions;
  readonly #greeter: Greeter;
  readonly #days: DayListeners;
  readonly #upgrader: Upgrader;
  readonly #wanted = new Map<AccountKey, Wanted>();
  readonly #visits = new Map<AccountKey, Visit>();
  readonly #visitors = new Set<AccountKey>();
  readonly #doors: Doors;
  readonly #services = new Set<OfferedService>();
  #identity: LinkIdentity | null = null;
  /** Called when an identity is there. */
  readonly #awaitingIdentity = new Set<() => void>();
  #admit: (account: AccountKey) => boolean = () => false;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
    const { clock, random, timing, checks, relays } = parts;
    const log = parts.log.child('people');
    this.#sessions = new Sessions({
      clock,
      random,
      log,
      timing,
      isRelayed: (stream) => relays.isRelayed(stream),
      onChange: (account) => this.#onChange(account),
    });
    this.#greeter = new Greeter({ clock, log, timing, checks, sessions: this.#sessions, identity: () => this.#identity });
    this.#days = new DayListeners(clock, log, parts.networks, relays, (stream) => {
      this.#receive(stream, (account) => this.#admit(account));
    });
    this.#doors = new Doors({ clock, log: parts.log, networks: parts.networks, relays });
    this.#upgrader = new Upgrader({
      clock,
      kindOf: (account) => this.#sessions.lineOf(account)?.kind ?? null,
      isLower: (account) => this.#identity !== null && this.#identity.account < account,
      isRandomized: () => parts.node()?.seenAs()?.port === 0,
      attempt: (account, signal) =>
        this.#callPerson(account, { ...this.#dialOptions(signal), ways: 'direct', limitMs: upgradeMs }),
    });
    this.#sessions.lines.add((account) => this.#upgrader.consider(account));
  }

  async setIdentity(identity: LinkIdentity | null, listening: ListeningSecret | null): Promise<void> {
    const isOther = identity?.account !== this.#identity?.account || identity?.device !== this.#identity?.device;
    this.#identity = identity;
    if (identity !== null) for (const resolve of this.#awaitingIdentity) resolve();
    if (isOther) await this.#sessions.keepOnly(() => false, 'identity-changed');
    if (identity === null || listening === null) {
      await this.#days.stop();
      return;
    }
    // Friends who are there can be called before we are announced; and again once those can be who come at the same moment.
    this.#callEverybody();
    await this.#days.start(this.#node(), listening);
    this.#callEverybody();
  }

  setAdmission(admit: (account: AccountKey) => boolean): void {
    this.#admit = admit;
    this.#dropUnwelcome();
    for (const account of this.#wanted.keys()) this.#callIfNeeded(account, 'routine');
  }

  setWanted(people: readonly WantedPerson[]): void {
    const accounts = new Set(people.map(({ account }) => account));
    for (const [account, { caller }] of this.#wanted) {
      if (accounts.has(account)) continue;
      caller.rest();
      this.#wanted.delete(account);
    }
    for (const person of people) {
      const { account } = person;
      const before = this.#wanted.get(account);
      const caller = before?.caller ?? this.#createCaller((signal) => this.#callPerson(account, this.#dialOptions(signal)));
      this.#wanted.set(account, { person, caller });
      const isNews = before === undefined || before.person.address?.sequence !== person.address?.sequence;
      this.#callIfNeeded(account, isNews ? 'news' : 'routine');
    }
    const isKept = (account: AccountKey): boolean => accounts.has(account) || !this.#admit(account);
    void this.#sessions.keepOnly((account) => isKept(account) && this.#isWelcome(account), 'not-wanted');
  }

  wire(protocol: string, limits: WireLimits): PeerWire {
    return this.#sessions.wire(protocol, limits);
  }

  openDoor(seed: Uint8Array, handler: DoorHandler): Promise<Unsubscribe> {
    return this.#doors.open(this.#node(), seed, handler);
  }

  async knock(doorKey: Uint8Array, request: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const { clock, random, relays } = this.#parts;
    return knock(this.#node(), doorKey, request, { clock, random, relays, signal });
  }

  async offerService(topic: string): Promise<Unsubscribe> {
    const { clock, random, log, networks, relays, selfAsSupernode } = this.#parts;
    const service = new OfferedService(this.#node(), topic, {
      clock,
      random,
      log,
      networks,
      relays,
      self: selfAsSupernode,
      onStream: (stream) => this.#receive(stream, (account) => this.#admitVisitor(account)),
    });
    this.#services.add(service);
    await service.start();
    return () => {
      this.#services.delete(service);
      void service.stop();
    };
  }

  async visitService(topic: string, signal: AbortSignal): Promise<PeerAddress> {
    throwIfAborted(signal);
    const { clock } = this.#parts;
    const isSomebody = await this.#hasIdentity(signal);
    throwIfAborted(signal);
    if (!isSomebody) throw new AppError('NOT_REACHABLE', 'nobody-visits');
    const first = await this.#visitOnce(topic, signal);
    if (first.peer !== null) return first.peer;
    await pause(clock, visitAgainAfterMs, signal);
    throwIfAborted(signal);
    const second = await this.#visitOnce(topic, signal);
    if (second.peer !== null) return second.peer;
    throw new AppError('NOT_REACHABLE', first.offers + second.offers === 0 ? 'nobody-offers-it' : 'nobody-answered');
  }

  leave(account: AccountKey): void {
    this.#visits.get(account)?.caller.rest();
    this.#visits.delete(account);
    this.#visitors.delete(account);
    this.#dropUnwelcome();
  }

  disconnect(account: AccountKey, reason: string): void {
    void this.#sessions.keepOnly((other) => other !== account, reason);
  }

  openMediaPath(account: AccountKey): MediaPath {
    this.#upgrader.hurryFor(account);
    const { clock, random, log } = this.#parts;
    return new MediaForwarder({
      clock,
      random,
      log,
      line: () => this.#sessions.lineOf(account),
      onLine: (listener) => this.#sessions.onLine(account, listener),
    });
  }

  refresh(): void {
    this.reannounce();
    this.#sessions.check();
    this.#upgrader.hurry();
    this.#callEverybody();
  }

  /** Our neighbours changed: what we announce must be known to the new ones too. */
  reannounce(): void {
    this.#days.refresh();
    this.#doors.refresh();
    for (const service of this.#services) service.refresh();
  }

  /** The way others reach us is another one: what listens moves there, what is under way ends, and sessions come anew. */
  async relocate(): Promise<void> {
    this.#greeter.relocated();
    this.#rest();
    this.#sessions.breakLinks();
    if (this.#parts.node() === null) return;
    await Promise.all([this.#days.restart(), this.#doors.reopen(this.#node())]);
    this.#callEverybody();
  }

  /** Says goodbye to everybody and stops listening. */
  async stop(): Promise<void> {
    this.#rest();
    this.#wanted.clear();
    this.#visits.clear();
    await this.#sessions.keepOnly(() => false, 'stopped');
    await Promise.all([this.#days.stop(), this.#doors.close(), ...[...this.#services].map((service) => service.stop())]);
    this.#services.clear();
    this.#identity = null;
  }

  /** Cuts the connections under all sessions. For tests. */
  breakLinks(): void {
    this.#sessions.breakLinks();
  }

  /** Forgets everybody without a word, as a crash would. For tests. */
  abandon(): void {
    this.#rest();
    this.#wanted.clear();
    this.#visits.clear();
    this.#identity = null;
    this.#sessions.abandon();
  }

  #node(): RoamingNode {
    const node = this.#parts.node();
    if (node === null) throw new AppError('NO_NETWORK', 'not-started');
    return node;
  }

  #receive(stream: SecretStream, isWelcome: (account: AccountKey) => boolean): void {
    this.#greeter.receive(stream, isWelcome).catch((error: unknown) => {
      stream.destroy();
      this.#parts.log.warn('greeting-failed', { detail: error instanceof Error ? error.message : String(error) });
    });
  }

  /** One look for a topic, and its offers tried one after the other. */
  async #visitOnce(topic: string, signal: AbortSignal): Promise<{ readonly peer: PeerAddress | null; readonly offers: number }> {
    const node = this.#node();
    const targets = await findService(node, topic, this.#parts.clock, signal);
    this.#parts.log.debug('service-looked-for', { topic, offers: targets.length });
    for (const target of targets) {
      throwIfAborted(signal);
      // oxlint-disable-next-line no-await-in-loop -- one after the other: a session with one of them is enough
      const peer = await dial(node, [target], this.#dialOptions(signal), (stream) =>
        this.#greeter.introduce(stream, null, () => true),
      );
      throwIfAborted(signal);
      if (peer === null) continue;
      const caller = this.#createCaller((stopped) => this.#callAgain(peer.account, stopped));
      this.#visits.set(peer.account, { targets: [target], caller });
      return { peer, offers: targets.length };
    }
    throwIfAborted(signal);
    return { peer: null, offers: targets.length };
  }

  /** Waits until we can say who we are. */
  async #hasIdentity(signal: AbortSignal): Promise<boolean> {
    if (this.#identity !== null) return true;
    const come = new AbortController();
    const onIdentity = (): void => come.abort();
    this.#awaitingIdentity.add(onIdentity);
    await pause(this.#parts.clock, identityWaitMs, AbortSignal.any([signal, come.signal]));
    this.#awaitingIdentity.delete(onIdentity);
    return come.signal.aborted;
  }

  #createCaller(attempt: (signal: AbortSignal) => Promise<boolean>): Caller {
    const { clock, random, timing, log } = this.#parts;
    const safely = async (signal: AbortSignal): Promise<boolean> => {
      try {
        return await attempt(signal);
      } catch (error) {
        log.warn('call-failed', { detail: error instanceof Error ? error.message : String(error) });
        return false;
      }
    };
    return new Caller(clock, random, timing, safely);
  }

  #dialOptions(signal: AbortSignal): DialOptions {
    const { clock, random, timing, relays } = this.#parts;
    const { hedgeAfterMs, relayAfterMs, attemptMs: limitMs } = timing;
    return { clock, random, maxFrameBytes, hedgeAfterMs, ways: 'all', relays, relayAfterMs, limitMs, signal };
  }

  async #callPerson(account: AccountKey, options: DialOptions): Promise<boolean> {
    const address = this.#wanted.get(account)?.person.address ?? null;
    const node = this.#parts.node();
    if (address === null || node === null || this.#identity === null) return false;
    const targets = daysAround(this.#parts.clock.nowMs()).map((day) => ({ key: dayKey(address, day) }));
    const peer = await dial(node, targets, options, (stream) =>
      this.#greeter.introduce(stream, account, (other) => this.#isWelcome(other)),
    );
    return peer !== null;
  }

  async #callAgain(account: AccountKey, signal: AbortSignal): Promise<boolean> {
    const visit = this.#visits.get(account);
    const node = this.#parts.node();
    if (visit === undefined || node === null) return true;
    const peer = await dial(node, visit.targets, this.#dialOptions(signal), (stream) =>
      this.#greeter.introduce(stream, account, (other) => this.#isWelcome(other)),
    );
    return peer !== null;
  }

  #onChange(account: AccountKey): void {
    if (!this.#sessions.accounts().has(account)) {
      this.#visitors.delete(account);
      // The service's host ended it, or is gone for good.
      this.#visits.get(account)?.caller.rest();
      this.#visits.delete(account);
    }
    this.#callIfNeeded(account, 'lost');
  }

  #callEverybody(): void {
    for (const account of [...this.#wanted.keys(), ...this.#visits.keys()]) this.#callIfNeeded(account, 'news');
  }

  /** Nobody is being dialed any more. */
  #rest(): void {
    this.#upgrader.stop();
    for (const { caller } of [...this.#wanted.values(), ...this.#visits.values()]) caller.rest();
  }

  #callIfNeeded(account: AccountKey, why: 'lost' | 'news' | 'routine'): void {
    const caller = this.#wanted.get(account)?.caller ?? this.#visits.get(account)?.caller;
    if (caller === undefined) return;
    if (this.#sessions.isConnected(account)) {
      caller.rest();
      return;
    }
    const address = this.#wanted.get(account)?.person.address ?? null;
    const isFriend = address !== null && this.#admit(account);
    if (this.#identity === null || !(isFriend || this.#visits.has(account))) {
      caller.rest();
      return;
    }
    const isLower = this.#identity.account < account;
    caller.wake(isLower || this.#visits.has(account) ? 0 : this.#parts.timing.followAfterMs, why);
  }

  #admitVisitor(account: AccountKey): boolean {
    if (!this.#visitors.has(account) && this.#visitors.size >= maxVisitors) return false;
    this.#visitors.add(account);
    return true;
  }

  #isWelcome(account: AccountKey): boolean {
    return this.#admit(account) || this.#visitors.has(account) || this.#visits.has(account);
  }

  #dropUnwelcome(): void {
    void this.#sessions.keepOnly((account) => this.#isWelcome(account), 'not-welcome');
  }
}
