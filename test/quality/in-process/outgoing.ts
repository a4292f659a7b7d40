import type { Clock } from '../../../main/ports/clock.ts';
import { createLink, type LinkConditions } from '../simulation/link.ts';
import type { Impairment } from '../wire/impairment.ts';
import type { WirePacket } from '../wire/wire-trace.ts';

/** One end's way out: datagrams leave when the cable would have delivered them, or never. */
export interface Outgoing {
  /** @param bytes of the IP packet; @param deliver sends it off, later */
  take(bytes: number, deliver: () => void): void;
  set(impairment: Impairment): void;
}

export interface OutgoingOptions {
  readonly clock: Clock;
  /** 0…1 */
  readonly random: () => number;
  readonly impairment: Impairment;
  /** What was decided about a datagram. */
  readonly note: (packet: Omit<WirePacket, 'end'>) => void;
}

interface Held {
  readonly dueMs: number;
  readonly deliver: () => void;
}

export function createOutgoing({ clock, random, impairment, note }: OutgoingOptions): Outgoing {
  const link = createLink(conditionsOf(impairment), random);
  /** In order of time: the link lets nothing overtake. */
  const held: Held[] = [];

  /** Sends what is due, and comes back for the first that is not. */
  function sendDue(): void {
    const nowMs = clock.monotonicMs();
    for (let first = held[0]; first !== undefined && first.dueMs <= nowMs; first = held[0]) {
      held.shift();
      first.deliver();
    }
    wait();
  }

  function wait(): void {
    const [first] = held;
    if (first !== undefined) clock.setTimer(Math.max(0, first.dueMs - clock.monotonicMs()), sendDue);
  }

  return {
    take(bytes, deliver) {
      const atMs = clock.monotonicMs();
      const dueMs = link.take(bytes, atMs);
      if (Number.isNaN(dueMs)) return note({ atMs, bytes, fate: 'lost', delayMs: 0 });
      note({ atMs, bytes, fate: 'ok', delayMs: dueMs - atMs });
      held.push({ dueMs, deliver });
      return held.length === 1 ? wait() : undefined;
    },
    set: (changed) => link.set(conditionsOf(changed)),
  };
}

/** Of the real cable (wire.c), when nothing is said. */
const defaultQueueMs = 200;

/** Per cent to shares, and harmless for what is absent. */
export function conditionsOf(impairment: Impairment): LinkConditions {
  const { delayMs = 0, jitterMs = 0, lossPercent = 0, burst, rateKbps = 0, queueMs = defaultQueueMs } = impairment;
  return {
    delayMs,
    jitterMs,
    loss: lossPercent / 100,
    burst: burst === undefined ? null : { enter: burst[0] / 100, leave: burst[1] / 100, lossInBad: burst[2] / 100 },
    rateBps: rateKbps === 0 ? null : rateKbps * 1000,
    bucketBytes: 0,
    queueMs,
  };
}
