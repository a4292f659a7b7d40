import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { AccountKey, PeerAddress } from '../../ports/peer-wire.ts';
import type { LinkIdentity } from '../people.ts';
import { maxFrameBytes, takeFirst, tame } from './exchange.ts';
import { encodeHello, encodeReplaced, openHello, openReplaced, openReplacedHello, type HelloChecks } from './hello.ts';
import type { Sessions } from './sessions.ts';
import type { LinkTiming } from './timing.ts';

/** Connections that haven't said hello yet; each costs a socket's state for three seconds. */
const maxStrangers = 64;

export interface GreeterParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly timing: LinkTiming;
  readonly checks: HelloChecks;
  readonly sessions: Sessions;
  readonly identity: () => LinkIdentity | null;
}

/** Makes sure who is on the other end of a fresh connection, both ways, before anything else is said. */
export class Greeter {
  readonly #parts: GreeterParts;
  #strangers = 0;
  #moves = 0;

  constructor(parts: GreeterParts) {
    this.#parts = parts;
  }

  /** Others reach us, and we them, another way now: connections that are not greeted yet came the old one, and are none any more. */
  relocated(): void {
    this.#moves += 1;
  }

  /** Somebody connected. Whoever isn't welcome learns nothing: the line stays silent for the time a hello may take, then closes. */
  async receive(stream: SecretStream, isWelcome: (account: AccountKey) => boolean): Promise<void> {
    tame(stream, maxFrameBytes);
    if (this.#strangers >= maxStrangers) {
      stream.destroy();
      return;
    }
    this.#strangers += 1;
    const moves = this.#moves;
    const isWelcomeStill = (account: AccountKey): boolean => moves === this.#moves && isWelcome(account);
    const { clock, timing } = this.#parts;
    const startedAtMs = clock.monotonicMs();
    try {
      const isAccepted = await takeFirst(stream, clock, timing.helloMs, (message) =>
        this.#answer(stream, message, isWelcomeStill),
      );
      if (isAccepted === true) return;
      // Read on and forget, so that an unread line doesn't tell the difference either.
      stream.on('data', () => undefined);
      const restMs = Math.max(0, timing.helloMs - (clock.monotonicMs() - startedAtMs));
      await new Promise<void>((resolve) => {
        const timer = clock.setTimer(restMs, resolve);
        stream.on('close', () => {
          timer.cancel();
          resolve();
        });
      });
      stream.destroy();
    } finally {
      this.#strangers -= 1;
    }
  }

  /**
   * We connected and the path is open.
   * @param expected whom we mean to reach, null for whoever answers
   * @param isWelcome asked when the answer is there: they may have been blocked meanwhile
   */
  async introduce(
    stream: SecretStream,
    expected: AccountKey | null,
    isWelcome: (account: AccountKey) => boolean,
  ): Promise<PeerAddress | null> {
    const { clock, timing, sessions } = this.#parts;
    const identity = this.#parts.identity();
    if (identity === null || stream.destroying) return null;
    const moves = this.#moves;
    stream.write(encodeHello(identity, stream.handshakeHash, 'dialer', sessions.offer(expected)));
    return takeFirst(stream, clock, timing.answerMs, (message) => {
      const hello = openHello(message, stream.handshakeHash, 'answerer', this.#parts.checks, clock.nowMs());
      if (hello === null) this.#noteReplaced(message);
      if (hello === null || (expected !== null && hello.peer.account !== expected)) return null;
      if (moves !== this.#moves || !isWelcome(hello.peer.account)) return null;
      // Another identity since: what we said of ourselves is no longer so.
      if (this.#parts.identity() !== identity) return null;
      return sessions.adopt(stream, hello, identity.account) ? hello.peer : null;
    });
  }

  /** A device that was replaced is told so by the certificate that took its place; it would go on knocking, and wait for friends. */
  #tellReplaced(stream: SecretStream, message: Uint8Array, isWelcome: (account: AccountKey) => boolean): void {
    const { clock, checks } = this.#parts;
    const replaced = openReplacedHello(message, stream.handshakeHash, checks, clock.nowMs());
    if (replaced !== null && isWelcome(replaced.account)) stream.write(encodeReplaced(replaced.successor));
  }

  /** The check remembers what it finds good: whoever watches over our own account learns it there. */
  #noteReplaced(message: Uint8Array): void {
    const successor = openReplaced(message);
    if (successor !== null) this.#parts.checks.certificate(successor, this.#parts.clock.nowMs());
  }

  #answer(stream: SecretStream, message: Uint8Array, isWelcome: (account: AccountKey) => boolean): boolean {
    const { clock, checks, sessions, log } = this.#parts;
    const identity = this.#parts.identity();
    const hello = identity === null ? null : openHello(message, stream.handshakeHash, 'dialer', checks, clock.nowMs());
    if (identity !== null && hello === null) this.#tellReplaced(stream, message, isWelcome);
    if (identity === null || hello === null || hello.peer.device === identity.device || !isWelcome(hello.peer.account)) {
      log.debug('not-welcome', { valid: hello !== null });
      return false;
    }
    return sessions.answer(stream, hello, (body) => {
      stream.write(encodeHello(identity, stream.handshakeHash, 'answerer', body));
    });
  }
}
