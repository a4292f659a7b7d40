import type { DhtRequest } from '../../../native-shims/hyperdht/index.ts';
import { equalBytes } from '../../../native-shims/sodium/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { missingCase } from '../../ports/missing-case.ts';
import { KeyedLimiter, type RateLimit } from '../../ports/token-bucket.ts';
import type { Networks } from '../networks.ts';
import { Arriving, type Arrival } from './arriving.ts';
import type { MailboxKeeper, Sender } from './mailbox-keeper.ts';
import { neighbourFactor, type MailboxLimits } from './mailbox-limits.ts';
import {
  decodeDeposit,
  decodeOpen,
  decodeRemovals,
  digestBytes,
  encodeAnswer,
  encodeCompared,
  encodeFirstRead,
  encodePage,
  isMailboxCommand,
  mailboxCommands,
  partCount,
  partRange,
  type DepositAnswer,
} from './mailbox-wire.ts';

export interface MailboxNodeParts {
  readonly keeper: MailboxKeeper;
  readonly networks: Networks;
  readonly limits: MailboxLimits;
  readonly clock: Clock;
  readonly log: Logger;
  /** False while we are a client, or may keep nothing. */
  readonly isKeeping: () => boolean;
  /** Whether this node is itself one of those that keep the target. */
  readonly isNeighbour: (from: DhtRequest['from'], target: Uint8Array) => boolean;
}

const times = ({ perSecond, burst }: RateLimit, factor: number): RateLimit => ({
  perSecond: perSecond * factor,
  burst: burst * factor,
});

/** What one kind of sender may cause. */
interface Allowance {
  readonly deposits: KeyedLimiter;
  readonly kib: KeyedLimiter;
  readonly works: KeyedLimiter;
}

/**
 * Answers the mailboxes' commands. Without a token only a token and closer nodes are given, and a token is bound to the asker's
 * address: a forged source makes us neither keep, nor judge, nor send anything.
 */
export class MailboxNode {
  readonly #parts: MailboxNodeParts;
  readonly #arriving: Arriving;
  readonly #strangers: Allowance;
  readonly #neighbours: Allowance;
  readonly #visits: KeyedLimiter;

  constructor(parts: MailboxNodeParts) {
    this.#parts = parts;
    this.#arriving = new Arriving(parts.limits);
    this.#strangers = this.#allow(1);
    this.#neighbours = this.#allow(neighbourFactor);
    const { visits, visitsTotal } = parts.limits;
    this.#visits = new KeyedLimiter(visits, visitsTotal, parts.clock.monotonicMs());
  }

