import type { Page } from 'playwright-core';
import { encodeWav } from '../../../main/media/index.ts';
import { matchSpeech, percentile } from '../../lab/alignment.ts';
import { clearEar, heardBy } from './ear.ts';

const sampleRateHz = 48_000;
/** Chromium's fake microphone wants this rate (at others it plays at the wrong speed). */
const microphoneRateHz = 44_100;
/** Three seconds of what was heard are enough to know the speaker by. */
const judgedMs = 3000;
/** The whole loop is searched, beside a call that wants the processor too. */
const coarseDecimation = 12;
const rateOffset = 24;
const byteRateOffset = 28;

/** A WAV for Chromium's fake microphone from 48 kHz samples. */
export function writeMicrophoneWav(samples: Int16Array): Uint8Array {
  const length = Math.floor((samples.length * microphoneRateHz) / sampleRateHz);
  const out = new Int16Array(length);
  for (let i = 0; i < length; i += 1) {
    const at = (i * sampleRateHz) / microphoneRateHz;
    const left = Math.floor(at);
    const share = at - left;
    out[i] = Math.round((samples[left] ?? 0) * (1 - share) + (samples[left + 1] ?? 0) * share);
  }
  const wav = Uint8Array.from(encodeWav(out));
  const view = new DataView(wav.buffer);
  view.setUint32(rateOffset, microphoneRateHz, true);
  view.setUint32(byteRateOffset, microphoneRateHz * 2, true);
  return wav;
}

/**
 * How much of what was heard is this speech, said over and over: the median correlation of its windows, wherever in the loop
 * they are found. Another voice's stays near 0.15.
 */
export function likenessOf(heard: Int16Array, spoken: Int16Array): number {
  const judged = heard.subarray(heard.length - (judgedMs * sampleRateHz) / 1000);
  const loop = new Int16Array(spoken.length + judged.length + spoken.length);
  for (let at = 0; at < loop.length; at += spoken.length) loop.set(spoken.subarray(0, loop.length - at), at);
  const matches = matchSpeech(judged, loop, sampleRateHz, (spoken.length / sampleRateHz) * 1000, coarseDecimation);
  return (
    percentile(
      matches.map(({ correlation }) => correlation),
      0.5,
    ) ?? 0
  );
}

/** The first seconds hold the ring and what the echo canceller still learns; a busy machine makes gaps. */
const listens = 8;
/** Blocks of 4096 samples: 3.4 s. */
const listenBlocks = 40;

export interface Listening {
  readonly page: Page;
  /** What the other one says. */
  readonly spoken: Int16Array;
}

/** Listens at all pages, again and again until each hears what is spoken to it. @returns the best likeness of each */
export async function hearUntilLike(listenings: readonly Listening[], wanted: number): Promise<number[]> {
  let best = listenings.map(() => 0);
  for (let listen = 0; listen < listens && best.some((likeness) => likeness <= wanted); listen += 1) {
    await Promise.all(listenings.map(({ page }) => clearEar(page)));
    await Promise.all(
      listenings.map(({ page }) =>
        page.waitForFunction((blocks) => (window.lilliputEar?.blocks.length ?? 0) > blocks, listenBlocks, { timeout: 60_000 }),
      ),
    );
    const heard = await Promise.all(listenings.map(({ page }) => heardBy(page)));
    best = best.map((before, index) =>
      Math.max(before, likenessOf(heard[index] ?? new Int16Array(), listenings[index]?.spoken ?? new Int16Array())),
    );
  }
  return best;
}
