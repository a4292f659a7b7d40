import { opusMaxPacketBytes, opusSampleRate } from './format.ts';
import { opusMaxPacketSamples } from './packet.ts';
import { checkOpus, instantiateOpus, OpusError, type OpusBuild } from './wasm-module.ts';

/** opus_defines.h: OPUS_INVALID_PACKET. */
const invalidPacket = -4;

/** Each call leaves its samples at the beginning of `pcm` and returns how many they are. Nothing is copied or allocated. */
export interface OpusDecoder {
  /** The decoder's own memory, valid until the next call. */
  readonly pcm: Int16Array;
  /**
   * Decodes the packet in `bytes[start…start+length)`; usually 960 samples, up to 5760 if the sender packs longer.
   * @throws OpusError for what is not an Opus packet
   */
  decode(bytes: Uint8Array, start?: number, length?: number): number;
  /**
   * The last `samples` (a multiple of 120) before the packet `next[start…start+length)`, from the redundancy it carries (RFC
   * 6716 §2.1.7); what that does not cover is concealment.
   */
  decodeLostFrom(next: Uint8Array, start: number, length: number, samples: number): number;
  /** `samples` (a multiple of 120), guessed from what came before (PLC). */
  conceal(samples: number): number;
  free(): void;
}

export function createOpusDecoder(build?: OpusBuild): OpusDecoder {
  const opus = instantiateOpus(build);
  const state = opus.malloc(opus.opus_decoder_get_size(1));
  const pcmAt = opus.malloc(opusMaxPacketSamples * Int16Array.BYTES_PER_ELEMENT);
  const packetAt = opus.malloc(opusMaxPacketBytes);
  checkOpus(opus, 'decoder init', opus.opus_decoder_init(state, opusSampleRate, 1));

  let pcmView = new Int16Array(opus.memory.buffer, pcmAt, opusMaxPacketSamples);
  let packetView = new Uint8Array(opus.memory.buffer, packetAt, opusMaxPacketBytes);
  const refreshViews = (): void => {
    if (pcmView.buffer === opus.memory.buffer) return;
    pcmView = new Int16Array(opus.memory.buffer, pcmAt, opusMaxPacketSamples);
    packetView = new Uint8Array(opus.memory.buffer, packetAt, opusMaxPacketBytes);
  };

  const run = (bytes: Uint8Array | null, start: number, length: number, frameSamples: number, fec: 0 | 1): number => {
    if (bytes !== null && (length <= 0 || length > opusMaxPacketBytes)) {
      throw new OpusError('decode', invalidPacket, 'packet is empty or too long');
    }
    refreshViews();
    if (bytes !== null) for (let i = 0; i < length; i += 1) packetView[i] = bytes[start + i] ?? 0;
    const samples = opus.opus_decode(state, bytes === null ? 0 : packetAt, length, pcmAt, frameSamples, fec);
    checkOpus(opus, 'decode', samples);
    refreshViews();
    return samples;
  };

  return {
    get pcm() {
      return pcmView;
    },
    decode: (bytes, start = 0, length = bytes.length - start) => run(bytes, start, length, opusMaxPacketSamples, 0),
    decodeLostFrom: (next, start, length, samples) => run(next, start, length, samples, 1),
    conceal: (samples) => run(null, 0, 0, samples, 0),
    free: () => {
      for (const pointer of [packetAt, pcmAt, state]) opus.free(pointer);
    },
  };
}
