import { describe, expect, test } from 'vitest';
import {
  bestBuild,
  createOpusDecoder,
  createOpusEncoder,
  opusFrameLengths,
  opusFrameSamples,
  opusPacketSamples,
  OpusError,
  type EncoderOptions,
  type OpusBuild,
} from '../../../native-shims/opus/index.ts';
import { bestCorrelation, synthSpeech } from '../media/synth-speech.ts';

const plain: EncoderOptions = { bitrateBps: 32_000, complexity: 5, inbandFec: false, packetLossPercent: 0, dtx: false };
const frames = (pcm: Int16Array): Int16Array[] =>
  Array.from({ length: Math.floor(pcm.length / opusFrameSamples) }, (_, i) =>
    pcm.subarray(i * opusFrameSamples, (i + 1) * opusFrameSamples),
  );

function encodeAll(pcm: Int16Array, options: EncoderOptions): Uint8Array[] {
  const encoder = createOpusEncoder(options);
  const packets = frames(pcm).map((frame) => encoder.encode(frame).slice());
  encoder.free();
  return packets;
}

const lost = (index: number): boolean => index % 5 === 3;

type Loss = 'fec' | 'plc' | 'zeros';

function decodeWithLoss(packets: readonly Uint8Array[], isLost: (index: number) => boolean, mend: Loss, build?: OpusBuild) {
  const decoder = createOpusDecoder(build);
  const out = new Int16Array(packets.length * opusFrameSamples);
  packets.forEach((packet, index) => {
    const at = index * opusFrameSamples;
    const next = packets[index + 1];
    let count = 0;
    if (!isLost(index)) count = decoder.decode(packet);
    else if (mend === 'fec' && next !== undefined) count = decoder.decodeLostFrom(next, 0, next.length, opusFrameSamples);
    else if (mend === 'plc') count = decoder.conceal(opusFrameSamples);
    out.set(decoder.pcm.subarray(0, count), at);
  });
  decoder.free();
  return out;
}

