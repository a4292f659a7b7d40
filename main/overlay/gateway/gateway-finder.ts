import type { DhtNode } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { hostPortText } from '../../ports/host-port.ts';
import type { Random } from '../../ports/random.ts';
import type { GatewayBook } from './book.ts';
import { askForGateway } from './gateway-command.ts';

/** After a start, for the first nodes to be heard; then now and then, before the network is one that blocks. */
const firstMs = 2_000;
const everyMs = 10 * 60_000;
/** While few are known. */
const eagerMs = 20_000;
const enough = 8;
const askedPerRound = 8;

/** While UDP works: learns who would carry us if it didn't. */
export class GatewayFinder {
  readonly #parts: {
    readonly node: () => DhtNode | null;
    readonly isCarried: () => boolean;
    readonly book: GatewayBook;
    readonly clock: Clock;
    readonly random: Random;
  };
  readonly #asked = new Set<string>();
  #timer: Timer | null = null;

  constructor(parts: {
    readonly node: () => DhtNode | null;
    readonly isCarried: () => boolean;
    readonly book: GatewayBook;
    readonly clock: Clock;
    readonly random: Random;
  }) {
    this.#parts = parts;
  }

  start(): void {
    this.#later(firstMs);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #later(delayMs: number): void {
    this.#timer = this.#parts.clock.setTimer(delayMs, () => {
      void this.#round().finally(() => this.#later(this.#parts.book.kept.length < enough ? eagerMs : everyMs));
    });
  }

  /** Everybody is asked once, in random order, then everybody again. */
  async #round(): Promise<void> {
    const { node, isCarried, book, random } = this.#parts;
    const dht = node();
    if (dht === null || isCarried()) return;
    const heard = dht.heard();
    const fresh = heard.filter((at) => !this.#asked.has(hostPortText(at)));
    if (fresh.length === 0) this.#asked.clear();
    const chosen = fresh
      .map((at) => ({ at, order: random.fraction() }))
      .toSorted((left, right) => left.order - right.order)
      .slice(0, askedPerRound);
    await Promise.all(
      chosen.map(async ({ at }) => {
        const found = await askForGateway((message, to) => dht.request(message, to), at);
        if (found === 'silent') return;
        this.#asked.add(hostPortText(at));
        book.heardOf(found);
      }),
    );
  }
}
