import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeOggPage, oggChecksum, segmentsOf } from '../../../main/ogg/index.ts';
import { createOggOpusWriter } from '../../../main/media/recording/ogg-opus.ts';
import { createCallRecorder, createRecordingFile, type CallRecorder } from '../../../main/media/recording/index.ts';
import { createOpusDecoder, opusPacketSamples } from '../../../native-shims/opus/index.ts';
import { readOggPages } from './ogg-reader.ts';

const bytesOf = (pages: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pages));
const textOf = (packet: Uint8Array | undefined): string => Buffer.from(packet ?? []).toString('latin1');

describe('an Ogg page', () => {
  it('has the checksum of the field: the CRC-32/MPEG-2 polynomial from zero', () => {
    // CRC catalogue: check value of "123456789" for width 32, poly 04c11db7, init 0, no reflection, no final xor.
    expect(oggChecksum(Buffer.from('123456789'))).toBe(0x89a1897f);
  });

  it('gives back every packet it was given, whatever their lengths', () => {
    const lengths = fc
      .array(fc.oneof(fc.constantFrom(0, 1, 254, 255, 256, 510, 765), fc.nat(1_275)), { maxLength: 60 })
      .filter((all) => all.reduce((sum, length) => sum + segmentsOf(length), 0) <= 255);
    const property = fc.property(lengths, fc.nat(2 ** 32 - 1), (packets, serial) => {
      const body = Uint8Array.from({ length: packets.reduce((sum, length) => sum + length, 0) }, (_, i) => (i * 7) % 251);
      const page = encodeOggPage({ flags: 4, granule: 12_345_678_901, serial, sequence: 9, packets, body });
      const [read] = readOggPages(page);
      expect(read?.packets.map(({ length }) => length)).toEqual(packets);
      expect(bytesOf(read?.packets ?? [])).toEqual(body);
      expect(read).toMatchObject({ flags: 4, granule: 12_345_678_901, serial, sequence: 9 });
    });
    expect(() => fc.assert(property)).not.toThrow();
  });

  it('refuses more than fits', () => {
    const packets = Array.from({ length: 256 }, () => 0);
    const page = { flags: 0, granule: 0, serial: 0, sequence: 0, packets, body: new Uint8Array() };
    expect(() => encodeOggPage(page)).toThrow(RangeError);
  });
});

describe('an Ogg Opus stream', () => {
  const write = (packets: number, packetBytes = 40, end = packets * 960): Uint8Array => {
    const pages: Uint8Array[] = [];
    const writer = createOggOpusWriter({
      serial: 7,
      channels: 2,
      preSkip: 312,
      title: 'Call with wren',
      write: (page) => pages.push(page),
    });
    for (let i = 0; i < packets; i += 1) writer.packet(new Uint8Array(packetBytes).fill(i), 960);
    writer.end(end);
    return bytesOf(pages);
  };

  it('begins with its two headers, each on its own page', () => {
    const [head, tags] = readOggPages(write(3));
    const header = head?.packets[0] ?? new Uint8Array();
    expect([textOf(header.subarray(0, 8)), header[8], header[9], header[10], header[18]]).toEqual([
      'OpusHead',
      1,
      2,
      312 & 255,
      0,
    ]);
    expect([head?.flags, head?.granule, tags?.flags, tags?.granule]).toEqual([2, 0, 0, 0]);
    expect(textOf(tags?.packets[0])).toContain('TITLE=Call with wren');
  });

  it('numbers its pages, holds at most a second on each, and ends where the sound does', () => {
    const pages = readOggPages(write(125, 40, 124 * 960 + 100));
    expect(pages.map(({ sequence }) => sequence)).toEqual(pages.map((_, index) => index));
    expect(pages.slice(2).map(({ packets }) => packets.length)).toEqual([50, 50, 25]);
    expect(pages.slice(2).map(({ granule }) => granule)).toEqual([48_000, 96_000, 124 * 960 + 100 + 312]);
    expect(pages.map(({ flags }) => flags & 4)).toEqual([0, 0, 0, 0, 4]);
  });

  it('turns the page early for large packets, and loses none', () => {
    const pages = readOggPages(write(120, 1_275));
    expect(pages.slice(2).flatMap(({ packets }) => packets.map((packet) => packet[0]))).toEqual(
      Array.from({ length: 120 }, (_, i) => i),
    );
  });
});

