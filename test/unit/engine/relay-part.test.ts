import { describe, expect, it } from 'vitest';
import { createRelayPart, monthlyLimitBytes } from '../../../main/engine/relay-part.ts';
import { relayWish, type RelayFacts } from '../../../main/engine/relay-wish.ts';
import type { OverlayHealth, OwnRelay } from '../../../main/overlay/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import type { RelayEvent } from '../../../main/shell/index.ts';
import type { RelayWish } from '../../../main/relay/index.ts';
import type { Given, RelayUsage } from '../../../main/storage/index.ts';
import type { CarryingView } from '../../../preload/contract/index.ts';
import { VirtualClock } from '../virtual-clock.ts';

const choice = { at: null, publicHost: null, ports: null, always: false, allowLoopback: false };
const reached: RelayFacts = {
  allowed: true,
  supernode: true,
  publicHost: '5.6.7.8',
  ownHost6: null,
  bindHost: '0.0.0.0',
  isOwnHost: (host) => host === '5.6.7.8',
  choice,
};

describe('a computer relays', () => {
  it('from its public address, over UDP, TCP and TLS, on any port', () => {
    expect(relayWish(reached)).toEqual({
      listen: [
        { transport: 'udp', host: '0.0.0.0', port: 0 },
        { transport: 'tcp', host: '0.0.0.0', port: 0 },
        { transport: 'tls', host: '0.0.0.0', port: 0 },
      ],
      listenBeside: null,
      relayHosts: { 4: '5.6.7.8' },
      publicHost: null,
      relayPorts: null,
      caps: null,
      allowLoopback: false,
    });
  });

  it('on the ports that it was told, TLS on the next', () => {
    const at = { host: '5.6.7.8', port: 3478 };
    expect(relayWish({ ...reached, choice: { ...choice, at } })?.listen).toEqual([
      { transport: 'udp', ...at },
      { transport: 'tcp', ...at },
      { transport: 'tls', ...at, port: 3479 },
    ]);
  });

  it('over IPv6 too, where it has a global address of it', () => {
    const wish = relayWish({ ...reached, ownHost6: '2606:4700::1' });
    expect([wish?.listenBeside, wish?.relayHosts]).toEqual(['2606:4700::1', { 4: '5.6.7.8', 6: '2606:4700::1' }]);
    for (const ownHost6 of ['fd00::1', 'fe80::1', '::1', '2002:a00:1::1'])
      expect(relayWish({ ...reached, ownHost6 }), ownHost6).toEqual(relayWish(reached));
  });

  it('behind a router that translates one to one, if it is told what the world sees, on the ports that come in', () => {
    const told = { ...choice, publicHost: '5.6.7.8', ports: { first: 50_000, last: 50_100 } };
    const facts = { ...reached, isOwnHost: (host: string) => host === '10.0.0.5' };
    const expected = { relayHosts: { 4: '0.0.0.0' }, publicHost: '5.6.7.8', relayPorts: { first: 50_000, last: 50_100 } };
    expect(relayWish({ ...facts, choice: told })).toMatchObject(expected);
    const at = { host: '10.0.0.5', port: 3478 };
    expect(relayWish({ ...facts, choice: { ...told, at } })?.relayHosts).toEqual({ 4: '10.0.0.5' });
  });

  it.each<[when: string, facts: Partial<RelayFacts>]>([
    ['its person does not let it', { allowed: false }],
    ['it is no supernode', { supernode: false }],
    ['nobody has seen it', { publicHost: null }],
    ['it stands in a home network', { publicHost: '192.168.1.5' }],
    ['it stands behind a carrier’s router', { publicHost: '100.64.1.5' }],
    ['it is alone on its own computer', { publicHost: '127.0.0.1' }],
  ])('not at all where %s', (_when, facts) => {
    expect(relayWish({ ...reached, ...facts })).toBeNull();
  });

  it('for nobody, but tells addresses, where a server stands behind a router that translates, or in a home network', () => {
    const always = { ...choice, always: true };
    expect(relayWish({ ...reached, isOwnHost: () => false, choice: always })?.relayHosts).toEqual({});
    expect(relayWish({ ...reached, publicHost: '192.168.1.5', choice: always })?.relayHosts).toEqual({});
  });
});

