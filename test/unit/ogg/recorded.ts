import { createRequire } from 'node:module';
import { z } from 'zod';
import { speechLike } from '../../lab/speech-like.ts';

/** What `opus-recorder` does in the page's audio thread, done here: the same code, so the same bytes. */
interface Encoder {
  generateIdPage(): PageOut;
  generateCommentPage(): PageOut;
  encode(buffers: readonly Float32Array[]): readonly PageOut[];
  encodeFinalFrame(): readonly PageOut[];
  destroy(): void;
}
interface PageOut {
  readonly page: Uint8Array;
}
type EncoderClass = new (config: Readonly<Record<string, number>>, module: unknown) => Encoder;

const loaded = z
  .object({ Module: z.unknown(), OggOpusEncoder: z.custom<EncoderClass>((value) => typeof value === 'function') })
  .parse(createRequire(import.meta.url)('opus-recorder/dist/encoderWorker.min.js'));

/** Samples that an AudioWorklet is given at a time. */
const quantum = 128;

/** Speech-like sound of so many seconds, in Ogg Opus. */
export const recorded = (seconds: number, seed = 7, change: Readonly<Record<string, number>> = {}): Uint8Array =>
  recordedSound(speechLike(Math.ceil(seconds), seed).subarray(0, seconds * 48_000), change);

/** @param sound at 48 kHz */
export function recordedSound(sound: Int16Array, change: Readonly<Record<string, number>> = {}): Uint8Array {
  const encoder = new loaded.OggOpusEncoder(
    { encoderApplication: 2048, encoderBitRate: 24_000, originalSampleRate: 48_000, numberOfChannels: 1, ...change },
    loaded.Module,
  );
  const pages = [encoder.generateIdPage(), encoder.generateCommentPage()];
  const channels = change['numberOfChannels'] ?? 1;
  for (let at = 0; at + quantum <= sound.length; at += quantum) {
    const block = Float32Array.from(sound.subarray(at, at + quantum), (sample) => sample / 32_768);
    pages.push(...encoder.encode(Array.from({ length: channels }, () => block)));
  }
  pages.push(...encoder.encodeFinalFrame());
  encoder.destroy();
  return new Uint8Array(Buffer.concat(pages.map(({ page }) => page)));
}