/** 10 ms of a tone. */
function tone(frequencyHz: number, frame: number): Int16Array {
  return Int16Array.from({ length: 480 }, (_, i) =>
    Math.round(12_000 * Math.sin((2 * Math.PI * frequencyHz * (frame * 480 + i)) / 48_000)),
  );
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lilliput-recording-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a recording', () => {
  const begin = (path: string, faults: string[] = []): CallRecorder =>
    createCallRecorder({
      title: 'Call with wren',
      serial: 1,
      file: createRecordingFile(path, (fault) => faults.push(fault)),
      onTooLong: () => faults.push('too-long'),
    });
  const pagesIn = async (path: string) => readOggPages(await readFile(path));

  it.each([1, 2, 100, 101])(
    'of %i frames of 10 ms ends within its last packet: players need not throw a whole one away',
    async (frames) => {
      const path = join(folder, 'call.opus');
      const recorder = begin(path);
      for (let frame = 0; frame < frames; frame += 1) {
        recorder.spoken(tone(440, frame));
        recorder.heard(tone(880, frame));
      }
      await recorder.stop();
      const pages = await pagesIn(path);
      const decoded = pages.slice(2).reduce((sum, { packets }) => sum + packets.length * 960, 0);
      const trimmed = decoded - (pages.at(-1)?.granule ?? 0);
      expect(trimmed).toBeGreaterThanOrEqual(0);
      expect(trimmed).toBeLessThan(960);
    },
  );

  it('is as long as what was said and heard, and only for this user', async () => {
    const path = join(folder, 'recordings', 'call.opus');
    const recorder = begin(path);
    for (let frame = 0; frame < 255; frame += 1) {
      recorder.spoken(tone(440, frame));
      recorder.heard(tone(880, frame));
    }
    expect(recorder.recordedMs).toBe(2_540);
    await recorder.stop();
    const pages = await pagesIn(path);
    const head = pages[0]?.packets[0] ?? new Uint8Array();
    const preSkip = (head[10] ?? 0) + 256 * (head[11] ?? 0);
    expect(pages.at(-1)?.granule).toBe(255 * 480 + preSkip);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    for (const page of pages.slice(2))
      expect(page.packets.map((packet) => opusPacketSamples(packet))).toEqual(page.packets.map(() => 960));
  });

  it('holds what both said: a decoder hears the two tones', async () => {
    const path = join(folder, 'call.opus');
    const recorder = begin(path);
    for (let frame = 0; frame < 100; frame += 1) {
      recorder.spoken(tone(500, frame));
      recorder.heard(tone(2_000, frame));
    }
    await recorder.stop();
    const decoder = createOpusDecoder();
    const decoded: number[] = [];
    for (const { packets } of (await pagesIn(path)).slice(2)) {
      for (const packet of packets) decoded.push(...decoder.pcm.subarray(0, decoder.decode(packet)));
    }
    decoder.free();
    const heard = decoded.slice(9_600, 38_400);
    const power = (frequencyHz: number): number => {
      let cos = 0;
      let sin = 0;
      heard.forEach((sample, i) => {
        cos += sample * Math.cos((2 * Math.PI * frequencyHz * i) / 48_000);
        sin += sample * Math.sin((2 * Math.PI * frequencyHz * i) / 48_000);
      });
      return Math.hypot(cos, sin) / heard.length;
    };
    expect(power(500)).toBeGreaterThan(1_500);
    expect(power(2_000)).toBeGreaterThan(1_500);
    expect(power(1_250)).toBeLessThan(100);
  });

  it('goes on when one side falls silent for good, and keeps the other whole', async () => {
    const path = join(folder, 'call.opus');
    const recorder = begin(path);
    for (let frame = 0; frame < 300; frame += 1) {
      recorder.spoken(tone(440, frame));
      if (frame < 100) recorder.heard(tone(880, frame));
    }
    await recorder.stop();
    const pages = await pagesIn(path);
    expect((pages.at(-1)?.granule ?? 0) - 312).toBe(300 * 480);
  });

  it('takes nothing while it is paused', async () => {
    const recorder = begin(join(folder, 'call.opus'));
    const say = (): void => {
      for (let frame = 0; frame < 100; frame += 1) {
        recorder.spoken(null);
        recorder.heard(tone(880, frame));
      }
    };
    say();
    recorder.setPaused(true);
    say();
    expect(recorder.recordedMs).toBe(1_000);
    recorder.setPaused(false);
    say();
    expect(recorder.recordedMs).toBe(2_000);
    await recorder.stop();
  });

  it('that is cut off in the middle can be read up to its last second', async () => {
    const path = join(folder, 'call.opus');
    const recorder = begin(path);
    for (let frame = 0; frame < 500; frame += 1) {
      recorder.spoken(tone(440, frame));
      recorder.heard(tone(880, frame));
    }
    await recorder.stop();
    const whole = await readFile(path);
    const cut = readOggPages(whole.subarray(0, whole.length - 3_000));
    expect(cut.length).toBeGreaterThan(4);
    expect(cut.at(-1)?.granule).toBeGreaterThanOrEqual(3 * 48_000);
  });

  it('never writes over a file, and says that it failed', async () => {
    const path = join(folder, 'taken.opus');
    await writeFile(path, 'somebody else’s');
    const faults: string[] = [];
    const recorder = begin(path, faults);
    recorder.spoken(null);
    await recorder.stop();
    expect(faults).toEqual(['failed']);
    expect(await readFile(path, 'utf8')).toBe('somebody else’s');
  });

  it('says once when the disk is full, and keeps what is on it', async () => {
    const faults: string[] = [];
    const kept: number[] = [];
    let room = 10;
    const file = createRecordingFile(
      'call.opus',
      (fault) => faults.push(fault),
      () =>
        Promise.resolve({
          // Takes a part of what it is given, as a disk that is nearly full does.
          write(bytes, offset) {
            if (room === 0) return Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
            const bytesWritten = Math.min(room, 4, bytes.length - offset);
            room -= bytesWritten;
            kept.push(...bytes.subarray(offset, offset + bytesWritten));
            return Promise.resolve({ bytesWritten });
          },
          close: () => Promise.resolve(),
        }),
    );
    for (const page of [Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(7, 8, 9, 10, 11), Uint8Array.of(12)]) file.write(page);
    await file.close();
    expect([faults, kept]).toEqual([['disk-full'], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
  });

  it('gives up on a disk that is minutes behind', async () => {
    const faults: string[] = [];
    const file = createRecordingFile(join(folder, 'call.opus'), (fault) => faults.push(fault));
    for (let i = 0; i < 5; i += 1) file.write(new Uint8Array(1024 * 1024));
    await file.close();
    expect(faults).toEqual(['failed']);
  });

  it('ends by itself when it is too long', () => {
    const faults: string[] = [];
    let bytes = 0;
    const file = { write: (page: Uint8Array) => void (bytes += page.length), close: () => Promise.resolve() };
    const recorder = createCallRecorder({ title: '', serial: 1, file, onTooLong: () => faults.push('too-long'), maxMs: 2_000 });
    const silence = new Int16Array(480);
    for (let frame = 0; frame < 300; frame += 1) {
      recorder.spoken(null);
      recorder.heard(silence);
    }
    expect([faults, recorder.recordedMs]).toEqual([['too-long'], 2_000]);
    expect(bytes).toBeGreaterThan(0);
  });
});