function setUp(changes: { readonly always?: boolean; readonly usedBytes?: number; readonly host6?: string } = {}) {
  // 2023-11-14.
  const clock = new VirtualClock(1_700_000_000_000);
  const days = new Map<string, Given>([['2023-11-01', { bytes: changes.usedBytes ?? 0, calls: 0 }]]);
  const sum = (given: Iterable<Given>): Given =>
    [...given].reduce((all, { bytes, calls }) => ({ bytes: all.bytes + bytes, calls: all.calls + calls }), {
      bytes: 0,
      calls: 0,
    });
  const usage: RelayUsage = {
    ofDay: (day) => days.get(day) ?? { bytes: 0, calls: 0 },
    ofMonth: (month) => sum([...days].filter(([day]) => day.startsWith(month)).map(([, given]) => given)),
    ever: () => ({ sinceDay: '2023-11-01', ...sum(days.values()) }),
    add: (day, given) => void days.set(day, sum([days.get(day) ?? { bytes: 0, calls: 0 }, given])),
  };
  let drained = 0;
  const health: OverlayHealth = {
    status: 'connected',
    nodesHeard: 3,
    supernode: true,
    publicAddress: { host: '127.5.0.1', port: 1 },
    recordsHeld: 0,
    role: { reason: 'reachable', vouchers: 3 },
    gateway: null,
  };
  const state = {
    health,
    carries: true,
    own: null as OwnRelay | null,
    carriesConnections: null as boolean | null,
    host6: changes.host6 ?? null,
    carried: { pairs: 0, busyPairs: 0, gatewayClients: 0, bytes: 0 },
    shown: null as CarryingView | null,
  };
  const wishes: (RelayWish | null)[] = [];
  let onHealth = (): void => undefined;
  const part = createRelayPart({
    want: (wish) => wishes.push(wish),
    drainRelay: () => (drained += 1),
    overlay: {
      health: () => state.health,
      onHealth: (listener) => {
        onHealth = () => listener(state.health);
        return () => undefined;
      },
      relays: { known: () => [], onChange: () => () => undefined, setOwn: (own) => (state.own = own) },
      carried: () => state.carried,
      kept: () => ({ boxes: 2, items: 7, bytes: 9_000 }),
      setCarries: (isCarrying) => (state.carriesConnections = isCarrying),
    },
    bind: { host: '127.5.0.1', port: 0 },
    ownHost6: () => state.host6,
    choice: { ...choice, allowLoopback: true, always: changes.always ?? false },
    carries: () => state.carries,
    show: (shown) => (state.shown = shown),
    usage,
    clock,
    logger: silentLogger,
  });
  const listening: Extract<RelayEvent, { kind: 'relay-listening' }> = {
    kind: 'relay-listening',
    points: [
      { transport: 'udp', host: '127.5.0.1', port: 11 },
      { transport: 'tcp', host: '127.5.0.1', port: 12 },
      { transport: 'tls', host: '127.5.0.1', port: 13 },
    ],
    key: new Uint8Array(32).fill(1),
    pin: new Uint8Array(32).fill(2),
  };
  const count = (bytes: number, allocations = 2, callsEver = 1): void =>
    part.hear({ kind: 'relay-counts', allocations, calls: allocations / 2, callsEver, packets: 1, bytes, dropped: 0 });
  return { drained: () => drained, clock, days, state, wishes, part, listening, count, healthChanged: () => onHealth() };
}

