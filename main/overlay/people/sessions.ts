import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { Listeners } from '../../ports/listeners.ts';
import { shortKey, type Logger } from '../../ports/logger.ts';
import type { AccountKey, PeerAddress, PeerState, PeerWire, SendResult, Unsubscribe, WireLimits } from '../../ports/peer-wire.ts';
import type { Random } from '../../ports/random.ts';
import { maxFrameBytes } from './exchange.ts';
import type { HelloBody, VerifiedHello } from './hello.ts';
import type { Line } from './line.ts';
import { judgeOffer, judgeReply } from './session-rules.ts';
import { Session } from './session.ts';
import type { LinkTiming } from './timing.ts';

interface Wire {
  readonly limits: WireLimits;
  readonly messages: Listeners<[PeerAddress, Uint8Array]>;
  readonly states: Listeners<[PeerAddress, PeerState]>;
}

export interface SessionsParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly timing: LinkTiming;
  /** A session opened, lost its link or ended: somebody may have to dial. */
  readonly onChange: (account: AccountKey) => void;
  /** Whether this connection goes through a third computer. */
  readonly isRelayed: (stream: SecretStream) => boolean;
}

/**
 * Devices of one account at once; the newest to prove itself stays. An account has one today: a restored one must not wait
 * for the silence of the lost one, and a root key that certifies many gets no more than one person's share of us.
 */
const maxDevices = 1;

const keyOf = ({ account, device }: PeerAddress): string => `${account}/${device}`;

/** All sessions, and the wires over them. */
export class Sessions {
  readonly #parts: SessionsParts;
  readonly #log: Logger;
  readonly #wires = new Map<string, Wire>();
  readonly #all = new Map<string, Session>();
  readonly #instance: string;
  /** Whose session has another connection now, or none. */
  readonly lines: Listeners<[AccountKey]>;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.#log = parts.log.child('sessions');
    this.#instance = toHex(parts.random.bytes(16));
    this.lines = new Listeners(this.#log);
  }