/** Signal-to-noise ratio in dB over chosen frames, the codec's delay taken out. */
function snrDb(reference: Int16Array, heard: Int16Array, lag: number, chosen: (frame: number) => boolean): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i + lag < heard.length && i < reference.length; i += 1) {
    if (!chosen(Math.floor((i + lag) / opusFrameSamples))) continue;
    const a = reference[i] ?? 0;
    signal += a * a;
    noise += (a - (heard[i + lag] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / (noise + 1));
}

describe.each<OpusBuild>(['simd', 'plain'])('libopus, %s build', (build) => {
  const speech = synthSpeech(6, 7);

  test('a round trip at 32 kbit/s keeps the waveform', () => {
    const packets = encodeAll(speech, { ...plain, build });
    const heard = decodeWithLoss(packets, () => false, 'plc', build);
    const { correlation, lag } = bestCorrelation(speech, heard, 960);
    expect(correlation).toBeGreaterThan(0.94);
    expect(snrDb(speech, heard, lag, () => true)).toBeGreaterThan(9);
    const bitrate = (packets.reduce((sum, packet) => sum + packet.length, 0) * 8) / 6;
    expect(bitrate).toBeGreaterThan(20_000);
    expect(bitrate).toBeLessThan(40_000);
  });

  test('after a lost frame, in-band FEC is nearer to what was said than concealment, and concealment than nothing', () => {
    const packets = encodeAll(speech, { ...plain, inbandFec: true, packetLossPercent: 20, build });
    const clean = decodeWithLoss(packets, () => false, 'plc', build);
    const { lag } = bestCorrelation(speech, clean, 960);
    const score = (mend: Loss): number => snrDb(speech, decodeWithLoss(packets, lost, mend, build), lag, lost);
    const [fec, plc, zeros] = [score('fec'), score('plc'), score('zeros')];
    expect(fec).toBeGreaterThan(plc + 3);
    expect(plc).toBeGreaterThan(zeros - 0.5);
  });

  test('discontinuous transmission shrinks silence to a few bytes a frame', () => {
    const silence = new Int16Array(opusFrameSamples * 60);
    const bytes = (dtx: boolean): number => (encodeAll(silence, { ...plain, dtx, build }).at(-2) ?? new Uint8Array(99)).length;
    expect(bytes(true)).toBeLessThanOrEqual(3);
    expect(bytes(false)).toBeGreaterThan(bytes(true));
  });
});

test('the engine that runs these tests has SIMD', () => {
  expect(bestBuild()).toBe('simd');
});

test('what is not an Opus packet is refused with an OpusError, and the decoder goes on', () => {
  const decoder = createOpusDecoder();
  expect(() => decoder.decode(new Uint8Array(0))).toThrow(OpusError);
  expect(() => decoder.decode(new Uint8Array(2000))).toThrow(OpusError);
  expect(() => decoder.decode(Uint8Array.of(0xff, 0x41, 0xff, 0xff, 0xff))).toThrow(OpusError);
  const [packet] = encodeAll(synthSpeech(0.1, 3), plain);
  expect(decoder.decode(packet ?? new Uint8Array(0))).toBe(opusFrameSamples);
  decoder.free();
});

test('encoding and decoding use fixed buffers: the same memory is returned every time', () => {
  const encoder = createOpusEncoder(plain);
  const decoder = createOpusDecoder();
  const [first, second] = frames(synthSpeech(0.1, 5)).map((frame) => {
    const packet = encoder.encode(frame);
    decoder.decode(packet);
    return { packet: packet.byteOffset, pcm: decoder.pcm.byteOffset };
  });
  expect(second).toEqual(first);
  encoder.free();
  decoder.free();
});

test('a frame of the wrong length is a programming error and says so', () => {
  const encoder = createOpusEncoder(plain);
  expect(() => encoder.encode(new Int16Array(500))).toThrow(RangeError);
  encoder.free();
});

test('frames of 20, 40 and 60 ms go through one encoder in any order, and one decoder gives back their lengths', () => {
  const encoder = createOpusEncoder(plain);
  const decoder = createOpusDecoder();
  const speech = synthSpeech(1, 11);
  let at = 0;
  for (const samples of [...opusFrameLengths, ...opusFrameLengths.toReversed()]) {
    const packet = encoder.encode(speech.subarray(at, at + samples));
    expect(opusPacketSamples(packet)).toBe(samples);
    expect(decoder.decode(packet)).toBe(samples);
    at += samples;
  }
  encoder.free();
  decoder.free();
});

test('no packet is longer than asked for, and all can be decoded', () => {
  const encoder = createOpusEncoder(plain);
  const decoder = createOpusDecoder();
  const speech = frames(synthSpeech(2, 11));
  expect(Math.max(...speech.map((frame) => encoder.encode(frame).length))).toBeGreaterThan(90);
  for (const frame of speech) {
    const packet = encoder.encode(frame, 90);
    expect(packet.length).toBeLessThanOrEqual(90);
    expect(decoder.decode(packet)).toBe(opusFrameSamples);
  }
  encoder.free();
  decoder.free();
});

test('every control acts on the running encoder', () => {
  const encoder = createOpusEncoder(plain);
  const speech = synthSpeech(8, 12);
  let at = 0;
  /** Bytes of the next half second. */
  const bytes = (): number => {
    let sum = 0;
    for (let i = 0; i < 25; i += 1, at += opusFrameSamples)
      sum += encoder.encode(speech.subarray(at, at + opusFrameSamples)).length;
    return sum;
  };
  const usual = bytes();
  encoder.setBitrate(8_000);
  expect(bytes()).toBeLessThan(usual / 2);
  encoder.setBitrate(64_000);
  expect(bytes()).toBeGreaterThan(usual);
  encoder.setComplexity(9);
  encoder.setInbandFec(true);
  encoder.setPacketLossPercent(20);
  bytes();
  encoder.setDtx(true);
  const silence = new Int16Array(opusFrameSamples);
  for (let i = 0; i < 60; i += 1) encoder.encode(silence);
  const sizes = Array.from({ length: 10 }, () => encoder.encode(silence).length);
  expect(Math.min(...sizes)).toBeLessThanOrEqual(2);
  encoder.free();
});
