import type { DhtNode, SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { BlindRelays } from '../blind-relay/blind-relay-book.ts';
import type { Networks } from '../networks.ts';
import type { ListeningSecret } from '../people.ts';
import { within } from '../waiting.ts';
import { dayPair, daysAround } from './day-keys.ts';
import { listenOn, type Listener } from './listener.ts';

/** How often the calendar is looked at; the tolerance around midnight is two hours. */
const checkEveryMs = 10 * 60_000;
const retryEveryMs = 2_000;
const closeMs = 1_000;
/** Contacts only, so few; a redial with its hedge takes two or three. */
const perNetwork = { perSecond: 2, burst: 30 };
const total = { perSecond: 50, burst: 200 };

/** Listens on the keys of the day, and of the neighbouring one around midnight. */
export class DayListeners {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #networks: Networks;
  readonly #relays: BlindRelays;
  readonly #onStream: (stream: SecretStream) => void;
  readonly #open = new Map<number, Promise<Listener>>();
  #node: DhtNode | null = null;
  #listening: ListeningSecret | null = null;
  #timer: Timer | null = null;

  constructor(clock: Clock, log: Logger, networks: Networks, relays: BlindRelays, onStream: (stream: SecretStream) => void) {
    this.#clock = clock;
    this.#log = log;
    this.#networks = networks;
    this.#relays = relays;
    this.#onStream = onStream;
  }

  /** Resolves when the keys of today are announced. */
  async start(node: DhtNode, listening: ListeningSecret): Promise<void> {
    const before = this.#listening;
    const isSame =
      node === this.#node &&
      before !== null &&
      Buffer.compare(before.seed, listening.seed) === 0 &&
      Buffer.compare(before.secret, listening.secret) === 0;
    if (isSame) return;
    await this.stop();
    this.#node = node;
    this.#listening = listening;
    await this.#keepUp();
  }

  /** The same keys, where the node listens now. */
  async restart(): Promise<void> {
    const [node, listening] = [this.#node, this.#listening];
    if (node === null || listening === null) return;
    await this.stop();
    await this.start(node, listening);
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    this.#node = null;
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map((each) => this.#close(each)));
  }

  /** Announce anew: our address, or the nodes that should know it, changed. */
  refresh(): void {
    for (const each of this.#open.values()) each.then((listener) => listener.refresh()).catch(() => undefined);
    if (this.#node !== null) void this.#keepUp();
  }

  async #keepUp(): Promise<void> {
    const node = this.#node;
    const listening = this.#listening;
    if (node === null || listening === null) return;
    const days = daysAround(this.#clock.nowMs());
    for (const [day, listener] of this.#open) {
      if (days.includes(day)) continue;
      this.#open.delete(day);
      void this.#close(listener);
    }
    for (const day of days) if (!this.#open.has(day)) this.#open.set(day, this.#listen(node, listening, day));
    const results = await Promise.allSettled(this.#open.values());
    if (this.#node !== node || this.#listening !== listening) return;
    const hasFailed = results.some(({ status }) => status === 'rejected');
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(hasFailed ? retryEveryMs : checkEveryMs, () => void this.#keepUp());
  }

  #listen(node: DhtNode, listening: ListeningSecret, day: number): Promise<Listener> {
    const listener = listenOn(node, dayPair(listening, day), {
      clock: this.#clock,
      networks: this.#networks,
      perNetwork,
      total,
      relays: this.#relays,
      onStream: this.#onStream,
    });
    listener.catch((error: unknown) => {
      this.#log.warn('listen-failed', { detail: error instanceof Error ? error.message : String(error) });
      // Forgotten, so that the next look tries again.
      if (this.#open.get(day) === listener) this.#open.delete(day);
    });
    return listener;
  }

  async #close(opening: Promise<Listener>): Promise<void> {
    try {
      // One that is still announcing itself to dead neighbours is closed when that is over; nobody waits for it.
      const closed = opening.then((listener) => listener.close());
      await within(this.#clock, closeMs, closed, undefined);
    } catch (error) {
      this.#log.debug('close-failed', { detail: error instanceof Error ? error.message : String(error) });
    }
  }
}
