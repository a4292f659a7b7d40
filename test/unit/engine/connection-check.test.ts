/** The connection check against real relays on loopback, with real allocations; a network that blocks is one whose sockets lose everything. */
import { afterEach, expect, it } from 'vitest';
import { createCheckPart } from '../../../main/engine/check-part.ts';
import type { CheckPart } from '../../../main/engine/engine.ts';
import { checkSignature, createTlsIdentity } from '../../../main/identity/index.ts';
import { checkNetwork } from '../../../main/media/check/check-network.ts';
import { systemNet } from '../../../main/media/ice/edge/system-net.ts';
import type { IceNet } from '../../../main/media/ice/ice-net.ts';
import type { KnownRelay, OverlayHealth } from '../../../main/overlay/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { defaultLimits, startRelay, type Relay, type RelayLimits } from '../../../main/relay/index.ts';
import { createTicketVerifier } from '../../../main/tickets/index.ts';
import { dhKeyPair } from '../../../native-shims/sodium/index.ts';
import type { CheckEvent, CheckLine, CheckLineId } from '../../../preload/contract/index.ts';

const relays: Relay[] = [];
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});

async function openRelay(host: string, changes: { limits?: Partial<RelayLimits>; clockMs?: number } = {}): Promise<KnownRelay> {
  const keys = dhKeyPair(systemRandom.bytes(32));
  const clockOffsetMs = changes.clockMs ?? 0;
  const nowMs = (): number => systemClock.nowMs() + clockOffsetMs;
  const tls = await createTlsIdentity(systemRandom, nowMs());
  const relay = await startRelay({
    listen: (['udp', 'tcp', 'tls'] as const).map((transport) => ({ transport, host, port: 0 })),
    tls,
    relayHosts: { 4: host },
    verifier: createTicketVerifier({ keys, checkSignature, nowMs }),
    limits: { ...defaultLimits, ...changes.limits },
    allowLoopback: true,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  relays.push(relay);
  const portOf = (transport: string): number => relay.points.find((point) => point.transport === transport)?.port ?? 0;
  return {
    relay: {
      host4: host,
      host6: null,
      udp: portOf('udp'),
      tcp: portOf('tcp'),
      tls: portOf('tls'),
      key: keys.publicKey,
      pin: tls.pin,
    },
    rttMs: 1,
    clockOffsetMs,
  };
}

const connected: OverlayHealth = {
  status: 'connected',
  nodesHeard: 5,
  supernode: false,
  publicAddress: null,
  recordsHeld: 0,
  role: { reason: 'reachable', vouchers: 3 },
  gateway: null,
};
const carried: OverlayHealth = { ...connected, status: 'limited', nodesHeard: 0, gateway: { host: '127.8.0.1', port: 443 } };

/** What a network lets out. */
type Blocks = 'nothing' | 'udp' | 'all';

function netThat(blocks: Blocks): IceNet {
  const net = systemNet(null, () => null);
  const nowhere = { isReliable: false, overheadBytes: 28, localHost: '127.0.0.1', send: () => undefined, close: () => undefined };
  return {
    ...net,
    hostAddresses: () => ['127.0.0.1'],
    openUdp: (host, handlers, done) =>
      net.openUdp(host, handlers, (socket) =>
        done(socket === null || blocks === 'nothing' ? socket : { ...socket, send: () => undefined }),
      ),
    openLink: (server, handlers, done) => {
      if (blocks === 'all' || (blocks === 'udp' && server.transport === 'udp')) done(nowhere);
      else net.openLink(server, handlers, done);
    },
  };
}

function checkPart(known: readonly KnownRelay[], health: OverlayHealth, blocks: Blocks = 'nothing'): CheckPart {
  const parts = { clock: systemClock, random: systemRandom, net: netThat(blocks), bindAddresses: null };
  return createCheckPart({
    overlay: { health: () => health, relays: { known: () => known, onChange: () => () => undefined, setOwn: () => undefined } },
    media: { checkNetwork: (check, tell, signal) => checkNetwork(check, parts, tell, signal) },
    networkReady: () => Promise.resolve(),
    clock: systemClock,
    random: systemRandom,
  });
}

async function everything(part: CheckPart): Promise<{ events: CheckEvent[]; line(id: CheckLineId): CheckLine | undefined }> {
  const events: CheckEvent[] = [];
  for await (const event of part.run(undefined)) events.push(event);
  const lines = events.flatMap((event) => (event.type === 'line' ? [event.line] : []));
  return { events, line: (id) => lines.find((line) => line.id === id) };
}

it('where nothing stands in the way, all lines are well and calls go directly', { timeout: 20_000 }, async () => {
  const known = [await openRelay('127.8.0.1'), await openRelay('127.9.0.1')];
  const { events, line } = await everything(checkPart(known, connected));
  expect(line('supernodes')).toMatchObject({ verdict: 'ok', figures: { heard: 5, relays: 2, quickestMs: 1 } });
  expect(line('udp')).toMatchObject({ verdict: 'ok', advice: 'none', figures: { asked: 2, answered: 2 } });
  // A second port of the first relay is the third place.
  expect(line('router')).toMatchObject({ verdict: 'ok', figures: { mapping: 'none', filtering: 'by-host', places: 3 } });
  expect(line('ipv6')).toMatchObject({ verdict: 'not-checked', figures: { hasAddress: false, hasIpv4: true } });
  expect(line('relay')).toMatchObject({ verdict: 'ok', figures: { transport: 'udp', stoppedAt: null } });
  expect(events.at(-1)).toEqual({ type: 'summary', outcome: 'direct' });
});

it('the allocation of the check is given back', { timeout: 20_000 }, async () => {
  const known = [await openRelay('127.8.0.1', { limits: { allocations: 1 } })];
  const part = checkPart(known, connected);
  for (const time of ['first', 'second', 'third']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what is looked at
    const { line } = await everything(part);
    expect(line('relay'), time).toMatchObject({ verdict: 'ok' });
  }
});

it('where UDP is blocked it says so, and that a relay works by TCP', { timeout: 20_000 }, async () => {
  const known = [await openRelay('127.8.0.1'), await openRelay('127.9.0.1')];
  const { events, line } = await everything(checkPart(known, carried, 'udp'));
  expect(line('supernodes')).toMatchObject({ verdict: 'limited', figures: { throughGateway: true } });
  expect(line('udp')).toMatchObject({ verdict: 'failed', advice: 'let-udp-out', figures: { asked: 2, answered: 0 } });
  expect(line('router')).toMatchObject({ verdict: 'not-checked', figures: { mapping: 'unknown', address: null } });
  expect(line('relay')).toMatchObject({ verdict: 'limited', advice: 'let-udp-out', figures: { transport: 'tcp' } });
  expect(events.at(-1)).toEqual({ type: 'summary', outcome: 'relayed' });
});

it(
  'where no relay can be reached, nothing came of trying, within the time that a person waits',
  { timeout: 20_000 },
  async () => {
    const known = [await openRelay('127.8.0.1')];
    const { events, line } = await everything(checkPart(known, carried, 'all'));
    expect(line('relay')).toMatchObject({ verdict: 'failed', figures: { asked: 1, transport: null, stoppedAt: 'silent' } });
    expect(events.at(-1)).toEqual({ type: 'summary', outcome: 'blocked' });
  },
);

it('a relay that is full refuses, and that is said', { timeout: 20_000 }, async () => {
  const known = [await openRelay('127.8.0.1', { limits: { allocationsPerNetwork: 0 } })];
  const { line } = await everything(checkPart(known, connected));
  expect(line('relay')).toMatchObject({ verdict: 'failed', advice: 'wait-for-helpers', figures: { stoppedAt: 'refused' } });
});

it('a relay whose clock is an hour off is asked by its own time', { timeout: 20_000 }, async () => {
  const known = [await openRelay('127.8.0.1', { clockMs: -3_600_000 })];
  const { line } = await everything(checkPart(known, connected));
  expect(line('relay')).toMatchObject({ verdict: 'ok', figures: { transport: 'udp' } });
});

it('whoever leaves stops the check, and the next may begin; two at once may not', { timeout: 20_000 }, async () => {
  const part = checkPart([await openRelay('127.8.0.1')], carried, 'all');
  const leave = new AbortController();
  const first = part.run(leave.signal);
  expect((await first.next()).value).toMatchObject({ type: 'line', line: { id: 'supernodes' } });
  await expect(part.run(undefined).next()).rejects.toMatchObject({ code: 'TOO_MANY' });
  leave.abort();
  const rest: CheckEvent[] = [];
  for await (const event of first) rest.push(event);
  expect(rest.every(({ type }) => type === 'line')).toBe(true);
  const second = part.run(undefined);
  expect((await second.next()).value).toMatchObject({ type: 'line' });
  await second.return();
});
