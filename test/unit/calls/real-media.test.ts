/** Two people's calls with a real media process each (worker threads, real ICE and DTLS on loopback); only the overlay is in memory. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallView } from '../../../preload/contract/index.ts';
import { createCalls, type Calls } from '../../../main/calls/index.ts';
import { encodeCallMessage } from '../../../main/calls/call-signal.ts';
import { createMediaLink, type MediaLink } from '../../../main/engine/media-link.ts';
import { createOpusDecoder } from '../../../native-shims/opus/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { encodeWav } from '../../../main/media/devices/index.ts';
import { readOggPages } from '../media/ogg-reader.ts';
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
/** How loud somebody is played by everybody else. */
const volumes = new Map<string, number>();
let network: MemoryNetwork;
let folder: string;
let ann: Person;
let ben: Person;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lilliput-calls-'));
  network = new MemoryNetwork(systemClock, 1);
  ann = createPerson('a');
  ben = createPerson('b');
});
afterEach(async () => {
  for (const { calls } of open) calls.stop();
  volumes.clear();
  await Promise.all(open.splice(0).map(({ media }) => media.process.stop()));
  await rm(folder, { recursive: true });
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
    volumeOf: (of) => volumes.get(of) ?? 1,
    recordingFor: () => ({ path: join(folder, `${digit}.opus`), title: 'Call with somebody' }),
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
  expect([...ann.media.events, ...ben.media.events].map(({ type }) => type)).not.toContain('stats');
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

/** Somebody's microphone gives a tone, longer than any of these tests; what that side hears is recorded. */
async function speak(person: Person, frequencyHz: number): Promise<void> {
  const samples = Int16Array.from({ length: 30 * 48_000 }, (_, i) =>
    Math.round(8_000 * Math.sin((2 * Math.PI * frequencyHz * i) / 48_000)),
  );
  const path = join(folder, `${frequencyHz}.wav`);
  await writeFile(path, encodeWav(samples));
  await person.link.useFiles({ playPath: path, recordPath: heardBy(person), echo: false });
}
const heardBy = ({ account }: Person): string => join(folder, `heard-by-${account.slice(0, 1)}.wav`);
/** Highest sample of the newest 0.1 s that a side has heard. */
async function peak(person: Person): Promise<number> {
  const bytes = await readFile(heardBy(person));
  const samples = Array.from({ length: 4_800 }, (_, i) => Math.abs(bytes.readInt16LE((bytes.length & ~1) - 2 * (i + 1))));
  return Math.max(...samples);
}
const peaks = (): Promise<number[]> => Promise.all([peak(ann), peak(ben)]);
const loud = (): Promise<void> =>
  vi.waitFor(async () => expect(Math.min(...(await peaks()))).toBeGreaterThan(2_000), { timeout: 10_000, interval: 30 });

it('hold silences both directions, and letting go brings both back', async () => {
  await Promise.all([speak(ann, 500), speak(ben, 900)]);
  await talk();
  await loud();
  ben.calls.setHeld(ben.view().id, true);
  await until(() => expect([ann.view().hold, ben.view().hold]).toEqual(['remote', 'local']));
  await vi.waitFor(async () => expect(await peaks()).toEqual([0, 0]), { timeout: 10_000, interval: 30 });
  ben.calls.setHeld(ben.view().id, false);
  await loud();
});

it('the gain of a microphone and the volume of a friend are heard, from the beginning of a call and within it', async () => {
  await Promise.all([speak(ann, 500), speak(ben, 900)]);
  ann.link.setGain(0.5);
  volumes.set(ben.account, 0.25);
  await talk();
  /** What Ann and Ben hear of a tone of 8,000: as much, but for what the codec makes of it. */
  const hear = (byAnn: number, byBen: number): Promise<void> =>
    vi.waitFor(
      async () => {
        const [annHears = 0, benHears = 0] = await peaks();
        expect([Math.abs(annHears - byAnn) < 0.2 * byAnn, Math.abs(benHears - byBen) < 0.2 * byBen]).toEqual([true, true]);
      },
      { timeout: 10_000, interval: 30 },
    );
  await hear(2_000, 4_000);
  ann.link.setGain(2);
  volumes.set(ben.account, 1);
  ann.calls.volumeChanged(ben.account);
  await hear(8_000, 16_000);
});

it('a recording holds what both said, ends with the call, and is whole when media has let go of it', async () => {
  await Promise.all([speak(ann, 500), speak(ben, 900)]);
  await talk();
  await loud();
  ann.calls.setRecording(ann.view().id, true);
  await until(() => expect(ann.view().recording.state).toBe('on'));
  expect(ben.view().remoteRecording).not.toBe(null);
  const file = async () => readOggPages(await readFile(join(folder, 'a.opus')));
  await vi.waitFor(async () => expect((await file()).length).toBeGreaterThan(3), { timeout: 10_000, interval: 50 });
  ann.calls.hangUp(ann.view().id);
  await bothIn('ended');
  await vi.waitFor(async () => expect((await file()).at(-1)?.flags).toBe(4), { timeout: 5_000, interval: 20 });
  const pages = await file();
  expect(pages.at(-1)?.granule).toBeGreaterThan(48_000);
  const decoder = createOpusDecoder();
  const decoded = pages
    .slice(2)
    .flatMap(({ packets }) => packets.flatMap((packet) => [...decoder.pcm.subarray(0, decoder.decode(packet))]));
  decoder.free();
  const power = (frequencyHz: number): number => {
    let cos = 0;
    let sin = 0;
    decoded.forEach((sample, i) => {
      cos += sample * Math.cos((2 * Math.PI * frequencyHz * i) / 48_000);
      sin += sample * Math.sin((2 * Math.PI * frequencyHz * i) / 48_000);
    });
    return Math.hypot(cos, sin) / decoded.length;
  };
  // Each voice is half of the mono that our decoder makes; a tone of amplitude 8,000 gives 2,000 of its whole.
  expect(Math.min(power(500), power(900))).toBeGreaterThan(400);
  expect(power(700)).toBeLessThan(100);
});
