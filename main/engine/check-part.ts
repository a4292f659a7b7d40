import {
  judgeIpv6,
  judgeOutcome,
  judgeRelay,
  judgeRouter,
  judgeSupernodes,
  judgeUdp,
  type CheckEvent,
  type CheckLine,
} from '../../preload/contract/index.ts';
import type { NetworkFigures } from '../media/index.ts';
import type { KnownRelay, Overlay } from '../overlay/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { trialServers } from './check-ticket.ts';
import type { CheckPart } from './engine.ts';
import type { MediaLink } from './media-link.ts';

export interface CheckPartOptions {
  readonly overlay: Pick<Overlay, 'health' | 'relays'>;
  readonly media: Pick<MediaLink, 'checkNetwork'>;
  /** Resolves when the overlay has looked for others. */
  readonly networkReady: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
}

/** A node that has just started looks for others first, and for a way around where UDP is blocked (2–3 s). */
const settleLimitMs = 4_500;
/** Relays come one after the other; a comparison takes two. */
const secondRelayMs = 1_000;
const enoughRelays = 2;
/** The nearest: each try takes a share of our network's allocations. */
const triedRelays = 2;
/** Nobody waits longer to hear whether they can call. What media does has its own limits, which end before this. */
const checkLimitMs = 10_000;

/** "Can I call?": looks at the network by the overlay's own knowledge and by media's sockets, and judges what was seen. */
export function createCheckPart({ overlay, media, networkReady, clock, random }: CheckPartOptions): CheckPart {
  let isRunning = false;

  const enoughKnown = (limit: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const unlisten = overlay.relays.onChange(() => look());
      let second: Timer | null = null;
      const end = (): void => {
        unlisten();
        second?.cancel();
        limit.removeEventListener('abort', end);
        resolve();
      };
      const look = (): void => {
        const known = overlay.relays.known().length;
        if (known >= enoughRelays || limit.aborted) return end();
        if (known === 0) return;
        second?.cancel();
        second = clock.setTimer(secondRelayMs, end);
      };
      limit.addEventListener('abort', end);
      look();
    });

  /** Until the overlay knows whom to ask, or there is no use in waiting. */
  async function settle(signal: AbortSignal): Promise<void> {
    const limit = new AbortController();
    const timer = clock.setTimer(settleLimitMs, () => limit.abort());
    const either = AbortSignal.any([signal, limit.signal]);
    try {
      await networkReady(either);
      if (overlay.health().status !== 'alone') await enoughKnown(either);
    } finally {
      timer.cancel();
    }
  }

  async function* check(signal: AbortSignal): AsyncGenerator<CheckEvent, void, void> {
    await settle(signal);
    if (signal.aborted) return;
    const lines: CheckLine[] = [lineOfSupernodes(overlay)];
    const known = overlay.relays.known();
    const news = createQueue<NetworkFigures>();
    const looked = media
      .checkNetwork(
        { stun: stunPlaces(known), relays: trialServers(known.slice(0, triedRelays), random, clock.nowMs()) },
        (figures) => news.push(figures),
        signal,
      )
      .finally(() => news.end());
    // It is awaited after its news; a failure before that is not unheard of.
    looked.catch(() => undefined);
    for (const line of lines) yield { type: 'line', line };
    for await (const figures of news.items()) {
      const line = judge(figures, overlay);
      lines.push(line);
      yield { type: 'line', line };
    }
    await looked;
    if (!signal.aborted) yield { type: 'summary', outcome: judgeOutcome(lines) };
  }

  return {
    async *run(outer) {
      if (isRunning) throw new AppError('TOO_MANY', 'a check is running');
      isRunning = true;
      const stop = new AbortController();
      const timer = clock.setTimer(checkLimitMs, () => stop.abort());
      try {
        yield* check(outer === undefined ? stop.signal : AbortSignal.any([outer, stop.signal]));
      } finally {
        isRunning = false;
        timer.cancel();
        stop.abort();
      }
    },
  };
}

function lineOfSupernodes({ health, relays }: Pick<Overlay, 'health' | 'relays'>): CheckLine {
  const { status, nodesHeard, gateway } = health();
  const known = relays.known();
  const times = known.flatMap(({ rttMs }) => (rttMs === null ? [] : [rttMs]));
  const figures = {
    status,
    heard: nodesHeard,
    relays: known.length,
    quickestMs: times.length === 0 ? null : Math.min(...times),
    throughGateway: gateway !== null,
  };
  return { id: 'supernodes', figures, ...judgeSupernodes(figures) };
}

function judge(line: NetworkFigures, { health }: Pick<Overlay, 'health'>): CheckLine {
  const { nodesHeard, gateway } = health();
  const overlayHears = gateway === null ? nodesHeard : 0;
  switch (line.id) {
    case 'udp': {
      const figures = { ...line.figures, heard: overlayHears };
      return { id: 'udp', figures, ...judgeUdp(figures) };
    }
    case 'router':
      return { ...line, ...judgeRouter(line.figures) };
    case 'ipv6': {
      // The overlay speaks IPv4: what it hears, it hears over that.
      const figures = { ...line.figures, hasIpv4: line.figures.hasIpv4 || overlayHears > 0 };
      return { id: 'ipv6', figures, ...judgeIpv6(figures) };
    }
    case 'relay':
      return { ...line, ...judgeRelay(line.figures) };
  }
}

/** Every relay that the overlay knows stands in a network of its own, and answers STUN. */
const stunPlaces = (known: readonly KnownRelay[]): readonly { readonly address: string; readonly port: number }[] =>
  known
    .filter(({ relay }) => relay.udp !== 0)
    .flatMap(({ relay }) =>
      [relay.host4, relay.host6].flatMap((address) => (address === null ? [] : [{ address, port: relay.udp }])),
    );

interface Queue<Item> {
  push(item: Item): void;
  end(): void;
  /** All that was pushed and will be, until the end. */
  items(): AsyncGenerator<Item, void, void>;
}

function createQueue<Item>(): Queue<Item> {
  const waiting: Item[] = [];
  let isOver = false;
  let wake: (() => void) | null = null;
  return {
    push(item) {
      waiting.push(item);
      wake?.();
    },
    end() {
      isOver = true;
      wake?.();
    },
    async *items() {
      for (;;) {
        yield* waiting.splice(0);
        if (isOver && waiting.length === 0) return;
        // oxlint-disable-next-line no-await-in-loop -- that is what it is for
        if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
