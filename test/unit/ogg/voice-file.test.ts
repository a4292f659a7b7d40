import { assert, integer, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeOggPage, judgeVoiceFile, oggFlags, opusPacketSamples, readOggPages } from '../../../main/ogg/index.ts';
import { readOggPages as readByRfc } from '../media/ogg-reader.ts';
import { recorded } from './recorded.ts';

const fiveMinutes = 300_000;
const seed = Date.now() % 2 ** 31;

/** The file with its pages made anew, each changed as wished; checksums are right again. */
function rebuilt(file: Uint8Array, change: (page: Page, index: number) => Page | null): Uint8Array {
  const pages = (readOggPages(file) ?? []).map((page, index) => change({ ...page, packets: page.packets.slice() }, index));
  return new Uint8Array(
    Buffer.concat(
      pages.flatMap((page) =>
        page === null
          ? []
          : encodeOggPage({
              ...page,
              granule: page.granule ?? 0,
              packets: page.packets.map((packet) => packet.byteLength),
              body: Buffer.concat(page.packets),
            }),
      ),
    ),
  );
}
type Page = NonNullable<ReturnType<typeof readOggPages>>[number];

const changed = (packet: Uint8Array | undefined, at: number, value: number): Uint8Array => {
  const copy = Uint8Array.from(packet ?? []);
  copy[at] = value;
  return copy;
};

const sound = recorded(3);
const withHead = (at: number, value: number): Uint8Array =>
  rebuilt(sound, (page, index) => (index === 0 ? { ...page, packets: [changed(page.packets[0], at, value)] } : page));

describe(`A file of a voice message (seed ${seed})`, () => {
  it('is taken as the recorder makes it, and its length is known to the frame', () => {
    const verdict = judgeVoiceFile(sound, fiveMinutes);
    expect(verdict).toEqual({ durationMs: 2_920 }); // 3 s less the recorder's pre-skip of 80 ms
    expect(readOggPages(sound)?.map(({ packets }) => packets.length)).toEqual(
      readByRfc(sound).map(({ packets }) => packets.length),
    );
  });

  it('is taken also if it ends with a page that nothing ends on', () => {
    const whole = recorded(3.2); // 160 frames: four pages of forty
    expect(readOggPages(whole)?.at(-1)).toMatchObject({ granule: null, packets: [] });
    expect(judgeVoiceFile(whole, fiveMinutes)).toEqual({ durationMs: 3_120 });
  });

  it('is so small that five minutes stay well below a mebibyte', () => {
    const twentySeconds = recorded(20);
    expect(twentySeconds.byteLength * 15).toBeLessThan(0.95 * 1024 * 1024);
    expect(judgeVoiceFile(twentySeconds, fiveMinutes)).toEqual({ durationMs: 19_920 });
  });

  it.each([
    ['nothing', new Uint8Array(0), 'not-one-stream'],
    ['text', Buffer.from('<svg onload=alert(1)>'), 'not-ogg'],
    ['a cut file', sound.subarray(0, sound.byteLength - 1), 'not-ogg'],
    ['bytes after the end', Buffer.concat([sound, Buffer.from('x')]), 'not-ogg'],
    ['a flipped bit', changed(sound, sound.byteLength - 9, 0x55), 'not-ogg'],
    ['no end', rebuilt(sound, (page) => ({ ...page, flags: page.flags & ~oggFlags.endOfStream })), 'not-one-stream'],
    ['two streams', rebuilt(sound, (page, index) => (index > 2 ? { ...page, serial: 1 } : page)), 'not-one-stream'],
    ['a page that is missing', rebuilt(sound, (page, index) => (index === 3 ? null : page)), 'not-one-stream'],
    ['another codec', withHead(4, 0x58), 'bad-header'],
    ['a newer version', withHead(8, 0x11), 'bad-header'],
    ['two channels', recorded(1, 7, { numberOfChannels: 2 }), 'bad-header'],
    ['128 dB more than was recorded', withHead(17, 0x7f), 'bad-header'],
    ['a mapping of many streams', withHead(18, 1), 'bad-header'],
    [
      'a pre-skip of more than a second',
      rebuilt(sound, (page, index) =>
        index === 0 ? { ...page, packets: [changed(changed(page.packets[0], 10, 0xff), 11, 0xff)] } : page,
      ),
      'bad-header',
    ],
    [
      'a comment that is longer than its packet',
      rebuilt(sound, (page, index) => (index === 1 ? { ...page, packets: [changed(page.packets[0], 8, 0xff)] } : page)),
      'bad-header',
    ],
    [
      'kilobytes of comments',
      rebuilt(sound, (page, index) =>
        index === 1
          ? { ...page, packets: [new Uint8Array(Buffer.concat([page.packets[0] ?? Buffer.alloc(0), Buffer.alloc(4096)]))] }
          : page,
      ),
      'bad-header',
    ],
    [
      'a packet that is built wrongly',
      rebuilt(sound, (page, index) =>
        index === 2 ? { ...page, packets: [Uint8Array.of(3, 0), ...page.packets.slice(1)] } : page,
      ),
      'bad-packet',
    ],
    [
      'more samples than its packets have',
      rebuilt(sound, (page, index) => (index === 2 ? { ...page, granule: (page.granule ?? 0) + 48_000 } : page)),
      'bad-packet',
    ],
    [
      'hours in few bytes',
      rebuilt(sound, (page, index) =>
        index < 2 || page.packets.length === 0
          ? page
          : {
              ...page,
              packets: Array.from({ length: 160 }, () => Uint8Array.of(0xfb, 0x06)),
              granule: (index - 1) * 160 * 5_760,
            },
      ).slice(),
      'too-long',
    ],
  ])('is refused with %s', (_, file, fault) => {
    expect(judgeVoiceFile(Uint8Array.from(file), 60_000)).toEqual({ fault });
  });

  it('is refused, never thrown at, whatever bytes it is of', () => {
    assert(
      property(uint8Array({ maxLength: 400 }), integer({ min: 0, max: sound.byteLength - 1 }), (junk, at) => {
        judgeVoiceFile(junk, fiveMinutes);
        opusPacketSamples(junk);
        const bent = Uint8Array.from(sound);
        bent.set(junk.subarray(0, Math.min(junk.length, bent.length - at)), at);
        judgeVoiceFile(bent, fiveMinutes);
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('A packet of Opus', () => {
  it.each([
    ['one frame of 20 ms of CELT', [0xf8], 960],
    ['one of 60 ms of SILK', [0x18], 2_880],
    ['two equal ones', [0xf9, 1, 2], 1_920],
    ['two that can’t be equal', [0xf9, 1], null],
    ['two, the first of them of one byte', [0xfa, 1, 9, 9], 1_920],
    ['two, the first longer than the packet', [0xfa, 9, 9], null],
    ['six of 20 ms', [0xfb, 0x06], 5_760],
    ['seven of 20 ms: more than 120 ms', [0xfb, 0x07], null],
    ['none', [0xfb, 0x00], null],
    ['padding longer than the packet', [0xfb, 0x41, 0xff, 0x10], null],
    ['padding of one byte', [0xfb, 0x41, 1, 7, 0], 960],
    ['several of different lengths', [0xfb, 0x82, 2, 7, 7, 8, 8, 8], 1_920],
    ['several, cut off', [0xfb, 0x83, 2], null],
  ])('holds %s', (_, bytes, samples) => expect(opusPacketSamples(Uint8Array.from(bytes))).toBe(samples));
});
