import { opusFrameSamples, opusMaxPacketBytes, opusSampleRate } from './format.ts';
import { checkOpus, instantiateOpus, OpusError, type OpusBuild } from './wasm-module.ts';

/** 120 ms: the longest packet Opus allows (RFC 6716 §3.1); a peer may send it, whatever we agreed. */
const maxPacketSamples = 5760;
/** opus_defines.h: OPUS_INVALID_PACKET. */
const invalidPacket = -4;

/** All results are views into the decoder's own memory, valid until the next call. */
export interface OpusDecoder {
  /**
   * Decodes one packet; usually 960 samples, up to 5760 if the sender packs longer.
   * @throws OpusError for what is not an Opus packet
   */
  decode(packet: Uint8Array): Int16Array;
  /** The lost frame before `next`, from the redundancy `next` carries (RFC 6716 §2.1.7); without any this is concealment. */
  decodeLostFrom(next: Uint8Array): Int16Array;
  /** A lost frame, guessed from what came before (PLC). */
  conceal(): Int16Array;
  free(): void;
}

export function createOpusDecoder(build?: OpusBuild): OpusDecoder {
  const opus = instantiateOpus(build);
  const state = opus.malloc(opus.opus_decoder_get_size(1));
  const pcmAt = opus.malloc(maxPacketSamples * Int16Array.BYTES_PER_ELEMENT);
  const packetAt = opus.malloc(opusMaxPacketBytes);
  checkOpus(opus, 'decoder init', opus.opus_decoder_init(state, opusSampleRate, 1));

  let pcmView = new Int16Array(opus.memory.buffer, pcmAt, maxPacketSamples);
  let packetView = new Uint8Array(opus.memory.buffer, packetAt, opusMaxPacketBytes);
  const refreshViews = (): void => {
    if (pcmView.buffer === opus.memory.buffer) return;
    pcmView = new Int16Array(opus.memory.buffer, pcmAt, maxPacketSamples);
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
    decode: (packet) => run(packet, maxPacketSamples, 0),
    decodeLostFrom: (next) => run(next, opusFrameSamples, 1),
    conceal: () => run(null, opusFrameSamples, 0),
    free: () => {
      for (const pointer of [packetAt, pcmAt, state]) opus.free(pointer);
    },
  };
}
