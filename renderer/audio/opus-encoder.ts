import encoderUrl from 'opus-recorder/dist/encoderWorker.min.js?url';
import { opusLeadMs } from './opus-lead.ts';

/**
 * The part of `opus-recorder` that runs in the audio thread: libopus, and pages of Ogg around it. Its own `Recorder` is not used:
 * it opens a microphone and a context beside ours, and asks for `new Function`, which the page's policy refuses.
 */
export { encoderUrl };

/** As the library registers it. */
const processorName = 'encoder-worklet';

/** `opus_defines.h`: OPUS_APPLICATION_VOIP. */
const forVoice = 2_048;
const bitrateBps = 24_000;
/** Of 0…10. A frame of 20 ms costs the audio thread less than 1 ms; what more would buy nobody hears at this rate. */
const complexity = 5;
/** The audio thread may be a piece of sound behind the page's clock. */
const behindMs = 20;
/** 0.8 s: RFC 7845 §4 wants pages of at most one. */
const framesPerPage = 40;

/** RFC 7845 §3: the identification and the comments. */
const headerPages = 2;

type EncoderNews =
  | { readonly message: 'ready' }
  | { readonly message: 'page'; readonly page: Uint8Array<ArrayBuffer> }
  | { readonly message: 'done' };

/** Encodes what is connected to `node`, from `begin` on. */
export interface OpusEncoder {
  readonly node: AudioNode;
  /** Resolves with the whole file once; what comes in after it is left out, but for some hundredths of a second. */
  finish(): Promise<Blob>;
  /** Bytes so far. */
  readonly bytes: number;
  close(): void;
}

export const voiceType = 'audio/ogg; codecs=opus';

/** @param context with the module of `encoderUrl`, at 48 kHz @throws Error if the encoder can't start */
export async function openOpusEncoder(context: BaseAudioContext): Promise<OpusEncoder> {
  const node = new AudioWorkletNode(context, processorName, {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit',
  });
  const { port } = node;
  const lead = new DelayNode(context, { maxDelayTime: opusLeadMs / 1000, delayTime: opusLeadMs / 1000 });
  const pages: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const done = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  const headed = Promise.withResolvers<void>();
  const fail = (): void => {
    const error = new Error('the encoder fell');
    for (const step of [ready, headed, done]) step.reject(error);
  };
  for (const { promise } of [headed, done]) promise.catch(() => undefined); // whoever waits for it hears of it
  node.addEventListener('processorerror', fail);
  port.addEventListener('message', ({ data }: MessageEvent<EncoderNews>) => {
    switch (data.message) {
      case 'ready':
        return ready.resolve();
      case 'page':
        pages.push(data.page);
        bytes += data.page.byteLength;
        return pages.length === headerPages ? headed.resolve() : undefined;
      case 'done':
        return done.resolve();
    }
  });
  port.start();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
  const command = (message: object): void => port.postMessage(message);
  command({
    command: 'init',
    encoderApplication: forVoice,
    encoderBitRate: bitrateBps,
    encoderComplexity: complexity,
    encoderSampleRate: context.sampleRate,
    originalSampleRate: context.sampleRate,
    maxFramesPerPage: framesPerPage,
    numberOfChannels: 1,
  });
  await ready.promise;
  command({ command: 'getHeaderPages' });
  await headed.promise;
  // Not before: it would encode what comes in, be it silence, and its header would count that and overwrite it.
  lead.connect(node);
  return {
    node: lead,
    get bytes() {
      return bytes;
    },
    async finish() {
      // What was said last is still on its way through the silence before it.
      await new Promise((resolve) => setTimeout(resolve, opusLeadMs + behindMs));
      command({ command: 'done' });
      await done.promise;
      return new Blob(pages, { type: voiceType });
    },
    close() {
      command({ command: 'close' });
      port.close();
      lead.disconnect();
    },
  };
}
