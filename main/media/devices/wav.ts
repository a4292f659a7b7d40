import { AppError } from '../../ports/app-error.ts';
import { resample } from './resample.ts';

export const wavSampleRate = 48_000;
/** 18 minutes of 48 kHz stereo 16 bit: far more than anybody plays into a call, far less than memory. */
export const maxWavBytes = 200 * 1024 * 1024;
export const wavHeaderBytes = 44;

const formatPcm = 1;
const formatFloat = 3;
const formatExtensible = 0xff_fe;

interface WavFormat {
  readonly encoding: 'pcm' | 'float';
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

const bad = (reason: string): AppError => new AppError('BAD_WAV', reason);

/**
 * Reads a RIFF/WAVE file (PCM of 8, 16, 24 or 32 bits, or 32-bit float; 1–8 channels; 8–192 kHz) as 48 kHz mono.
 * @throws AppError BAD_WAV
 */
export function decodeWav(bytes: Uint8Array): Int16Array {
  if (bytes.length > maxWavBytes) throw bad('too large');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number): string => String.fromCodePoint(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw bad('not a RIFF/WAVE file');
  let format: WavFormat | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (tag(at) === 'fmt ') format = readFormat(view, start, size);
    if (tag(at) === 'data') {
      if (format === null) throw bad('sound before its format');
      // A writer that was killed leaves 0 or 0xffffffff here: then everything that follows is sound.
      const end = size === 0 || start + size > bytes.length ? bytes.length : start + size;
      return readSamples(view, start, end, format);
    }
    at = start + size + (size % 2);
  }
  throw bad('no sound in it');
}

function readFormat(view: DataView, at: number, size: number): WavFormat {
  if (size < 16 || at + size > view.byteLength) throw bad('cut short');
  let code = view.getUint16(at, true);
  if (code === formatExtensible && size >= 40) code = view.getUint16(at + 24, true);
  const [channels, sampleRate, bits] = [
    view.getUint16(at + 2, true),
    view.getUint32(at + 4, true),
    view.getUint16(at + 14, true),
  ];
  const isPcm = code === formatPcm && [8, 16, 24, 32].includes(bits);
  if (!isPcm && !(code === formatFloat && bits === 32)) throw bad('an encoding other than PCM or float');
  if (channels < 1 || channels > 8) throw bad('too many channels');
  if (sampleRate < 8000 || sampleRate > 192_000) throw bad('an unusual sample rate');
  return { encoding: isPcm ? 'pcm' : 'float', channels, sampleRate, bits };
}

function readSamples(view: DataView, start: number, end: number, format: WavFormat): Int16Array {
  const { channels, bits, sampleRate } = format;
  const width = bits / 8;
  const frames = Math.floor((end - start) / (width * channels));
  if (bits === 16 && channels === 1 && sampleRate === wavSampleRate) {
    // What we write ourselves: nothing to convert.
    const same = new Int16Array(frames);
    for (let i = 0; i < frames; i += 1) same[i] = view.getInt16(start + i * 2, true);
    return same;
  }
  const mono = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      sum += readSample(view, start + (frame * channels + channel) * width, format);
    }
    mono[frame] = sum / channels;
  }
  const out = resample(mono, sampleRate, wavSampleRate);
  return Int16Array.from(out, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))));
}

/** One sample as −1…1. */
function readSample(view: DataView, at: number, { encoding, bits }: WavFormat): number {
  if (encoding === 'float') return view.getFloat32(at, true);
  switch (bits) {
    case 8:
      return (view.getUint8(at) - 128) / 128;
    case 16:
      return view.getInt16(at, true) / 32_768;
    case 24:
      return ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8_388_608;
    default:
      return view.getInt32(at, true) / 2_147_483_648;
  }
}

/** The header of a 48 kHz mono 16-bit file with `samples` samples. */
export function wavHeader(samples: number): Uint8Array {
  const header = new Uint8Array(wavHeaderBytes);
  const view = new DataView(header.buffer);
  const put = (at: number, text: string): void => header.set(new TextEncoder().encode(text), at);
  const dataBytes = samples * 2;
  put(0, 'RIFF');
  view.setUint32(4, 36 + dataBytes, true);
  put(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, formatPcm, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, wavSampleRate, true);
  view.setUint32(28, wavSampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(36, 'data');
  view.setUint32(40, dataBytes, true);
  return header;
}

/** A 48 kHz mono 16-bit WAV file. */
export function encodeWav(samples: Int16Array): Uint8Array {
  const file = new Uint8Array(wavHeaderBytes + samples.length * 2);
  file.set(wavHeader(samples.length));
  const view = new DataView(file.buffer);
  for (const [i, sample] of samples.entries()) view.setInt16(wavHeaderBytes + i * 2, sample, true);
  return file;
}
