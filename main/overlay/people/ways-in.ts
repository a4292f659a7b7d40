import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { RoamingNode } from '../gateway/roaming-node.ts';
import type { BlindRelays } from '../blind-relay/blind-relay-book.ts';
import type { Networks } from '../networks.ts';
import type { ListeningSecret } from '../people.ts';
import { DayListeners } from './day-listeners.ts';

export interface WaysInParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly networks: Networks;
  readonly relays: BlindRelays;
  /** @param way `open`: whoever came learned our address; `hidden`: they came through a gateway */
  readonly onStream: (stream: SecretStream, way: 'open' | 'hidden') => void;
}

/** What a node is for those who may learn our address, and for those who may not. */
export interface NodeFaces {
  readonly open: RoamingNode;
  readonly hidden: RoamingNode;
}

/**
 * Where we are reached: the keys of the day; and, while we hide from some friends, other keys of the day, which they alone know and
 * which gateways alone answer for.
 */
export class WaysIn {
  readonly #days: DayListeners;
  readonly #hiddenDays: DayListeners;
  #faces: NodeFaces | null = null;
  #hiddenListening: ListeningSecret | null = null;
  #isHiding = false;

  constructor({ clock, log, networks, relays, onStream }: WaysInParts) {
    this.#days = new DayListeners(clock, log, networks, relays, (stream) => onStream(stream, 'open'));
    this.#hiddenDays = new DayListeners(clock, log, networks, relays, (stream) => onStream(stream, 'hidden'));
  }

  /** Resolves when the open keys are announced. @param hidden null: nobody is told of any */
  async listen(faces: NodeFaces, open: ListeningSecret, hidden: ListeningSecret | null): Promise<void> {
    this.#faces = faces;
    this.#hiddenListening = hidden;
    this.#listenHidden();
    await this.#days.start(faces.open, open);
  }

  /** From now on there are friends (or none any more) who are not to learn our address. */
  hide(isHiding: boolean): void {
    if (isHiding === this.#isHiding) return;
    this.#isHiding = isHiding;
    this.#listenHidden();
  }

  /** Our neighbours changed: what we announce must be known to the new ones too. */
  refresh(): void {
    this.#days.refresh();
    this.#hiddenDays.refresh();
  }

  /** The way others reach us is another one. */
  async restart(): Promise<void> {
    await Promise.all([this.#days.restart(), this.#hiddenDays.restart()]);
  }

  async stop(): Promise<void> {
    this.#faces = null;
    await Promise.all([this.#days.stop(), this.#hiddenDays.stop()]);
  }

  /** Nobody waits for it: while there is no gateway it isn't heard anywhere. */
  #listenHidden(): void {
    const [faces, hidden] = [this.#faces, this.#hiddenListening];
    void (faces !== null && hidden !== null && this.#isHiding
      ? this.#hiddenDays.start(faces.hidden, hidden)
      : this.#hiddenDays.stop());
  }
}
