import { beforeEach, describe, expect, it } from 'vitest';
import { decodeCallMessage, encodeCallMessage, type CallSignal } from '../../../main/calls/call-signal.ts';
import type { IceServer } from '../../../main/calls/call-media.ts';
import { decodeTicket, parseUsername, ticketLifetimeS } from '../../../main/tickets/index.ts';
import { testRelay, type TestRelay } from './relays.ts';
import { createWorld, talk, type Person, type World } from './two-people.ts';

const [one, two, three] = [testRelay(1), testRelay(2), testRelay(3)];
let world: World;
let ann: Person;
let ben: Person;
beforeEach(() => {
  world = createWorld();
  ({ ann, ben } = world);
  ann.knownRelays = [one.known(10), two.known(20)];
  ben.knownRelays = [two.known(10), three.known(30)];
});

const advance = (ms: number): void => world.clock.advance(ms);
const serversOf = (person: Person): readonly IceServer[] => [...person.media.sessions.values()].at(-1)?.servers ?? [];
const turnOf = (person: Person): readonly IceServer[] => serversOf(person).filter(({ kind }) => kind === 'turn');
const relayHosts = (person: Person): readonly string[] => [...new Set(turnOf(person).map(({ address }) => address))].toSorted();
const at = (host: string): TestRelay => [one, two, three].find((relay) => relay.host === host) ?? one;

/** Ann calls Ben; everything that both say is noted. */
function call(): CallSignal[] {
  const said: CallSignal[] = [];
  const listen = (_from: unknown, bytes: Uint8Array): void => {
    const message = decodeCallMessage(bytes);
    if (message !== null && 'signal' in message) said.push(message.signal);
  };
  ann.wire.onMessage(listen);
  ben.wire.onMessage(listen);
  talk(world);
  return said;
}

describe('a call between people who know relays', () => {
  it('has both of them let in by every relay of it, each on the own device', () => {
    call();
    for (const person of [ann, ben]) {
      expect(relayHosts(person)).toEqual([one.host, two.host, three.host]);
      for (const { address, username = '', credential } of turnOf(person)) {
        const ticket = at(address).check(username, world.clock.nowMs());
        expect(ticket).toMatchObject({ device: person.address.device, password: credential });
      }
    }
  });

  it('begins with STUN alone, and nobody has a ticket before the callee’s app has answered', () => {
    ann.calls.start(ben.address.account);
    advance(10);
    expect(serversOf(ann).map(({ kind, address }) => [kind, address])).toEqual([
      ['stun', one.host],
      ['stun', two.host],
    ]);
    ben.media.describes = false;
    advance(2_000);
    expect([turnOf(ann), turnOf(ben)]).toEqual([[], []]);
  });

  it('goes to relays by TLS first on the side that none of them answers over UDP', () => {
    ann.knownRelays = [one.known(null), two.known(null)];
    call();
    expect(turnOf(ann).map(({ transport }) => transport)[0]).toBe('tls');
    expect(turnOf(ben).map(({ transport }) => transport)[0]).toBe('udp');
  });

  it('does so too on a side that is carried by a gateway, and knows no relay yet', () => {
    ann.knownRelays = [];
    ann.isCarried = true;
    call();
    expect(turnOf(ann).map(({ transport }) => transport)[0]).toBe('tls');
    expect(turnOf(ben).map(({ transport }) => transport)[0]).toBe('udp');
    // With a relay that answers over UDP (IPv6, say) it is another matter.
    ann.knownRelays = [one.known(10)];
    ann.calls.hangUp(ann.view().id);
    advance(10_000);
    call();
    expect(turnOf(ann).map(({ transport }) => transport)[0]).toBe('udp');
  });

  it('that is not let in tells nobody anything, and gets nothing', () => {
    ben.admission = 'refuse';
    ann.calls.start(ben.address.account);
    advance(5_000);
    expect(turnOf(ann)).toEqual([]);
    expect(ben.media.sessions.size).toBe(0);
  });

  it('has a fresh ticket when it looks for a new path, long after the first ran out', () => {
    call();
    const [first] = turnOf(ann);
    advance(ticketLifetimeS * 2_000);
    expect(one.check(first?.username ?? '', world.clock.nowMs())).toBeNull();
    ann.media.interrupt();
    ben.media.interrupt();
    ann.media.air = true;
    ben.media.air = true;
    advance(14_000);
    for (const person of [ann, ben]) {
      const { address, username = '' } = turnOf(person)[0] ?? { address: '', username: '' };
      expect(at(address).check(username, world.clock.nowMs())).not.toBeNull();
    }
    expect(ann.view().phase).toBe('active');
  });

  it('goes by the relays’ clocks where ours are wrong', () => {
    const wrongMs = 3_600_000;
    ann.knownRelays = [one.known(10, wrongMs)];
    ben.knownRelays = [one.known(10, wrongMs)];
    call();
    const { username = '' } = turnOf(ben)[0] ?? {};
    expect(one.check(username, world.clock.nowMs())).toBeNull();
    expect(one.check(username, world.clock.nowMs() + wrongMs)).not.toBeNull();
  });

  it('goes without relays if one side knows nothing of them', () => {
    ben.knownRelays = [];
    ann.knownRelays = [];
    call();
    expect([turnOf(ann), turnOf(ben)]).toEqual([[], []]);
    expect(ann.view().phase).toBe('active');
  });

  it('does with the relays of one side', () => {
    ben.knownRelays = [];
    call();
    expect([relayHosts(ann), relayHosts(ben)]).toEqual([
      [one.host, two.host],
      [one.host, two.host],
    ]);
  });
});