describe('the relay of an engine', () => {
  it('is told to others once it listens, and not any more when it fell', () => {
    const { state, part, wishes, listening } = setUp();
    expect(wishes.length).toBe(1);
    expect([state.own, state.shown?.state]).toEqual([null, 'not-reachable']);
    part.hear(listening);
    expect(state.own).toMatchObject({ udp: 11, tcp: 12, tls: 13, key: listening.key, pin: listening.pin });
    expect(state.shown?.state).toBe('on');
    part.hear({ kind: 'relay-gone' });
    expect([state.own, state.shown?.state]).toEqual([null, 'not-reachable']);
  });

  it('goes with the overlay’s passing on of connections: neither against the person’s will, nor beyond the month’s limit', () => {
    const { state, part } = setUp();
    expect(state.carriesConnections).toBe(true);
    state.carries = false;
    part.settingChanged();
    expect(state.carriesConnections).toBe(false);
    expect(setUp({ usedBytes: monthlyLimitBytes }).state.carriesConnections).toBe(false);
  });

  it('is told to be at its IPv6 address only if it listens there by the same ports', () => {
    const host = '2606:4700::1';
    const { state, part, wishes, listening } = setUp({ host6: host });
    expect(wishes.at(-1)?.listenBeside).toBe(host);
    const beside = listening.points.map((point) => ({ ...point, host }));
    part.hear({ ...listening, points: [...listening.points, ...beside] });
    expect(state.own).toMatchObject({ host6: host, udp: 11, tcp: 12, tls: 13 });
    part.hear({ ...listening, points: [...listening.points, ...beside.slice(1)] });
    expect(state.own?.host6).toBeNull();
  });

  it('moves to another IPv6 address when the one it has is gone, but not under a call', () => {
    const { state, part, wishes, listening, count, healthChanged } = setUp({ host6: '2606:4700::1' });
    part.hear(listening);
    count(1_000);
    state.host6 = '2606:4700::2';
    healthChanged();
    expect(wishes.length).toBe(1);
    count(1_000, 0);
    healthChanged();
    expect(wishes.at(-1)?.listenBeside).toBe('2606:4700::2');
  });

  it('shows what it gives, per second and by the day, and keeps it', () => {
    const { clock, days, state, part, listening, count } = setUp();
    part.hear(listening);
    count(0);
    clock.advance(2_000);
    count(50_000);
    expect(state.shown).toMatchObject({ calls: 1, bitsPerSecond: 200_000, bytesToday: 50_000, bytesThisMonth: 50_000 });
    expect(days.get('2023-11-14')).toBeUndefined();
    clock.advance(30_000);
    expect(days.get('2023-11-14')?.bytes).toBe(50_000);
    expect(state.shown).toMatchObject({ bitsPerSecond: 0, bytesToday: 50_000 });
    count(60_000);
    part.stop();
    expect(days.get('2023-11-14')?.bytes).toBe(60_000);
  });

  it('shows and counts what the overlay passes on beside it, and that ends at the limit too', () => {
    const { clock, days, state, part, listening, count } = setUp({ usedBytes: monthlyLimitBytes - 100_000 });
    part.hear(listening);
    count(10_000);
    state.carried = { pairs: 3, busyPairs: 1, gatewayClients: 1, bytes: 50_000 };
    clock.advance(2_000);
    expect(state.shown).toMatchObject({ calls: 1, pairs: 3, gatewayClients: 1, bytesToday: 60_000 });
    expect(state.shown?.bitsPerSecond).toBeGreaterThanOrEqual(200_000);
    clock.advance(30_000);
    expect(days.get('2023-11-14')?.bytes).toBe(60_000);
    expect([state.shown?.bitsPerSecond, state.carriesConnections]).toEqual([0, true]);
    state.carried = { pairs: 0, busyPairs: 0, gatewayClients: 0, bytes: 90_000 };
    clock.advance(2_000);
    expect([state.shown?.state, state.carriesConnections]).toEqual(['limit-reached', false]);
    part.stop();
    expect(days.get('2023-11-14')?.bytes).toBe(100_000);
  });

  it('ends when it is set off, and begins when it is set on', () => {
    const { state, part, wishes, listening } = setUp();
    part.hear(listening);
    state.carries = false;
    part.settingChanged();
    part.hear({ kind: 'relay-gone' });
    expect([wishes.at(-1), state.shown?.state]).toEqual([null, 'off']);
    state.carries = true;
    part.settingChanged();
    expect(wishes.at(-1)).not.toBeNull();
  });

  it('outlives a moment in which the node is no supernode, and not more', () => {
    const { clock, state, wishes, healthChanged } = setUp();
    const { health } = state;
    state.health = { ...health, supernode: false };
    healthChanged();
    clock.advance(10_000);
    state.health = health;
    healthChanged();
    clock.advance(60_000);
    expect(wishes.length).toBe(1);
    state.health = { ...health, supernode: false };
    healthChanged();
    clock.advance(15_000);
    expect(wishes.at(-1)).toBeNull();
  });

  it('ends at the limit of the month, and says so; a server goes on', () => {
    const { state, part, wishes, listening, count } = setUp({ usedBytes: monthlyLimitBytes - 1_000 });
    part.hear(listening);
    count(1_000);
    expect([wishes.at(-1), state.shown?.state]).toEqual([null, 'limit-reached']);
    const server = setUp({ usedBytes: monthlyLimitBytes, always: true });
    expect(server.wishes.at(-1)).not.toBeNull();
    expect(server.state.shown?.limitBytes).toBeNull();
  });

  it('that can not listen says that it failed, until it can', () => {
    const { state, part, listening } = setUp();
    part.hear({ kind: 'relay-failed', code: 'EADDRINUSE' });
    expect(state.shown?.state).toBe('failed');
    part.hear(listening);
    expect(state.shown?.state).toBe('on');
  });

  it('counts calls by what the relay says, by month and since the beginning, over falls of it', () => {
    const { clock, state, part, listening, count } = setUp({ usedBytes: 500 });
    part.hear(listening);
    count(1_000, 2, 1);
    count(2_000, 2, 3);
    part.hear({ kind: 'relay-gone' });
    part.hear(listening);
    count(1_000, 2, 1);
    expect(state.shown).toMatchObject({ callsThisMonth: 4, ever: { sinceDay: '2023-11-01', bytes: 3_500, calls: 4 } });
    expect(state.shown?.mailbox).toEqual({ items: 7, bytes: 9_000 });
    clock.advance(30_000);
    expect(state.shown).toMatchObject({ callsThisMonth: 4, ever: { sinceDay: '2023-11-01', bytes: 3_500, calls: 4 } });
    part.stop();
  });

  it('goes on with what it carries while its node gets ready to go, and is told to nobody', () => {
    const { clock, state, part, wishes, listening, count, healthChanged, drained } = setUp();
    part.hear(listening);
    count(1_000);
    part.drain();
    expect([drained(), state.own]).toEqual([1, null]);
    state.health = { ...state.health, supernode: false };
    healthChanged();
    clock.advance(60_000);
    expect(wishes.at(-1)).not.toBeNull();
    expect(part.calls()).toBe(1);
    part.stop();
  });
});
