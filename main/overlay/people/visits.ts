import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { AccountKey, PeerAddress } from '../../ports/peer-wire.ts';
import type { RoamingNode } from '../gateway/roaming-node.ts';
import { pause, throwIfAborted } from '../waiting.ts';
import type { Caller } from './caller.ts';
import { dial, type DialOptions, type DialTarget } from './dial.ts';
import { findService } from './services.ts';

/** A service that nobody was found for is looked for once more: its host, or we, may be joining just now. */
const visitAgainAfterMs = 2_000;

/** Somebody whose service we use; dialed again until `end`. */
interface Visit {
  readonly targets: readonly DialTarget[];
  readonly caller: Caller;
}

export interface VisitsParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** @throws AppError NO_NETWORK */
  readonly node: () => RoamingNode;
  readonly dialOptions: (signal: AbortSignal) => DialOptions;
  /** @param expected whom we mean to reach, null for whoever answers */
  readonly introduce: (stream: SecretStream, expected: AccountKey | null) => Promise<PeerAddress | null>;
  readonly createCaller: (attempt: (signal: AbortSignal) => Promise<boolean>) => Caller;
}

/** Those whose services (the echo) we found and use. */
export class Visits {
  readonly #parts: VisitsParts;
  readonly #all = new Map<AccountKey, Visit>();

  constructor(parts: VisitsParts) {
    this.#parts = parts;
  }

  has(account: AccountKey): boolean {
    return this.#all.has(account);
  }

  accounts(): readonly AccountKey[] {
    return [...this.#all.keys()];
  }

  callerOf(account: AccountKey): Caller | undefined {
    return this.#all.get(account)?.caller;
  }

  /** Finds and connects to somebody who offers `topic`. @throws AppError NOT_REACHABLE, CANCELLED */
  async visit(topic: string, signal: AbortSignal): Promise<PeerAddress> {
    const first = await this.#once(topic, signal);
    if (first.peer !== null) return first.peer;
    await pause(this.#parts.clock, visitAgainAfterMs, signal);
    throwIfAborted(signal);
    const second = await this.#once(topic, signal);
    if (second.peer !== null) return second.peer;
    throw new AppError('NOT_REACHABLE', first.offers + second.offers === 0 ? 'nobody-offers-it' : 'nobody-answered');
  }

  end(account: AccountKey): void {
    this.#all.get(account)?.caller.rest();
    this.#all.delete(account);
  }

  rest(): void {
    for (const { caller } of this.#all.values()) caller.rest();
  }

  clear(): void {
    this.#all.clear();
  }

  /** One look for a topic, and its offers tried one after the other. */
  async #once(topic: string, signal: AbortSignal): Promise<{ readonly peer: PeerAddress | null; readonly offers: number }> {
    const { clock, log, node, dialOptions, introduce, createCaller } = this.#parts;
    const targets = await findService(node(), topic, clock, signal);
    log.debug('service-looked-for', { topic, offers: targets.length });
    for (const target of targets) {
      throwIfAborted(signal);
      // oxlint-disable-next-line no-await-in-loop -- one after the other: a session with one of them is enough
      const peer = await dial(node(), [target], dialOptions(signal), (stream) => introduce(stream, null));
      throwIfAborted(signal);
      if (peer === null) continue;
      const caller = createCaller((stopped) => this.#again(peer.account, stopped));
      this.#all.set(peer.account, { targets: [target], caller });
      return { peer, offers: targets.length };
    }
    throwIfAborted(signal);
    return { peer: null, offers: targets.length };
  }

  async #again(account: AccountKey, signal: AbortSignal): Promise<boolean> {
    const visit = this.#all.get(account);
    if (visit === undefined) return true;
    const { node, dialOptions, introduce } = this.#parts;
    return (await dial(node(), visit.targets, dialOptions(signal), (stream) => introduce(stream, account))) !== null;
  }
}