describe('who hides the address', () => {
  it('asks nobody for it, has media use relays only, and only those found by themselves', () => {
    ben.isHidden = true;
    call();
    expect([...ben.media.sessions.values()].map(({ relayOnly }) => relayOnly)).toEqual([true]);
    expect(serversOf(ben).every(({ kind }) => kind === 'turn')).toBe(true);
    expect(relayHosts(ben)).toEqual([two.host, three.host]);
    // The other one is not hidden, and may use all.
    expect([...ann.media.sessions.values()].map(({ relayOnly }) => relayOnly)).toEqual([false]);
    expect(relayHosts(ann)).toEqual([one.host, two.host, three.host]);
  });

  it('tells the relays that they know without distances, in an order that says nothing', () => {
    ann.isHidden = true;
    ann.knownRelays = [two.known(1), one.known(200)];
    const offer = call().find((signal) => signal.type === 'offer');
    expect(offer?.relay?.relays.map(({ relay, rttMs }) => [relay.host4, rttMs])).toEqual(
      [one, two]
        .toSorted((left, right) => Buffer.compare(left.keys.publicKey, right.keys.publicKey))
        .map(({ host }) => [host, null]),
    );
    expect(relayHosts(ann)).toEqual([one.host, two.host]);
  });
});

describe('a call that finds no path says which step failed, on the side where it was', () => {
  beforeEach(() => {
    ann.media.air = false;
    ben.media.air = false;
  });
  const reasons = (): readonly (string | null)[] => {
    ann.calls.start(ben.address.account);
    advance(25_000);
    return [ann.view().reason, ben.view().reason];
  };

  it('nobody knew a relay', () => {
    ann.knownRelays = [];
    ben.knownRelays = [];
    expect(reasons()).toEqual(['no-relay', 'no-relay']);
  });

  it('one network lets no UDP out', () => {
    ben.knownRelays = [two.known(null), three.known(null)];
    expect(reasons()).toEqual(['blocked-there', 'blocked-here']);
  });

  it('the other network lets none out', () => {
    ann.knownRelays = [one.known(null)];
    expect(reasons()).toEqual(['blocked-here', 'blocked-there']);
  });

  it('relays were there, and it is not known what failed', () => {
    expect(reasons()).toEqual(['no-path', 'no-path']);
    expect(ben.records).toMatchObject([{ missed: true }]);
  });
});

describe('is not led astray by', () => {
  const tamper = (change: (signal: CallSignal) => CallSignal): void => {
    const send = ben.wire.send.bind(ben.wire);
    ben.wire.send = (to, bytes) => {
      const message = decodeCallMessage(bytes);
      if (message === null || !('signal' in message)) return send(to, bytes);
      return send(to, encodeCallMessage({ id: message.id, signal: change(message.signal) }));
    };
  };
  const changedAnswer = (change: (relay: NonNullable<Extract<CallSignal, { type: 'answer' }>['relay']>) => typeof relay): void =>
    tamper((signal) => (signal.type === 'answer' && signal.relay ? { ...signal, relay: change(signal.relay) } : signal));

  it('a ticket with another signature', () => {
    changedAnswer((relay) => ({ ...relay, signature: new Uint8Array(64) }));
    call();
    expect([turnOf(ann), turnOf(ben)]).toEqual([[], []]);
    expect(ann.view().phase).toBe('active');
  });

  it('relays that the ticket does not name', () => {
    changedAnswer((relay) => ({ ...relay, relays: [testRelay(9).known(1).relay] }));
    call();
    expect(turnOf(ann)).toEqual([]);
  });

  it('a relay in our own network', () => {
    ben.knownRelays = [testRelay(7, { host: '192.168.0.1' }).known(1)];
    call();
    expect(relayHosts(ann)).toEqual([one.host, two.host]);
    ann.knownRelays = ben.knownRelays;
  });

  it('the ticket of another call', () => {
    let before: Extract<CallSignal, { type: 'answer' }>['relay'];
    tamper((signal) => {
      if (signal.type !== 'answer') return signal;
      const replayed = { ...signal, relay: before ?? signal.relay };
      before ??= signal.relay;
      return replayed;
    });
    call();
    expect(turnOf(ann)).not.toEqual([]);
    ann.calls.hangUp(ann.view().id);
    advance(5_000);
    call();
    expect(turnOf(ann)).toEqual([]);
  });

  it('a ticket signal nobody waits for', () => {
    call();
    const { id } = ann.view();
    const servers = serversOf(ben);
    ann.wire.send(ben.address.account, encodeCallMessage({ id, signal: { type: 'ticket', signature: new Uint8Array(64) } }));
    advance(100);
    expect(serversOf(ben)).toBe(servers);
    expect(ben.complaints).toEqual([]);
  });
});

it('the ticket names the call and its two devices', () => {
  call();
  const ticket = decodeTicket(parseUsername(turnOf(ann)[0]?.username ?? '')?.ticket ?? new Uint8Array());
  expect(Buffer.from(ticket?.call ?? []).toString('hex')).toBe(ann.view().id);
  expect(Buffer.from(ticket?.caller ?? []).toString('hex')).toBe(ann.address.device);
  expect(Buffer.from(ticket?.callee ?? []).toString('hex')).toBe(ben.address.device);
});
