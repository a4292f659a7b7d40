import type { DhtRequest } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { KeyedLimiter } from '../../ports/token-bucket.ts';
import type { Networks } from '../networks.ts';
import type { CardKeeper } from './card-keeper.ts';
import { neighbourFactor, type CardLimits } from './card-limits.ts';
import {
  cardCommands,
  decodeDigests,
  decodeWish,
  encodeAnswer,
  encodeLacking,
  encodeListed,
  sameAnswer,
  type PublishAnswer,
} from './card-wire.ts';

export interface CardNodeParts {
  readonly keeper: CardKeeper;
  readonly networks: Networks;
  readonly limits: CardLimits;
  readonly clock: Clock;
  readonly log: Logger;
  /** False while we are a client. */
  readonly isKeeping: () => boolean;
  /** Whether this node is itself one of those that keep the target. */
  readonly isNeighbour: (from: DhtRequest['from'], target: Uint8Array) => boolean;
  /** Somebody sees to it that the closest set keeps these very cards. */
  readonly onConfirmed: (target: Uint8Array) => void;
}

const times = ({ perSecond, burst }: CardLimits['works'], factor: number) => ({
  perSecond: perSecond * factor,
  burst: burst * factor,
});

/**
 * Answers the commands about cards. Without a token only a token, closer nodes and one byte are given, and a token is bound to the
 * asker's address: a forged source makes us neither judge nor send anything.
 */
export class CardNode {
  readonly #parts: CardNodeParts;
  readonly #works: KeyedLimiter;
  readonly #handed: KeyedLimiter;
  readonly #questions: KeyedLimiter;

  constructor(parts: CardNodeParts) {
    this.#parts = parts;
    const { works, worksTotal, questions, questionsTotal } = parts.limits;
    const nowMs = parts.clock.monotonicMs();
    this.#works = new KeyedLimiter(works, worksTotal, nowMs);
    this.#handed = new KeyedLimiter(times(works, neighbourFactor), times(worksTotal, neighbourFactor), nowMs);
    this.#questions = new KeyedLimiter(questions, questionsTotal, nowMs);
  }

  /** False: not ours. */
  answer(request: DhtRequest): boolean {
    const { command, target, token, value } = request;
    const { publish, ask, compare } = cardCommands;
    const isOurs = command === publish || command === ask || command === compare;
    // As a client we keep nothing; falling through answers "unknown command" with closer nodes.
    if (!isOurs || target === null || !this.#parts.isKeeping()) return false;
    // Copied: the request's bytes are a view into a shared buffer.
    const at = new Uint8Array(target);
    const bytes = value === null ? null : new Uint8Array(value);
    if (token === null) {
      const isSame = command === compare && bytes !== null && this.#isSame(at, bytes);
      request.reply(isSame ? sameAnswer : null, { token: true, closerNodes: true });
      return true;
    }
    this.#serve(request, at, bytes).then(
      (answer) => request.reply(answer, { token: true, closerNodes: false }),
      (error: unknown) =>
        this.#parts.log.error('cards-failed', { detail: error instanceof Error ? error.message : String(error) }),
    );
    return true;
  }

  async #serve(request: DhtRequest, target: Uint8Array, value: Uint8Array | null): Promise<Uint8Array | null> {
    if (value === null) return null;
    const { networks, clock } = this.#parts;
    const network = networks.network(request.from);
    if (request.command === cardCommands.publish) return encodeAnswer(await this.#publish(request, target, value, network));
    if (!this.#questions.take(network, clock.monotonicMs())) return null;
    return request.command === cardCommands.ask ? this.#ask(target, value) : this.#compare(request, target, value);
  }

  #publish(request: DhtRequest, target: Uint8Array, card: Uint8Array, network: string): Promise<PublishAnswer> {
    const { keeper, clock } = this.#parts;
    const isNeighbour = this.#parts.isNeighbour(request.from, target);
    const limiter = isNeighbour ? this.#handed : this.#works;
    return keeper.offer(target, card, { network, isNeighbour, mayJudge: () => limiter.take(network, clock.monotonicMs()) });
  }

  #ask(target: Uint8Array, value: Uint8Array): Uint8Array | null {
    const { keeper } = this.#parts;
    const wish = decodeWish(value);
    if (wish === null) return null;
    if (wish.wish === 'read') return keeper.card(target, wish.key) ?? new Uint8Array(0);
    return encodeListed(keeper.choose(target, wish.beginnings, wish.salt));
  }

  #compare(request: DhtRequest, target: Uint8Array, value: Uint8Array): Uint8Array | null {
    if (!this.#parts.isNeighbour(request.from, target)) return null;
    const digests = decodeDigests(value);
    return digests === null ? null : encodeLacking(this.#parts.keeper.lacking(target, digests));
  }

  #isSame(target: Uint8Array, digest: Uint8Array): boolean {
    const own = this.#parts.keeper.get(target);
    if (own === null || Buffer.compare(own, digest) !== 0) return false;
    this.#parts.onConfirmed(target);
    return true;
  }
}
