import { describe, expect, it } from 'vitest';
import { BitTorrentVisits } from '../../../../main/overlay/joining/bittorrent/visits.ts';
import { silentLogger } from '../../../../main/ports/logger.ts';
import { systemRandom } from '../../../../main/ports/random.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const minuteMs = 60_000;

interface Choice {
  readonly heard?: number;
  readonly id?: Uint8Array | null;
  readonly host?: string;
}

/** A place that counts visits and says nothing. */
function open(choice: Choice = {}) {
  const clock = new VirtualClock();
  const visits: (number | null)[] = [];
  const state = { heard: choice.heard ?? 0, id: choice.id ?? null, host: choice.host ?? '8.8.8.8' };
  const off: string[] = [];
  const bitTorrent = new BitTorrentVisits({
    place: {
      visit: (port) => {
        visits.push(port);
        return Promise.resolve({ nodes: 0, announced: 0 });
      },
    },
    believesPrivate: false,
    joiner: { begin: () => undefined, end: (way) => void off.push(way), offer: () => undefined },
    node: () => ({
      id: () => state.id,
      heard: () => Array.from({ length: state.heard }, () => ({ host: '9.9.9.9', port: 1 })),
      closest: () => [],
    }),
    self: () => ({ host: state.host, port: 4_000 }),
    clock,
    random: { ...systemRandom, fraction: () => 0.5 },
    log: silentLogger,
  });
  /** Ticks every five seconds. */
  const pass = async (durationMs: number): Promise<void> => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += 5_000) {
      clock.advance(5_000);
      bitTorrent.tick();
      // oxlint-disable-next-line no-await-in-loop -- a visit ends in a turn of its own
      await Promise.resolve().then(() => Promise.resolve());
    }
  };
  return { bitTorrent, clock, visits, state, off, pass };
}

describe('when we go to the meeting place', () => {
  it('is at once for a newcomer, and after a second for whoever knows where else to ask', () => {
    const newcomer = open();
    newcomer.bitTorrent.start(true);
    expect(newcomer.visits).toEqual([null]);
    const known = open();
    known.bitTorrent.start(false);
    expect(known.visits).toEqual([]);
    known.clock.advance(1_000);
    expect(known.visits).toEqual([null]);
  });

  it('is never for whoever found somebody within that second, and is no supernode', async () => {
    const { bitTorrent, state, visits, pass } = open();
    bitTorrent.start(false);
    state.heard = 3;
    await pass(120 * minuteMs);
    expect(visits).toEqual([]);
  });

  it('is ever more seldom while nobody is found: six times in the first hour, then every half hour', async () => {
    const { bitTorrent, visits, pass } = open();
    bitTorrent.start(true);
    await pass(60 * minuteMs);
    expect(visits.length).toBeGreaterThanOrEqual(5);
    expect(visits.length).toBeLessThanOrEqual(7);
    const before = visits.length;
    await pass(120 * minuteMs);
    expect(visits.length - before).toBeLessThanOrEqual(5);
  });

  it('is every quarter of an hour for a supernode that strangers can reach, with its port', async () => {
    const { bitTorrent, visits, pass } = open({ heard: 5, id: new Uint8Array(32) });
    bitTorrent.start(false);
    await pass(60 * minuteMs);
    expect(visits.length).toBeGreaterThanOrEqual(3);
    expect(new Set(visits)).toEqual(new Set([4_000]));
  });

  it('is never for a supernode at home: nobody elsewhere can reach it', async () => {
    const { bitTorrent, visits, pass } = open({ heard: 5, id: new Uint8Array(32), host: '192.168.1.7' });
    bitTorrent.start(false);
    await pass(60 * minuteMs);
    expect(visits).toEqual([]);
  });

  it('is never while the person does not want it, and is again when they do', async () => {
    const { bitTorrent, visits, off, pass } = open();
    bitTorrent.setWanted(false);
    bitTorrent.start(true);
    await pass(60 * minuteMs);
    expect(visits).toEqual([]);
    expect(off).toEqual(['bittorrent']);
    bitTorrent.setWanted(true);
    await pass(5_000);
    expect(visits).toEqual([null]);
  });
});
