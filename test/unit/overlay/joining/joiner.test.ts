import { describe, expect, it } from 'vitest';
import { Joiner, type JoinerParts } from '../../../../main/overlay/joining/joiner.ts';
import { createNetworks } from '../../../../main/overlay/networks.ts';
import type { HostPort } from '../../../../main/ports/host-port.ts';
import { silentLogger } from '../../../../main/ports/logger.ts';
import { VirtualClock } from '../../virtual-clock.ts';

type Reply = Awaited<ReturnType<JoinerParts['ask']>>;
const node = (index: number): HostPort => ({ host: `20.1.${index}.1`, port: 4_000 });
const ours = (from: HostPort): Reply => ({
  from: { ...from, id: Buffer.alloc(32, 1) },
  error: 0,
  token: Buffer.alloc(32),
  closerNodes: [],
});

function open(answers: (to: HostPort) => Reply | null, heard: () => readonly HostPort[] = () => []) {
  const asked: HostPort[] = [];
  let inFlight = 0;
  let most = 0;
  const joiner = new Joiner({
    networks: createNetworks({ privateAddressesCountPerNode: true }),
    believesPrivate: false,
    isSelf: () => false,
    ask: async (to) => {
      asked.push(to);
      inFlight += 1;
      most = Math.max(most, inFlight);
      await Promise.resolve();
      inFlight -= 1;
      const reply = answers(to);
      if (reply === null) throw new Error('silence');
      return reply;
    },
    heard,
    onDiscovery: () => undefined,
    onFound: () => undefined,
    onReport: () => undefined,
    off: ['mdns'],
    clock: new VirtualClock(),
    log: silentLogger,
  });
  const reportOf = (way: string) => joiner.reports().find((report) => report.way === way);
  return { joiner, asked, reportOf, most: () => most };
}

describe('asking those who were named', () => {
  it('keeps whoever answers as one of ours, and nobody else', async () => {
    const replies: Record<string, Reply> = {
      [node(1).host]: ours(node(1)),
      // The id of another network's rule is not passed on to us; a client has none.
      [node(2).host]: { ...ours(node(2)), from: { ...node(2), id: null } },
      // It has an id, and does not know the question.
      [node(3).host]: { ...ours(node(3)), error: 1 },
      [node(4).host]: { ...ours(node(4)), token: null },
    };
    const { joiner, reportOf } = open(({ host }) => replies[host] ?? null);
    joiner.offer('bittorrent', [1, 2, 3, 4, 5].map(node));
    await joiner.idle();
    expect(reportOf('bittorrent')).toMatchObject({ asked: 5, answered: 1, foreign: 3 });
  });

  it('has a bounded number of questions in flight, whatever is named', async () => {
    const { joiner, asked, most } = open(() => null);
    joiner.offer(
      'bittorrent',
      Array.from({ length: 5_000 }, (_, index) => ({ host: `20.${index >> 8}.${index & 255}.1`, port: 9 })),
    );
    await joiner.idle();
    expect(most()).toBeLessThanOrEqual(32);
    expect(asked.length).toBeLessThanOrEqual(128);
  });

  it('asks once more where a person or the past named them, once where strangers did', async () => {
    const { joiner, asked } = open(() => null);
    joiner.offer('link', [node(1)]);
    joiner.offer('bittorrent', [node(2)]);
    await joiner.idle();
    expect(asked.filter(({ host }) => host === node(1).host).length).toBe(2);
    expect(asked.filter(({ host }) => host === node(2).host).length).toBe(1);
  });

  it('asks nobody by a way that is off, and no one who is heard already', async () => {
    const { joiner, asked, reportOf } = open(
      () => null,
      () => [node(7)],
    );
    joiner.offer('mdns', [node(1)]);
    joiner.offer('cached', [node(7)]);
    await joiner.idle();
    expect(asked).toEqual([]);
    expect(reportOf('mdns')?.off).toBe(true);
    expect(reportOf('cached')).toMatchObject({ answered: 0, firstMs: 0 });
  });
});
