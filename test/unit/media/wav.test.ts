import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createWavDevice, type DeviceHooks } from '../../../main/media/devices/index.ts';
import { decodeWav, encodeWav } from '../../../main/media/index.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { bestCorrelation, synthSpeech } from './synth-speech.ts';

const dir = mkdtempSync(join(tmpdir(), 'lilliput-wav-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Format {
  readonly rate: number;
  readonly channels: number;
  readonly bits: number;
  readonly float?: boolean;
}

/** A WAV file as other programs write them, with a chunk in front that is none of our business. */
function foreignWav(samples: Int16Array, { rate, channels, bits, float = false }: Format): Uint8Array {
  const width = bits / 8;
  const data = samples.length * width * channels;
  const view = new DataView(new ArrayBuffer(12 + 10 + 24 + 8 + data));
  const text = (at: number, value: string): void => {
    for (const [i, code] of new TextEncoder().encode(value).entries()) view.setUint8(at + i, code);
  };
  text(0, 'RIFF');
  view.setUint32(4, view.byteLength - 8, true);
  text(8, 'WAVELIST');
  view.setUint32(16, 1, true);
  text(22, 'fmt ');
  view.setUint32(26, 16, true);
  view.setUint16(30, float ? 3 : 1, true);
  view.setUint16(32, channels, true);
  view.setUint32(34, rate, true);
  view.setUint32(38, rate * channels * width, true);
  view.setUint16(42, channels * width, true);
  view.setUint16(44, bits, true);
  text(46, 'data');
  view.setUint32(50, data, true);
  let at = 54;
  for (const sample of samples) {
    for (let channel = 0; channel < channels; channel += 1, at += width) {
      if (float) view.setFloat32(at, sample / 32_768, true);
      else if (bits === 8) view.setUint8(at, (sample >> 8) + 128);
      else if (bits === 16) view.setInt16(at, sample, true);
      else if (bits === 24) {
        view.setUint16(at, (sample << 8) & 0xff_ff, true);
        view.setInt8(at + 2, sample >> 8);
      } else view.setInt32(at, sample << 16, true);
    }
  }
  return new Uint8Array(view.buffer);
}

describe('a WAV file', () => {
  test('written by us reads back as it was', () => {
    const speech = synthSpeech(0.5, 2);
    expect(decodeWav(encodeWav(speech))).toEqual(speech);
  });

  test.each<Format>([
    { rate: 44_100, channels: 2, bits: 16 },
    { rate: 16_000, channels: 1, bits: 16 },
    { rate: 8_000, channels: 1, bits: 8 },
    { rate: 96_000, channels: 2, bits: 24 },
    { rate: 48_000, channels: 1, bits: 32 },
    { rate: 48_000, channels: 2, bits: 32, float: true },
  ])('of $rate Hz, $channels channels, $bits bits becomes 48 kHz mono of the same sound', (format) => {
    const same = synthSpeech(1, 9, format.rate);
    const expected = synthSpeech(1, 9, 48_000);
    const read = decodeWav(foreignWav(same, format));
    expect(Math.abs(read.length - 48_000)).toBeLessThan(10);
    // The generator counts samples, so another rate is not quite the same speech; the tone below is exact.
    expect(bestCorrelation(expected, read, 100).correlation).toBeGreaterThan(format.rate === 48_000 ? 0.99 : 0.05);
    const tone = Int16Array.from({ length: format.rate }, (_, i) => 8000 * Math.sin((2 * Math.PI * 440 * i) / format.rate));
    const at48 = Int16Array.from({ length: 48_000 }, (_, i) => 8000 * Math.sin((2 * Math.PI * 440 * i) / 48_000));
    expect(bestCorrelation(at48, decodeWav(foreignWav(tone, format)), 4).correlation).toBeGreaterThan(0.999);
  });

  test.each<[string, Uint8Array]>([
    ['empty', new Uint8Array(0)],
    ['text', new TextEncoder().encode('this is no wav at all, but long enough to have a header of one')],
    ['a header alone', encodeWav(new Int16Array(0)).subarray(0, 30)],
    ['compressed', foreignWav(new Int16Array(10), { rate: 48_000, channels: 1, bits: 16 }).with(30, 85)],
    ['of no channel', foreignWav(new Int16Array(10), { rate: 48_000, channels: 0, bits: 16 })],
    ['of 1 Hz', foreignWav(new Int16Array(10), { rate: 1, channels: 1, bits: 16 })],
  ])('that is %s is refused as BAD_WAV', (_name, bytes) => {
    expect(() => decodeWav(bytes)).toThrow(expect.objectContaining({ code: 'BAD_WAV' }));
  });

  test('whose writer was killed still gives what was written', () => {
    const bytes = encodeWav(synthSpeech(0.2, 2));
    new DataView(bytes.buffer).setUint32(40, 0xff_ff_ff_ff, true);
    expect(decodeWav(bytes).length).toBe(9600);
  });
});

const silentHooks: DeviceHooks = {
  capture: () => undefined,
  play: (into) => void into.fill(1000),
  captureEnded: () => undefined,
  failed: () => undefined,
  milestone: () => undefined,
  health: () => undefined,
};

describe('files as microphone and speaker', () => {
  test('a file that is missing or no WAV is refused as BAD_WAV', async () => {
    const text = join(dir, 'text.wav');
    writeFileSync(text, 'hello');
    await expect(createWavDevice(systemClock, { playPath: text, recordPath: null })).rejects.toMatchObject({ code: 'BAD_WAV' });
    await expect(createWavDevice(systemClock, { playPath: join(dir, 'none.wav'), recordPath: null })).rejects.toMatchObject({
      code: 'BAD_WAV',
    });
    await expect(createWavDevice(systemClock, { playPath: null, recordPath: join(dir, 'no', 'dir.wav') })).rejects.toMatchObject({
      code: 'BAD_WAV',
    });
    const huge = join(dir, 'huge.wav');
    writeFileSync(huge, '');
    truncateSync(huge, 300 * 1024 * 1024);
    await expect(createWavDevice(systemClock, { playPath: huge, recordPath: null })).rejects.toMatchObject({ code: 'BAD_WAV' });
  });

  test('a recording is a valid file before it is finished, as after a crash', async () => {
    const path = join(dir, 'crash.wav');
    const device = await createWavDevice(systemClock, { playPath: null, recordPath: path });
    device.start(silentHooks);
    await vi.waitFor(() => expect(decodeWav(readFileSync(path)).length).toBeGreaterThanOrEqual(48_000), { timeout: 5000 });
    await device.close();
    const whole = decodeWav(readFileSync(path));
    expect(whole.length).toBeGreaterThanOrEqual(48_000);
    expect(whole.every((sample) => sample === 1000)).toBe(true);
  });

  test('it speaks its file once, from the beginning, then it is silent', async () => {
    const path = join(dir, 'short.wav');
    writeFileSync(path, encodeWav(new Int16Array(960).fill(5000)));
    const device = await createWavDevice(systemClock, { playPath: path, recordPath: null });
    const firsts: number[] = [];
    device.start({ ...silentHooks, capture: (frame) => firsts.push(frame[0] ?? Number.NaN) });
    await vi.waitFor(() => expect(firsts.length).toBeGreaterThan(5));
    await device.close();
    expect(firsts.slice(0, 5)).toEqual([5000, 5000, 0, 0, 0]);
  });
});
