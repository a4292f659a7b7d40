import type { BrowserContext, Page } from 'playwright-core';

/** What the ear has kept, newest last; a minute is plenty. */
const keptSeconds = 60;

declare global {
  interface Window {
    /** Samples that the page sent to its speaker, and their rate. */
    lilliputEar?: { rateHz: number; blocks: Float32Array[] };
  }
}

/**
 * Listens at the page's loudspeaker: whatever an AudioContext sends to its destination also goes into a recorder. The page's
 * own code is untouched; this is the last point before the sound card that a test can hold an ear to.
 */
export async function installEar(context: BrowserContext): Promise<void> {
  await context.addInitScript((seconds) => {
    const ears = new WeakMap<BaseAudioContext, ScriptProcessorNode>();
    const original = Reflect.get(AudioNode.prototype, 'connect') as (this: AudioNode, ...args: unknown[]) => AudioNode;
    const earOf = (audio: BaseAudioContext): ScriptProcessorNode => {
      const known = ears.get(audio);
      if (known !== undefined) return known;
      const ear = audio.createScriptProcessor(4096, 1, 1);
      ears.set(audio, ear);
      const heard = { rateHz: audio.sampleRate, blocks: new Array<Float32Array>() };
      window.lilliputEar = heard;
      ear.addEventListener('audioprocess', (event) => {
        heard.blocks.push(new Float32Array(event.inputBuffer.getChannelData(0)));
        if (heard.blocks.length * 4096 > seconds * audio.sampleRate) heard.blocks.shift();
      });
      original.call(ear, audio.destination);
      return ear;
    };
    Reflect.set(AudioNode.prototype, 'connect', function connect(this: AudioNode, ...args: unknown[]) {
      const [target] = args;
      if (target instanceof AudioDestinationNode) original.call(this, earOf(this.context));
      return original.apply(this, args);
    });
  }, keptSeconds);
}

/** Forgets what was heard so far. */
export const clearEar = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const ear = window.lilliputEar;
    if (ear !== undefined) ear.blocks = [];
  });

/** What was heard since, as 16-bit samples at the context's rate (48 kHz). */
export async function heardBy(page: Page): Promise<Int16Array> {
  const text = await page.evaluate(() => {
    const blocks = window.lilliputEar?.blocks ?? [];
    const out = new Int16Array(blocks.reduce((sum, block) => sum + block.length, 0));
    let at = 0;
    for (const block of blocks)
      for (const sample of block) out[at++] = Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_767)));
    const bytes = new Uint8Array(out.buffer);
    let binary = '';
    for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(binary);
  });
  const bytes = Buffer.from(text, 'base64');
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