  /** False: not ours. */
  answer(request: DhtRequest): boolean {
    const { command, target, token, value } = request;
    // As a client we keep nothing; falling through answers "unknown command" with closer nodes.
    if (!isMailboxCommand(command) || target === null || !this.#parts.isKeeping()) return false;
    if (token === null) {
      request.reply(null, { token: true, closerNodes: true });
      return true;
    }
    // Copied: the request's bytes are a view into a shared buffer.
    const at = new Uint8Array(target);
    const bytes = value === null ? null : new Uint8Array(value);
    this.#serve(request, at, bytes).catch((error: unknown) => {
      this.#parts.log.error('mailbox-failed', { detail: error instanceof Error ? error.message : String(error) });
    });
    return true;
  }

  async #serve(request: DhtRequest, target: Uint8Array, value: Uint8Array | null): Promise<void> {
    const { keeper, networks, clock } = this.#parts;
    const { deposit, open, remove, register, compare } = mailboxCommands;
    const network = networks.network(request.from);
    const reply = (answer: Uint8Array | null): void => request.reply(answer, { token: true, closerNodes: false });
    if (request.command === register && value === null) return reply(keeper.record(target));
    if (value === null) return reply(null);
    switch (request.command) {
      case deposit:
        return reply(encodeAnswer(await this.#deposit(request, target, value, network)));
      case register:
        return reply(encodeAnswer(await this.#register(request, target, value, network)));
      case open:
        if (!this.#visits.take(network, clock.monotonicMs())) return reply(null);
        return reply(this.#open(target, value, request.token));
      case remove:
        if (!this.#visits.take(network, clock.monotonicMs())) return reply(null);
        return reply(this.#remove(target, value) ? encodeAnswer('stored') : null);
      case compare:
        // Its answer would tell a stranger whether something was picked up.
        if (!this.#parts.isNeighbour(request.from, target)) return reply(null);
        return reply(this.#compare(target, value));
      default:
        return undefined;
    }
  }

  #allowance(request: DhtRequest, target: Uint8Array): Allowance & { readonly isNeighbour: boolean } {
    const isNeighbour = this.#parts.isNeighbour(request.from, target);
    return { ...(isNeighbour ? this.#neighbours : this.#strangers), isNeighbour };
  }

  async #register(request: DhtRequest, target: Uint8Array, record: Uint8Array, network: string): Promise<DepositAnswer> {
    const { keeper, clock } = this.#parts;
    const held = keeper.record(target);
    if (held !== null && equalBytes(held, record)) return 'stored';
    if (!this.#allowance(request, target).works.take(network, clock.monotonicMs())) return 'TOO_BUSY';
    return keeper.register(target, record);
  }

  async #deposit(request: DhtRequest, target: Uint8Array, value: Uint8Array, network: string): Promise<DepositAnswer> {
    const message = decodeDeposit(value);
    if (message === null) return 'BAD_ITEM';
    const nowMs = this.#parts.clock.monotonicMs();
    switch (message.part) {
      case 'first':
        return this.#begin(request, target, message.slip, message.data, network);
      case 'later': {
        const arrival = this.#arriving.add(network, message.id, message.index, message.data, nowMs);
        if (arrival === 'unknown') return 'again';
        if (arrival === 'more') return 'more';
        return this.#arrived(arrival, this.#parts.isNeighbour(request.from, target) ? null : network);
      }
      default:
        return missingCase(message);
    }
  }

  async #begin(
    request: DhtRequest,
    target: Uint8Array,
    slip: Uint8Array,
    data: Uint8Array,
    network: string,
  ): Promise<DepositAnswer> {
    const { keeper, clock } = this.#parts;
    const { isNeighbour, deposits, kib, works } = this.#allowance(request, target);
    const from: Sender = isNeighbour ? null : network;
    if (!deposits.take(network, clock.monotonicMs())) return 'TOO_BUSY';
    const considered = keeper.consider(target, slip, from);
    if (considered === 'raise') {
      // A neighbour, who may compare anyway, hands on much that is here; to a stranger it must not show.
      const isNews = !isNeighbour || !keeper.holds(target, slip);
      if (isNews && works.take(network, clock.monotonicMs())) this.#raise(target, slip);
      return 'stored';
    }
    if (typeof considered === 'string') return considered;
    if (!kib.take(network, clock.monotonicMs(), considered.size / 1_024)) return 'TOO_BUSY';
    let work = 0;
    if (considered.kind === 'request') {
      if (!works.take(network, clock.monotonicMs())) return 'TOO_BUSY';
      const shown = await keeper.workOf(target, slip);
      if (shown === null) return 'BAD_ITEM';
      work = shown;
    }
    const begun = this.#arriving.begin(network, { target, facts: considered, slip, work }, data, clock.monotonicMs());
    if (begun === 'busy') return 'TOO_BUSY';
    return begun === 'more' ? 'more' : this.#arrived(begun, from);
  }

  /** Not waited for: that it took time would tell something of what is here. */
  #raise(target: Uint8Array, slip: Uint8Array): void {
    this.#parts.keeper.raise(target, slip).catch((error: unknown) => {
      this.#parts.log.error('mailbox-failed', { detail: error instanceof Error ? error.message : String(error) });
    });
  }

  #arrived({ target, facts, slip, work, sealed }: Arrival, from: Sender): DepositAnswer {
    return this.#parts.keeper.store(target, facts, { slip, sealed }, work, from);
  }

  #open(target: Uint8Array, value: Uint8Array, token: Uint8Array | null): Uint8Array | null {
    const { keeper } = this.#parts;
    const message = decodeOpen(value);
    if (message === null || token === null || !keeper.mayOpen(target, token, message.signature)) return null;
    if (message.wish === 'list') return encodePage(keeper.list(target, message.skip));
    const body = keeper.body(target, message.id);
    if (body === null || message.index >= partCount(body.sealed.byteLength)) return null;
    const [from, to] = partRange(message.index, body.sealed.byteLength);
    const data = body.sealed.subarray(from, to);
    return message.index === 0 ? encodeFirstRead({ slip: body.slip, size: body.sealed.byteLength, data }) : data;
  }

  #remove(target: Uint8Array, value: Uint8Array): boolean {
    const removals = decodeRemovals(value);
    if (removals === null) return false;
    return removals.map(({ id, signature }) => this.#parts.keeper.remove(target, id, signature)).every(Boolean);
  }

  #compare(target: Uint8Array, value: Uint8Array): Uint8Array | null {
    const own = this.#parts.keeper.digest(target);
    if (own === null || value.byteLength !== digestBytes) return null;
    return encodeCompared(equalBytes(own, value) ? 'same' : 'different');
  }

  #allow(factor: number): Allowance {
    const { limits, clock } = this.#parts;
    const nowMs = clock.monotonicMs();
    return {
      deposits: new KeyedLimiter(times(limits.deposits, factor), times(limits.depositsTotal, factor), nowMs),
      kib: new KeyedLimiter(times(limits.depositKib, factor), times(limits.depositKibTotal, factor), nowMs),
      works: new KeyedLimiter(times(limits.works, factor), times(limits.worksTotal, factor), nowMs),
    };
  }
}
