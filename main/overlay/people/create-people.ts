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
import type { LinkIdentity, ListeningSecret, People, WantedPerson } from '../people.ts';
import { pause, throwIfAborted } from '../waiting.ts';
import { Caller } from './caller.ts';
import { dayKey, daysAround } from './day-keys.ts';
import { dial, type DialOptions } from './dial.ts';
import { maxFrameBytes } from './exchange.ts';
import { Greeter } from './greeter.ts';
import type { HelloChecks } from './hello.ts';
import { OfferedService } from './services.ts';
import { MediaForwarder } from './media-forwarder.ts';
import { Sessions } from './sessions.ts';
import type { LinkTiming } from './timing.ts';
import { Upgrader, upgradeMs } from './upgrader.ts';
import { Visits } from './visits.ts';
import { WaysIn, type NodeFaces } from './ways-in.ts';

/** Sessions with people who found us by a service of ours (the echo). */
const maxVisitors = 32;
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
  /** The same, for those who are not to learn our address. */
  readonly hiddenNode: () => RoamingNode | null;
  /** Whether we hide from some: gateways are needed. */
  readonly onHiding: (hidesFromSome: boolean) => void;
  /** Our own address, while we store for others. */
  readonly selfAsSupernode: () => HostPort | null;
}

interface Wanted {
  readonly person: WantedPerson;
  readonly caller: Caller;
}

