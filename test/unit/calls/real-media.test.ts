/** Two people's calls with a real media process each (worker threads, real ICE and DTLS on loopback); only the overlay is in memory. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallView } from '../../../preload/contract/index.ts';
import { createCalls, type Calls } from '../../../main/calls/index.ts';
import { encodeCallMessage } from '../../../main/calls/call-signal.ts';
import { createMediaLink, type MediaLink } from '../../../main/engine/media-link.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { startMedia, type MediaSide } from '../media/media-pair.ts';
import { MemoryNetwork, type MemoryWire } from './memory-wire.ts';

interface Person {
  readonly account: string;
  readonly calls: Calls;
  /** The media process of the moment. */
  media: MediaSide;
  /** The same for all of them. */
  readonly link: MediaLink;
  readonly wire: MemoryWire;
  readonly reasons: string[];
  view(): CallView;
}

const open: Person[] = [];
let network: MemoryNetwork;
let ann: Person;
let ben: Person;
beforeEach(() => {
  network = new MemoryNetwork(systemClock, 1);
  ann = createPerson('a');
  ben = createPerson('b');
});
afterEach(async () => {
  for (const { calls } of open) calls.stop();
  await Promise.all(open.splice(0).map(({ media }) => media.process.stop()));
});

function createPerson(digit: string): Person {
  const account = digit.repeat(64);
  const media = startMedia();
  const link = createMediaLink(silentLogger);
  link.connect(media.client);
  const wire = network.join({ account, device: account });
  const calls = createCalls({
    wire,
    media: link,
    clock: systemClock,
    random: systemRandom,
    misbehaved(from, reason) {
      throw new Error(`${from}: ${reason}`);
    },
    log: silentLogger,
    self: () => account,
    volumeOf: () => 1,
    nameOf: () => 'somebody',
    admit: () => 'ring',
  });
  const reasons: string[] = [];
  calls.onRecord(({ reason }) => reasons.push(reason));
  const view = (): CallView => {
    const call = calls.views().at(-1);
    if (call === undefined) throw new Error('no call yet');
    return call;
  };
  const person = { account, calls, media, link, wire, reasons, view };
  open.push(person);
  return person;
}

const until = (check: () => void, timeout = 10_000): Promise<void> => vi.waitFor(check, { timeout, interval: 10 });
const bothIn = (phase: CallView['phase']): Promise<void> =>
  until(() => expect([ann.view().phase, ben.view().phase]).toEqual([phase, phase]));

async function talk(): Promise<void> {
  ann.calls.start(ben.account);
  await bothIn('ringing');
  ben.calls.accept(ben.view().id);
  await bothIn('active');
  await until(() => {
    expect(ann.media.last('first-audio')).toBeDefined();
    expect(ben.media.last('first-audio')).toBeDefined();
  });
}

it('ring on a real path, hear each other after the answer and not before, and hang up', async () => {
  ann.calls.start(ben.account);
  await bothIn('ringing');
  expect([...ann.media.events, ...ben.media.events].map(({ type }) => type)).not.toContain('levels');
  ben.calls.accept(ben.view().id);
  await bothIn('active');
  await until(() => {
    expect(ann.view()).toMatchObject({ quality: 'clear', stats: { path: 'host' } });
    expect(ben.view()).toMatchObject({ quality: 'clear', stats: { path: 'host' } });
  });
  ann.calls.hangUp(ann.view().id);
  await bothIn('ended');
  await until(() => expect([ann.reasons, ben.reasons]).toEqual([['hung-up'], ['hung-up-by-other']]));
});

it('both dial and end up in one call', async () => {
  ann.calls.start(ben.account);
  ben.calls.start(ann.account);
  await bothIn('active');
  await until(() => {
    expect(ann.media.last('first-audio')).toBeDefined();
    expect(ben.media.last('first-audio')).toBeDefined();
  });
  expect([ann.calls.views().length, ben.calls.views().length]).toEqual([1, 1]);
});

it('a restart with new credentials keeps the call going', async () => {
  await talk();
  const described = (): number => ann.media.events.filter(({ type }) => type === 'local-description').length;
  ann.wire.deliver(
    { account: ben.account, device: ben.account },
    encodeCallMessage({ id: ann.view().id, signal: { type: 'restart-wanted' } }),
  );
  await until(() => expect(described()).toBe(2));
  const before = ann.view().stats?.receivedPackets ?? 0;
  await until(() => {
    expect(ann.view().phase).toBe('active');
    expect(ann.view().stats?.receivedPackets).toBeGreaterThan(before + 100);
  });
});

it('a computer that is killed is noticed by its silence, and the call ends as peer-gone', async () => {
  await talk();
  network.close();
  ben.media.process.kill();
  await until(() => expect(ann.view().reason).toBe('peer-gone'));
});

it('a media process that falls over ends the call with that reason, and the other side is told', async () => {
  await talk();
  ben.media.process.kill();
  await until(() => expect([ann.view().reason, ben.view().reason]).toEqual(['peer-gone', 'media-crashed']));
});

it('a media process that was started again carries the next call', async () => {
  await talk();
  ben.media.process.kill();
  await bothIn('ended');
  await until(() => expect([ann.reasons, ben.reasons], 'in the history').toEqual([['peer-gone'], ['media-crashed']]));
  ben.media = startMedia();
  ben.link.connect(ben.media.client);
  await talk();
  ann.calls.hangUp(ann.view().id);
  await until(() =>
    expect([ann.reasons, ben.reasons]).toEqual([
      ['peer-gone', 'hung-up'],
      ['media-crashed', 'hung-up-by-other'],
    ]),
  );
});
