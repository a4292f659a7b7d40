import { describe, expect, it } from 'vitest';
import type { CheckEvent } from '../../preload/contract/index.ts';
import type { Pair } from '../natlab/arguments.ts';
import { canBuildInternet } from '../natlab/internet.ts';
import { inLaboratory } from '../natlab/laboratory.ts';
import { measurePairs } from '../natlab/measure-pairs.ts';
import type { PairResult } from '../natlab/pair-call.ts';

/**
 * One that theory lets meet, one that needs many sockets and luck or a relay, one without any UDP, one with nothing but an HTTP proxy,
 * one that meets over IPv6 alone.
 */
const pairs: readonly Pair[] = [
  { caller: 'fc', callee: 'pr' },
  { caller: 'pr', callee: 'sym' },
  { caller: 'blk', callee: 'pr' },
  { caller: 'prx', callee: 'pr' },
  { caller: 'ds', callee: 'v6fw' },
];

/** Where "can I call?" is asked, too. */
const checked = [
  ['fc', 'caller'],
  ['pr', 'callee'],
  ['sym', 'callee'],
  ['blk', 'caller'],
] as const;

/** Whole apps behind real routers; `npm run -s lab:nat` does all kinds. */
describe.skipIf(!(await canBuildInternet()))('homes behind routers', () => {
  const results: PairResult[] = [];
  const checks = new Map<string, readonly CheckEvent[]>();
  const of = ({ caller, callee }: Pair): PairResult | undefined =>
    results.find((one) => one.caller === caller && one.callee === callee);

  it('call each other through an overlay of supernodes', async () => {
    const plan = { callers: pairs.map(({ caller }) => caller), callees: pairs.map(({ callee }) => callee), rttMs: 0, logs: null };
    await inLaboratory(plan, async (laboratory) => {
      await measurePairs(
        laboratory,
        pairs,
        1,
        () => undefined,
        (result) => results.push(result),
      );
      for (const [kind, side] of checked) {
        // oxlint-disable-next-line no-await-in-loop -- each has the relays for itself
        const { client } = await laboratory.engineAt(kind, side);
        const events: CheckEvent[] = [];
        // oxlint-disable-next-line no-await-in-loop
        for await (const event of await client.network.check()) events.push(event);
        checks.set(kind, events);
      }
    });
    expect(results).toHaveLength(pairs.length);
  });

  it.each(pairs)('$caller calls $callee, and both are heard', (pair) => {
    const result = of(pair);
    expect(result).toMatchObject({ connected: true, reason: null });
    expect(result?.packets.toCallee.received).toBeGreaterThan(50);
    expect(result?.packets.toCaller.received).toBeGreaterThan(50);
  });

  it('straight where routers meet by themselves, and through a relay where nothing but TCP leads out', () => {
    expect(of({ caller: 'fc', callee: 'pr' })?.path).toBe('direct');
    // Dual stack, and IPv6 alone: no packet of IPv4 gets from one to the other.
    expect(of({ caller: 'ds', callee: 'v6fw' })?.path).toBe('direct');
    for (const caller of ['blk', 'prx'] as const) {
      const relayed = of({ caller, callee: 'pr' });
      expect(relayed?.path).toBe('relay');
      // Counted on the lines, not told by an app: a relayed call is a hundred packets a second.
      expect(relayed?.carriedByOthers).toBeGreaterThan(50);
    }
  });

  it.each([
    ['fc', 'direct', { mapping: 'same', filtering: 'by-host' }, 'udp'],
    ['pr', 'direct', { mapping: 'same', filtering: 'by-port' }, 'udp'],
    ['sym', 'relayed', { mapping: 'different', filtering: 'by-port' }, 'udp'],
    ['blk', 'relayed', { mapping: 'unknown', places: 0, address: null }, 'tls'],
  ] as const)(
    'the connection check in %s says what kind of router it is, and that calls go %s',
    (kind, outcome, router, relay) => {
      const events = checks.get(kind) ?? [];
      const line = (id: string, figures: object) =>
        expect(events).toContainEqual({
          type: 'line',
          line: expect.objectContaining({ id, figures: expect.objectContaining(figures) }),
        });
      line('router', router);
      line('relay', { transport: relay, stoppedAt: null });
      line('supernodes', { throughGateway: kind === 'blk' });
      expect(events.at(-1)).toEqual({ type: 'summary', outcome });
    },
  );
});