export class PeopleHub implements People {
  readonly #parts: PeopleParts;
  readonly #sessions: Sessions;
  readonly #greeter: Greeter;
  readonly #ways: WaysIn;
  readonly #upgrader: Upgrader;
  readonly #wanted = new Map<AccountKey, Wanted>();
  readonly #visits: Visits;
  readonly #visitors = new Set<AccountKey>();
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
    this.#ways = new WaysIn({
      clock,
      log,
      networks: parts.networks,
      relays,
      onStream: (stream, way) =>
        this.#receive(stream, (account) => this.#admit(account) && (way === 'hidden' || !this.#isHidden(account))),
    });
    this.#upgrader = new Upgrader({
      clock,
      // Those from whom we hide are not for a direct way.
      kindOf: (account) => (this.#isHidden(account) ? null : (this.#sessions.lineOf(account)?.kind ?? null)),
      isLower: (account) => this.#identity !== null && this.#identity.account < account,
      isRandomized: () => parts.node()?.seenAs()?.port === 0,
      attempt: (account, signal) =>
        this.#callPerson(account, { ...this.#dialOptions(signal), ways: 'direct', limitMs: upgradeMs }),
    });
    this.#sessions.lines.add((account) => this.#upgrader.consider(account));
    this.#visits = new Visits({
      clock,
      log,
      node: () => this.#node(),
      dialOptions: (signal) => this.#dialOptions(signal),
      introduce: (stream, expected) =>
        this.#greeter.introduce(
          stream,
          expected,
          (account) => !this.#isHidden(account) && (expected === null || this.#isWelcome(account)),
        ),
      createCaller: (attempt) => this.#createCaller(attempt),
    });
  }

  async setIdentity(
    identity: LinkIdentity | null,
    listening: ListeningSecret | null,
    hiddenListening: ListeningSecret | null = null,
  ): Promise<void> {
    const isOther = identity?.account !== this.#identity?.account || identity?.device !== this.#identity?.device;
    this.#identity = identity;
    if (identity !== null) for (const resolve of this.#awaitingIdentity) resolve();
    if (isOther) await this.#sessions.keepOnly(() => false, 'identity-changed');
    if (identity === null || listening === null) {
      await this.#ways.stop();
      return;
    }
    // Friends who are there can be called before we are announced; and again once those can be who come at the same moment.
    this.#callEverybody();
    await this.#ways.listen(this.#faces(), listening, hiddenListening);
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
      if ((before?.person.isHidden ?? false) !== (person.isHidden ?? false)) this.#changeWay(account, caller);
      const isNews = before === undefined || before.person.address?.sequence !== person.address?.sequence;
      this.#callIfNeeded(account, isNews ? 'news' : 'routine');
    }
    const hidesFromSome = people.some(({ isHidden }) => isHidden === true);
    this.#parts.onHiding(hidesFromSome);
    this.#ways.hide(hidesFromSome);
    const isKept = (account: AccountKey): boolean => accounts.has(account) || !this.#admit(account);
    void this.#sessions.keepOnly((account) => isKept(account) && this.#isWelcome(account), 'not-wanted');
  }

  wire(protocol: string, limits: WireLimits): PeerWire {
    return this.#sessions.wire(protocol, limits);
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
    const isSomebody = await this.#hasIdentity(signal);
    throwIfAborted(signal);
    if (!isSomebody) throw new AppError('NOT_REACHABLE', 'nobody-visits');
    return this.#visits.visit(topic, signal);
  }

  leave(account: AccountKey): void {
    this.#visits.end(account);
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
    this.#ways.refresh();
    for (const service of this.#services) service.refresh();
  }

  /** The way others reach us is another one: what listens moves there, what is under way ends, and sessions come anew. */
  async relocate(): Promise<void> {
    this.#greeter.relocated();
    this.#rest();
    this.#sessions.breakLinks();
    if (this.#parts.node() === null) return;
    await this.#ways.restart();
    this.#callEverybody();
  }

  /** Says goodbye to everybody and stops listening. */
  async stop(): Promise<void> {
    this.#rest();
    this.#wanted.clear();
    this.#visits.clear();
    await this.#sessions.keepOnly(() => false, 'stopped');
    await Promise.all([this.#ways.stop(), ...[...this.#services].map((service) => service.stop())]);
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

  #faces(): NodeFaces {
    const [open, hidden] = [this.#parts.node(), this.#parts.hiddenNode()];
    if (open === null || hidden === null) throw new AppError('NO_NETWORK', 'not-started');
    return { open, hidden };
  }

  #isHidden(account: AccountKey): boolean {
    return this.#wanted.get(account)?.person.isHidden === true;
  }

  /** They are not to learn our address any more, or may again: what there is ends, and comes anew. */
  #changeWay(account: AccountKey, caller: Caller): void {
    caller.rest();
    this.#sessions.breakLink(account);
  }

  #receive(stream: SecretStream, isWelcome: (account: AccountKey) => boolean): void {
    this.#greeter.receive(stream, isWelcome).catch((error: unknown) => {
      stream.destroy();
      this.#parts.log.warn('greeting-failed', { detail: error instanceof Error ? error.message : String(error) });
    });
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
    const isHidden = this.#isHidden(account);
    const node = isHidden ? this.#parts.hiddenNode() : this.#parts.node();
    if (address === null || node === null || this.#identity === null) return false;
    const targets = daysAround(this.#parts.clock.nowMs()).map((day) => ({ key: dayKey(address, day) }));
    const peer = await dial(node, targets, options, (stream) =>
      this.#greeter.introduce(stream, account, (other) => this.#isWelcome(other) && isHidden === this.#isHidden(other)),
    );
    return peer !== null;
  }

  #onChange(account: AccountKey): void {
    if (!this.#sessions.accounts().has(account)) {
      this.#visitors.delete(account);
      // The service's host ended it, or is gone for good.
      this.#visits.end(account);
    }
    this.#callIfNeeded(account, 'lost');
  }

  #callEverybody(): void {
    for (const account of [...this.#wanted.keys(), ...this.#visits.accounts()]) this.#callIfNeeded(account, 'news');
  }

  /** Nobody is being dialed any more. */
  #rest(): void {
    this.#upgrader.stop();
    for (const { caller } of this.#wanted.values()) caller.rest();
    this.#visits.rest();
  }

  #callIfNeeded(account: AccountKey, why: 'lost' | 'news' | 'routine'): void {
    const caller = this.#wanted.get(account)?.caller ?? this.#visits.callerOf(account);
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