  wire(protocol: string, limits: WireLimits): PeerWire {
    if (this.#wires.has(protocol)) throw new Error(`the wire ${protocol} is already in use`);
    if (limits.maxMessageBytes > maxFrameBytes - 1024) throw new Error(`messages of ${protocol} are too large for a frame`);
    const wire: Wire = { limits, messages: new Listeners(this.#log), states: new Listeners(this.#log) };
    this.#wires.set(protocol, wire);
    return {
      send: (to, message) => this.#send(protocol, to, message),
      onMessage: (listener) => wire.messages.add(listener),
      onState: (listener) => {
        for (const session of this.#all.values()) {
          listener(session.peer, 'connected');
          if (!session.isConnected) listener(session.peer, 'interrupted');
        }
        return wire.states.add(listener);
      },
    };
  }

  isConnected(account: AccountKey): boolean {
    return this.#of(account).some((session) => session.isConnected);
  }

  /** Everybody we have a session with, even an interrupted one. */
  accounts(): ReadonlySet<AccountKey> {
    return new Set([...this.#all.values()].map(({ peer }) => peer.account));
  }

  /** What carries the session with somebody now. */
  lineOf(account: AccountKey): Line | null {
    return this.#of(account).find(({ line }) => line !== null)?.line ?? null;
  }

  /** Tells each time when the session with `account` has another connection, or none. */
  onLine(account: AccountKey, listener: () => void): Unsubscribe {
    return this.lines.add((other) => {
      if (other === account) listener();
    });
  }

  get count(): number {
    return this.#all.size;
  }

  /** What we say when dialing `account`. */
  offer(account: AccountKey | null): HelloBody {
    const session = account === null ? undefined : this.#of(account)[0];
    return {
      instance: this.#instance,
      session: session?.held().id ?? null,
      received: session?.received() ?? this.#nothingReceived(),
    };
  }

  /**
   * A dialer's hello was verified and is welcome. The answer's body (sent by `reply` before anything else), or null if the
   * link isn't needed.
   */
  answer(stream: SecretStream, hello: VerifiedHello, reply: (body: HelloBody) => void): boolean {
    const held = this.#all.get(keyOf(hello.peer));
    const verdict = judgeOffer(held?.held() ?? null, hello);
    if (verdict === 'ignore') return false;
    if (verdict === 'resume' && held !== undefined) {
      reply({ instance: this.#instance, session: held.held().id, received: held.received() });
      this.#attach(held, stream, hello, true);
      return true;
    }
    const id = toHex(this.#parts.random.bytes(16));
    reply({ instance: this.#instance, session: id, received: this.#nothingReceived() });
    this.#replace(held, this.#open(id, hello), stream, true);
    this.#announce(hello.peer, 'connected');
    return true;
  }

  /** The answer to our dialing. False if the link isn't needed (or makes no sense) and should be closed. */
  adopt(stream: SecretStream, hello: VerifiedHello, ownAccount: AccountKey): boolean {
    if (hello.session === null) return false;
    const held = this.#all.get(keyOf(hello.peer));
    const verdict = judgeReply(held?.held() ?? null, hello.session, ownAccount < hello.peer.account);
    if (verdict === 'drop') return false;
    if (verdict === 'resume' && held !== undefined) {
      this.#attach(held, stream, hello, false);
      return true;
    }
    this.#replace(held, this.#open(hello.session, hello), stream, false);
    this.#announce(hello.peer, 'connected');
    return true;
  }

  /** Ends the sessions of those for whom `isKept` is false. */
  async keepOnly(isKept: (account: AccountKey) => boolean, reason: string): Promise<void> {
    const ended = [...this.#all.values()].filter(({ peer }) => !isKept(peer.account));
    await Promise.all(ended.map((session) => session.end(reason, true)));
  }

  /** Ends all without a word, as a crash would. */
  abandon(): void {
    for (const session of this.#all.values()) session.close('abandoned', false);
  }

  breakLinks(): void {
    for (const session of this.#all.values()) session.breakLink();
  }

  /** The one under the session with somebody: it goes another way from now on. */
  breakLink(account: AccountKey): void {
    for (const session of this.#of(account)) session.breakLink();
  }

  check(): void {
    for (const session of this.#all.values()) session.check();
  }

  #send(protocol: string, to: AccountKey, message: Uint8Array): SendResult {
    const results = this.#of(to).map((session) => session.send(protocol, message));
    return results.find((result) => result === 'queued') ?? results[0] ?? 'not-connected';
  }

  #of(account: AccountKey): Session[] {
    return [...this.#all.values()].filter(({ peer }) => peer.account === account);
  }

  /** The new session is among them already, and last. */
  #endOlderDevices(account: AccountKey): void {
    for (const session of this.#of(account).slice(0, -maxDevices)) session.close('another-device', true);
  }

  #nothingReceived(): ReadonlyMap<string, number> {
    return new Map([...this.#wires.keys()].map((protocol) => [protocol, 0]));
  }

  #attach(session: Session, stream: SecretStream, hello: VerifiedHello, isDialedByThem: boolean): void {
    const wasConnected = session.isConnected;
    session.attach(this.#lineOver(stream), isDialedByThem, hello.received);
    this.lines.emit(hello.peer.account);
    if (!wasConnected) this.#announce(hello.peer, 'resumed');
  }

  /** The new one is there before the old ones go: at no moment does it look as if they had left. */
  #replace(before: Session | undefined, session: Session, stream: SecretStream, isDialedByThem: boolean): void {
    before?.close('replaced', false);
    this.#endOlderDevices(session.peer.account);
    session.attach(this.#lineOver(stream), isDialedByThem, new Map());
    this.lines.emit(session.peer.account);
  }

  #lineOver(stream: SecretStream): Line {
    return { stream, kind: this.#parts.isRelayed(stream) ? 'relayed' : 'direct' };
  }

  #open(id: string, hello: VerifiedHello): Session {
    const { clock, timing } = this.#parts;
    const { peer } = hello;
    const limits = new Map<string, WireLimits>();
    for (const [protocol, wire] of this.#wires) if (hello.received.has(protocol)) limits.set(protocol, wire.limits);
    const session: Session = new Session({
      id,
      peer,
      peerInstance: hello.instance,
      limits,
      clock,
      timing,
      events: {
        onMessage: (protocol, message) => this.#wires.get(protocol)?.messages.emit(peer, message),
        onInterrupted: (reason) => {
          this.#log.info('interrupted', { account: shortKey(peer.account), reason });
          this.lines.emit(peer.account);
          this.#announce(peer, 'interrupted');
        },
        onClosed: (reason) => {
          if (this.#all.get(keyOf(peer)) === session) this.#all.delete(keyOf(peer));
          this.#log.info('closed', { account: shortKey(peer.account), reason });
          this.lines.emit(peer.account);
          this.#announce(peer, 'closed');
        },
      },
    });
    // Last, also where it takes the place of one before.
    this.#all.delete(keyOf(peer));
    this.#all.set(keyOf(peer), session);
    this.#log.info('connected', { account: shortKey(peer.account) });
    return session;
  }

  #announce(peer: PeerAddress, state: PeerState): void {
    for (const wire of this.#wires.values()) wire.states.emit(peer, state);
    this.#parts.onChange(peer.account);
  }
}
