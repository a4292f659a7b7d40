import { opusFrameSamples, opusMaxPacketBytes, opusSampleRate } from './format.ts';
import { checkOpus, instantiateOpus, type OpusBuild } from './wasm-module.ts';

/** opus_defines.h: request numbers of the control interface. */
const applicationAudio = 2049;
const setBitrate = 4002;
const setComplexity = 4010;
const getLookahead = 4027;

const channels = 2;

export interface StereoEncoderOptions {
  readonly bitrateBps: number;
  /** 0…10 */
  readonly complexity: number;
  readonly build?: OpusBuild;
}

export interface OpusStereoEncoder {
  /** Samples (48 kHz) at the beginning of what is decoded that are not in what was encoded: the pre-skip of RFC 7845 §5.1. */
  readonly lookaheadSamples: number;
  /**
   * Encodes one 20 ms frame of 960 samples, left and right in turn. The packet returned is a view into the encoder's own
   * memory, valid until the next call: nothing is copied.
   * @throws OpusError
   */
  encode(pcm: Int16Array): Uint8Array;
  free(): void;
}

/** For files: two channels, tuned for fidelity. Calls use `createOpusEncoder`. */
export function createOpusStereoEncoder(options: StereoEncoderOptions): OpusStereoEncoder {
  const opus = instantiateOpus(options.build);
  const state = opus.malloc(opus.opus_encoder_get_size(channels));
  const samples = opusFrameSamples * channels;
  const pcmAt = opus.malloc(samples * Int16Array.BYTES_PER_ELEMENT);
  const packetAt = opus.malloc(opusMaxPacketBytes);
  checkOpus(opus, 'encoder init', opus.opus_encoder_init(state, opusSampleRate, channels, applicationAudio));
  const control = (request: number, value: number): void => {
    checkOpus(opus, `encoder control ${request}`, opus.opus_encoder_ctl_set(state, request, value));
  };
  control(setBitrate, options.bitrateBps);
  control(setComplexity, options.complexity);
  const lookaheadSamples = checkOpus(opus, 'encoder lookahead', opus.opus_encoder_ctl_get(state, getLookahead));

  // Views die when the memory grows; they are made again only then.
  let pcmView = new Int16Array(opus.memory.buffer, pcmAt, samples);
  let packetView = new Uint8Array(opus.memory.buffer, packetAt, opusMaxPacketBytes);
  const refreshViews = (): void => {
    if (pcmView.buffer === opus.memory.buffer) return;
    pcmView = new Int16Array(opus.memory.buffer, pcmAt, samples);
    packetView = new Uint8Array(opus.memory.buffer, packetAt, opusMaxPacketBytes);
  };

  return {
    lookaheadSamples,
    encode(pcm) {
      if (pcm.length !== samples) throw new RangeError(`a stereo frame has ${samples} samples`);
      refreshViews();
      pcmView.set(pcm);
      const bytes = checkOpus(opus, 'encode', opus.opus_encode(state, pcmAt, opusFrameSamples, packetAt, opusMaxPacketBytes));
      refreshViews();
      return packetView.subarray(0, bytes);
    },
    free: () => {
      for (const pointer of [packetAt, pcmAt, state]) opus.free(pointer);
    },
  };
}
