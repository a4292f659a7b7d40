import { opusFrameSamples, opusMaxPacketBytes, opusSampleRate } from './format.ts';
import { opusMaxPacketSamples } from './packet.ts';
import { checkOpus, instantiateOpus, OpusError, type OpusBuild } from './wasm-module.ts';

/** opus_defines.h: OPUS_INVALID_PACKET. */
const invalidPacket = -4;

/** All results are views into the decoder's own memory, valid until the next call. */
export interface OpusDecoder {
  /**
   * Decodes one packet; usually 960 samples, up to 5760 if the sender packs longer.
   * @throws OpusError for what is not an Opus packet
   */
  decode(packet: Uint8Array): Int16Array;
  /**
   * The last `samples` before `next` (a multiple of 120; 20 ms by default), from the redundancy `next` carries (RFC 6716
   * §2.1.7); what that does not cover is concealment.
   */
  decodeLostFrom(next: Uint8Array, samples?: number): Int16Array;
  /** `samples` (a multiple of 120; 20 ms by default), guessed from what came before (PLC). */
  conceal(samples?: number): Int16Array;
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

  const run = (packet: Uint8Array | null, frameSamples: number, fec: 0 | 1): Int16Array => {
    if (packet !== null && (packet.length === 0 || packet.length > opusMaxPacketBytes)) {
      throw new OpusError('decode', invalidPacket, 'packet is empty or too long');
    }
    refreshViews();
    if (packet !== null) packetView.set(packet);
    const samples = opus.opus_decode(
      state,
      packet === null ? 0 : packetAt,
      packet === null ? 0 : packet.length,
      pcmAt,
      frameSamples,
      fec,
    );
    checkOpus(opus, 'decode', samples);
    refreshViews();
    return pcmView.subarray(0, samples);
  };

  return {
    decode: (packet) => run(packet, opusMaxPacketSamples, 0),
    decodeLostFrom: (next, samples = opusFrameSamples) => run(next, samples, 1),
    conceal: (samples = opusFrameSamples) => run(null, samples, 0),
    free: () => {
      for (const pointer of [packetAt, pcmAt, state]) opus.free(pointer);
    },
  };
}
