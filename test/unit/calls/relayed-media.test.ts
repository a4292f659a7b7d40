/** Two people's calls with a real media process each, through a real relay that knows tickets; only the overlay is in memory. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallView } from '../../../preload/contract/index.ts';
import { createCalls, type Calls } from '../../../main/calls/index.ts';
import { decodeCallMessage, type CallSignal } from '../../../main/calls/call-signal.ts';
import { checkSignature, createTlsIdentity, signBytes } from '../../../main/identity/index.ts';
import type { KnownRelay } from '../../../main/overlay/index.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { parseProxy } from '../../../main/ports/proxy-connect.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { defaultLimits, startRelay, type Relay, type TicketVerifier } from '../../../main/relay/index.ts';
import { createTicketVerifier } from '../../../main/tickets/index.ts';
import { dhKeyPair, keyPairFromSeed } from '../../../native-shims/sodium/index.ts';
import { startConnectProxy } from '../ports/connect-proxy.ts';
import { startMedia, type MediaSide } from '../media/media-pair.ts';
import { MemoryNetwork, type MemoryWire } from './memory-wire.ts';

const relayHost = '127.77.0.1';
const peopleHost = '127.0.0.1';

interface Person {
  readonly account: string;
  readonly calls: Calls;
  readonly media: MediaSide;
  readonly wire: MemoryWire;
  isHidden: boolean;
  admits: boolean;
  view(): CallView;
}

/** A relay with keys of its own, and what is known of it. */
async function openRelay(verifier: TicketVerifier | null = null): Promise<{ readonly relay: Relay; readonly known: KnownRelay }> {
  const keys = dhKeyPair(systemRandom.bytes(32));
  const tls = await createTlsIdentity(systemRandom, systemClock.nowMs());
  const relay = await startRelay({
    listen: (['udp', 'tcp', 'tls'] as const).map((transport) => ({ transport, host: relayHost, port: 0 })),
    tls,
    relayHosts: { 4: relayHost },
    verifier: verifier ?? createTicketVerifier({ keys, checkSignature, nowMs: () => systemClock.nowMs() }),
    limits: defaultLimits,
    allowLoopback: true,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  const [udp = 0, tcp = 0, tlsPort = 0] = relay.points.map(({ port }) => port);
  const known = { host4: relayHost, host6: null, udp, tcp, tls: tlsPort, key: keys.publicKey, pin: tls.pin };
  return { relay, known: { relay: known, rttMs: 1, clockOffsetMs: 0 } };
}

let network: MemoryNetwork;
let relay: Relay;
let known: KnownRelay[];
let ann: Person;
let ben: Person;
/** What each says to the other. */
let said: { readonly by: string; readonly signal: CallSignal }[];
beforeEach(async () => {
  network = new MemoryNetwork(systemClock, 1);
  const opened = await openRelay();
  relay = opened.relay;
  known = [opened.known];
  said = [];
  ann = createPerson('a');
  ben = createPerson('b');
});
afterEach(async () => {
  for (const { calls } of [ann, ben]) calls.stop();
  await Promise.all([ann, ben].map(({ media }) => media.process.stop()));
  await relay.stop();
});

function createPerson(digit: string): Person {
  const device = keyPairFromSeed(new Uint8Array(32).fill(digit.charCodeAt(0)));
  const account = digit.repeat(64);
  const media = startMedia({ bindAddresses: [peopleHost] });
  const wire = network.join({ account, device: toHex(device.publicKey) });
  wire.onMessage((_from, bytes) => {
    const message = decodeCallMessage(bytes);
    if (message !== null && 'signal' in message) said.push({ by: digit === 'a' ? 'b' : 'a', signal: message.signal });
  });
  const calls = createCalls({
    wire,
    media: media.client,
    clock: systemClock,
    random: systemRandom,
    misbehaved(from, reason) {
      throw new Error(`${from}: ${reason}`);
    },
    log: silentLogger,
    self: () => account,
    volumeOf: () => 1,
    nameOf: () => 'somebody',
    admit: () => (person.admits ? 'ring' : 'refuse'),
    hidesAddressFrom: () => person.isHidden,
    relays: {
      known: () => known,
      isCarried: () => false,
      mayAsk: () => true,
      device: () => toHex(device.publicKey),
      sign: (domain, message) => signBytes(domain, message, device.secretKey),
      checkSignature,
    },
  });
  const person: Person = {
    account,
    calls,
    media,
    wire,
    isHidden: false,
    admits: true,
    view() {
      const call = calls.views().at(-1);
      if (call === undefined) throw new Error('no call yet');
      return call;
    },
  };
  return person;
}

const until = (check: () => void, timeout = 20_000): Promise<void> => vi.waitFor(check, { timeout, interval: 10 });
const bothIn = (phase: CallView['phase']): Promise<void> =>
  until(() => expect([ann.view().phase, ben.view().phase]).toEqual([phase, phase]));

async function talk(): Promise<void> {
  ann.calls.start(ben.account);
  await bothIn('ringing');
  ben.calls.accept(ben.view().id);
  await bothIn('active');
}

/** Every address of a candidate that somebody told, in descriptions and after. */
function addressesToldBy(digit: string): readonly string[] {
  const lines = said
    .filter(({ by }) => by === digit)
    .flatMap(({ signal }) => {
      if (signal.type === 'candidate') return [signal.candidate];
      return 'description' in signal ? signal.description.sdp.split('\r\n').filter((line) => line.includes('candidate:')) : [];
    });
  return [...new Set(lines.map((line) => line.replace(/^a=/u, '').split(' ')[4] ?? line))];
}

describe('a call between two who hide their addresses', () => {
  beforeEach(() => {
    ann.isHidden = true;
    ben.isHidden = true;
  });

  it('goes over the relay, and neither tells the other any address of their own', async () => {
    await talk();
    await until(() => {
      expect(ann.view()).toMatchObject({ addressHidden: true, stats: { path: 'relay' } });
      expect(ben.view()).toMatchObject({ addressHidden: true, stats: { path: 'relay' } });
      expect(ben.view().stats?.receivedPackets).toBeGreaterThan(20);
    });
    expect(relay.counts().allocations).toBeGreaterThanOrEqual(2);
    expect(relay.counts().packets).toBeGreaterThan(40);
    expect([addressesToldBy('a'), addressesToldBy('b')]).toEqual([[relayHost], [relayHost]]);
    // Nor anywhere else in what they say: SDP's own line is the same for everybody.
    const told = JSON.stringify(said).replaceAll('IN IP4 127.0.0.1', '').replaceAll(relayHost, '');
    expect(told).not.toContain(peopleHost);
  });

  it('leaves nothing at the relay', async () => {
    await talk();
    expect(relay.counts().allocations).toBeGreaterThanOrEqual(2);
    ann.calls.hangUp(ann.view().id);
    await bothIn('ended');
    await until(() => expect(relay.counts().allocations).toBe(0));
  });

  it('has no allocation before the callee’s app has answered', async () => {
    ben.admits = false;
    ann.calls.start(ben.account);
    await until(() => expect(said.some(({ signal }) => signal.type === 'offer')).toBe(true));
    // Long enough for one that would be made: allocations take two round trips on this computer.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([relay.counts().allocations, ann.view().phase]).toEqual([0, 'connecting']);
  });
});

it('one who hides is told the other’s addresses, and tells none', async () => {
  ben.isHidden = true;
  await talk();
  await until(() => {
    expect(ann.view()).toMatchObject({ addressHidden: false, stats: { path: 'relay' } });
    expect(ben.view()).toMatchObject({ addressHidden: true, stats: { path: 'relay' } });
  });
  expect(addressesToldBy('b')).toEqual([relayHost]);
  expect(addressesToldBy('a')).toContain(peopleHost);
});

it('where nobody hides the direct path is found, with the relay beside it', async () => {
  await talk();
  await until(() => expect([ann.view().stats?.path, ben.view().stats?.path]).toEqual(['host', 'host']));
  await until(() => expect(relay.counts().allocations).toBeGreaterThanOrEqual(1));
});

describe('a network that lets nothing out but through an HTTP proxy', () => {
  /** Nobody listens there: that is where the relay is said to be, and only the proxy knows the way. */
  const farHost = '127.77.0.2';
  const blockedWays = (): KnownRelay[] =>
    known.map((each) => ({ ...each, rttMs: null, relay: { ...each.relay, host4: farHost } }));

  it.each(['tls', 'tcp'] as const)('has calls over the relay’s %s through it', async (way) => {
    const proxy = await startConnectProxy({ route: ({ host, port }) => (host === farHost ? { host: relayHost, port } : null) });
    try {
      known = blockedWays().map((each) => ({
        ...each,
        relay: { ...each.relay, udp: 0, ...(way === 'tls' ? { tcp: 0 } : { tls: 0 }) },
      }));
      for (const person of [ann, ben]) {
        // Relayed candidates alone: the two are on one computer, and would meet without any relay.
        person.isHidden = true;
        person.media.client.setProxy(parseProxy(`127.0.0.1:${proxy.port}`));
      }
      await talk();
      await until(() => {
        expect([ann.view().stats?.path, ben.view().stats?.path]).toEqual(['relay', 'relay']);
        for (const { view } of [ann, ben]) expect(view().stats?.receivedPackets).toBeGreaterThan(20);
      });
      const port = known[0]?.relay[way] ?? 0;
      expect([...new Set(proxy.asked)]).toEqual([`${farHost}:${port}`]);
      // Each side's voice goes in and out of it.
      expect(proxy.bytes()).toBeGreaterThan(4 * 20 * 50);
    } finally {
      proxy.close();
    }
  });

  it('has none without it', async () => {
    known = blockedWays().map((each) => ({ ...each, relay: { ...each.relay, udp: 0 } }));
    for (const person of [ann, ben]) person.isHidden = true;
    ann.calls.start(ben.account);
    await until(() => expect(said.some(({ by, signal }) => by === 'b' && signal.type === 'answer')).toBe(true));
    await until(() => expect(said.some(({ signal }) => signal.type === 'ticket')).toBe(true));
    expect(relay.counts().allocations).toBe(0);
  });
});
