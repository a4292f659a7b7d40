import type { Page } from 'playwright-core';

/** A block of samples and the moment it went through the page's audio graph, wall clock in milliseconds. */
interface Tap {
  readonly blocks: Float32Array[];
  /** Context time of the first block's processing event, seconds. */
  firstAtSeconds: number | null;
  /** Wall clock minus context clock, milliseconds: one value per block. */
  readonly offsetsMs: number[];
}

declare global {
  interface Window {
    lilliputTaps?: { mouth: Tap; ear: Tap; microphone: { askedMs: number; openMs: number }[] };
  }
}

export interface Tapped {
  /** 48 kHz, 16 bit. */
  readonly samples: Int16Array;
  /** When the first of them went through, wall clock. */
  readonly startMs: number;
}

/**
 * Taps the page's audio graph where the microphone comes in and where the loudspeaker's sound goes out. Both taps have the same
 * buffer, so its delay cancels out between them.
 */
export const installTaps = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const tapFrames = 4096;
    const newTap = (): Tap => ({ blocks: [], firstAtSeconds: null, offsetsMs: [] });
    const taps = { mouth: newTap(), ear: newTap(), microphone: new Array<{ askedMs: number; openMs: number }>() };
    window.lilliputTaps = taps;
    const original = Reflect.get(AudioNode.prototype, 'connect') as (this: AudioNode, ...args: unknown[]) => AudioNode;
    const listen = (node: AudioNode, tap: Tap): void => {
      const { context } = node;
      const processor = context.createScriptProcessor(tapFrames, 1, 1);
      processor.addEventListener('audioprocess', (event) => {
        tap.firstAtSeconds ??= event.playbackTime;
        tap.blocks.push(new Float32Array(event.inputBuffer.getChannelData(0)));
        tap.offsetsMs.push(performance.timeOrigin + performance.now() - context.currentTime * 1000);
      });
      original.call(node, processor);
      original.call(processor, context.destination);
    };
    const ears = new WeakSet<AudioNode>();
    // The page reads the microphone's track; here it goes into the audio graph, whose queue (some 10 ms) is part of the tap.
    let microphone: MediaStream | null = null;
    let voice: BaseAudioContext | null = null;
    const listenToMouth = (): void => {
      if (microphone === null || !(voice instanceof AudioContext)) return;
      listen(voice.createMediaStreamSource(microphone), taps.mouth);
      microphone = null;
    };
    Reflect.set(AudioNode.prototype, 'connect', function connect(this: AudioNode, ...args: unknown[]) {
      const [target] = args;
      // The call's own voice, not the ringing.
      if (target instanceof AudioDestinationNode && this instanceof AudioWorkletNode && !ears.has(this)) {
        ears.add(this);
        listen(this, taps.ear);
        voice = this.context;
        listenToMouth();
      }
      return original.apply(this, args);
    });
    const devices = navigator.mediaDevices;
    const getUserMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const askedMs = performance.timeOrigin + performance.now();
      const stream = await getUserMedia(constraints);
      taps.microphone.push({ askedMs, openMs: performance.timeOrigin + performance.now() });
      microphone = stream;
      listenToMouth();
      return stream;
    };
  });

const sampleRateHz = 48_000;

/** All that went through one tap since it was installed. */
export async function heardAt(page: Page, which: 'mouth' | 'ear'): Promise<Tapped> {
  const found = await page.evaluate((name) => {
    const tap = window.lilliputTaps?.[name];
    if (tap === undefined || tap.firstAtSeconds === null) return null;
    const out = new Int16Array(tap.blocks.reduce((sum, block) => sum + block.length, 0));
    let at = 0;
    for (const block of tap.blocks) for (const sample of block) out[at++] = Math.round(sample * 32_767);
    const bytes = new Uint8Array(out.buffer);
    let binary = '';
    for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCodePoint(...bytes.subarray(i, i + 8192));
    // Rendering runs ahead of the clock by what the device buffers; the median is neither its start nor its end.
    const offsets = tap.offsetsMs.toSorted((left, right) => left - right);
    const offsetMs = offsets[Math.floor(offsets.length / 2)] ?? Number.NaN;
    return { text: btoa(binary), startMs: offsetMs + tap.firstAtSeconds * 1000 };
  }, which);
  if (found === null) throw new Error(`nothing went through the ${which}`);
  const bytes = Uint8Array.from(Buffer.from(found.text, 'base64'));
  return { samples: new Int16Array(bytes.buffer), startMs: found.startMs };
}

/** How long opening the microphone took, each time. */
export const microphoneOpenings = (page: Page): Promise<readonly { readonly askedMs: number; readonly openMs: number }[]> =>
  page.evaluate(() => window.lilliputTaps?.microphone ?? []);

/** Resolves once `seconds` of sound went through the ear. */
export async function waitForSound(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction((frames) => (window.lilliputTaps?.ear.blocks.length ?? 0) * 4096 > frames, seconds * sampleRateHz, {
    timeout: 60_000,
  });
}
