import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asReadOnly } from '../../../../main/overlay/joining/bittorrent/guarded-socket.ts';
import { meetingHash, meetingHashes } from '../../../../main/overlay/joining/bittorrent/period.ts';
import { decodeAddresses, encodeAddresses } from '../../../../main/overlay/joining/introductions.ts';
import { askedNodes, keptNodes } from '../../../../main/overlay/joining/known-nodes.ts';
import { announceShare, estimateNodes } from '../../../../main/overlay/joining/network-size.ts';
import { createNetworks } from '../../../../main/overlay/networks.ts';
import { systemRandom } from '../../../../main/ports/random.ts';

const networks = createNetworks({ privateAddressesCountPerNode: true });
const dayMs = 86_400_000;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('where a day’s meeting place is', () => {
  it('is another infohash each day of UTC, the same for everybody', () => {
    expect(meetingHash(20_000).byteLength).toBe(20);
    expect(hex(meetingHash(20_000))).not.toBe(hex(meetingHash(20_001)));
    expect(meetingHashes(20_000 * dayMs + dayMs / 2).map(hex)).toEqual([hex(meetingHash(20_000))]);
  });

  it('is two of them around midnight, so that clocks that are off by half an hour meet', () => {
    const late = meetingHashes(20_001 * dayMs - 29 * 60_000).map(hex);
    const early = meetingHashes(20_001 * dayMs + 29 * 60_000).map(hex);
    expect(late.toSorted()).toEqual([meetingHash(20_000), meetingHash(20_001)].map(hex).toSorted());
    expect(early.toSorted()).toEqual(late.toSorted());
  });
});

describe('a question to BitTorrent’s DHT', () => {
  it('is marked as a read-only node’s (BEP 43), in the order that bencoding wants', () => {
    const question = Buffer.from('d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t2:xy1:y1:qe');
    expect(asReadOnly(question).toString()).toBe('d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping2:roi1e1:t2:xy1:y1:qe');
  });

  it('is left alone where it is none', () => {
    const answer = Buffer.from('d1:rd2:id20:aaaaaaaaaaaaaaaaaaaae1:t2:xy1:y1:re');
    expect(asReadOnly(answer)).toEqual(answer);
  });
});

describe('the memory of nodes', () => {
  const node = (index: number) => ({ host: `20.${index >> 8}.${index & 255}.1`, port: 4_000 });

  it('puts those heard now first, and keeps those of other networks behind them', () => {
    const before = Array.from({ length: 150 }, (_, index) => node(1_000 + index));
    const kept = keptNodes([node(1), node(2)], before, networks);
    expect(kept.slice(0, 3)).toEqual([node(1), node(2), node(1_000)]);
    expect(kept.length).toBe(152);
  });

  it('is bounded, and so is what one network holds of it', () => {
    const heard = Array.from({ length: 500 }, (_, index) => node(index));
    const before = Array.from({ length: 500 }, (_, index) => node(2_000 + index));
    const kept = keptNodes(heard, before, networks);
    expect(kept.length).toBe(192);
    expect(kept.filter(({ host }) => heard.some((other) => other.host === host)).length).toBe(64);
    const street = Array.from({ length: 200 }, (_, index) => ({ host: '20.1.1.1', port: 1_000 + index }));
    expect(keptNodes(street, street, networks).length).toBe(4);
  });

  it('asks all the recent ones and a few of the older', () => {
    const kept = Array.from({ length: 192 }, (_, index) => node(index));
    const asked = askedNodes(kept, systemRandom);
    expect(asked.slice(0, 64)).toEqual(kept.slice(0, 64));
    expect(asked.length).toBe(80);
  });
});

describe('the size of the network', () => {
  it.each([100, 1_000, 10_000])('of %i nodes is told within a factor of three from the twenty closest ids', (count) => {
    const own = systemRandom.bytes(32);
    const ids = Array.from({ length: count }, () => systemRandom.bytes(32));
    const distance = (id: Uint8Array): string => hex(id.map((byte, index) => byte ^ (own[index] ?? 0)));
    const closest = ids.toSorted((left, right) => (distance(left) < distance(right) ? -1 : 1)).slice(0, 20);
    const told = estimateNodes(own, closest);
    expect(told).toBeGreaterThan(count / 3);
    expect(told).toBeLessThan(count * 3);
  });

  it('decides how many announce themselves: all in a small one, about 64 in a large one', () => {
    expect(announceShare(estimateNodes(systemRandom.bytes(32), []))).toBe(1);
    expect(announceShare(50)).toBe(1);
    expect(announceShare(6_400)).toBeCloseTo(0.01);
  });
});

describe('an introduction', () => {
  it('names up to four nodes, and comes back as it was', () => {
    const nodes = [
      { host: '1.2.3.4', port: 1 },
      { host: '223.255.255.254', port: 65_535 },
    ];
    expect(decodeAddresses(encodeAddresses(nodes))).toEqual(nodes);
    expect(encodeAddresses(Array.from({ length: 9 }, () => ({ host: '1.2.3.4', port: 5 }))).byteLength).toBe(24);
  });

  it('of any other bytes is none, and never more than four', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const nodes = decodeAddresses(bytes);
        expect(nodes?.length ?? 0).toBeLessThanOrEqual(4);
        expect(nodes === null || Buffer.compare(encodeAddresses(nodes), bytes) === 0).toBe(true);
      }),
    );
  });
});
