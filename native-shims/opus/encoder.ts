import { opusMaxPacketBytes, opusSampleRate } from './format.ts';
import { checkOpus, instantiateOpus, type OpusBuild } from './wasm-module.ts';

/** opus_defines.h: request numbers of the control interface. */
const applicationVoip = 2048;
const setBitrate = 4002;
const setVbr = 4006;
const setComplexity = 4010;
const setInbandFec = 4012;
const setPacketLossPercent = 4014;
const setDtx = 4016;
const setSignal = 4024;
const signalVoice = 3001;
const signalMusic = 3002;

/** Frames that hold speech well: 20, 40 and 60 ms, in samples; and 10 ms, which save 10 ms of delay and cost 28 kbit/s of headers. */
export const opusFrameLengths: readonly number[] = [480, 960, 1920, 2880];
const longestFrame = 2880;

export interface EncoderOptions {
  readonly bitrateBps: number;
  /** 0…10. Measured for 20 ms at 32 kbit/s: 5 takes 290–390 µs, 10 takes 550–620 µs. */
  readonly complexity: number;
  readonly inbandFec: boolean;
  /** What the encoder should expect; at 0 in-band FEC writes nothing. */
  readonly packetLossPercent: number;
  readonly dtx: boolean;
  readonly build?: OpusBuild;
}

export interface OpusEncoder {
  /**
   * Encodes one frame: 480, 960, 1920 or 2880 samples, 48 kHz mono; the length may change from frame to frame. The packet
   * returned is a view into the encoder's own memory, valid until the next call: nothing is copied, and nothing allocated
   * once a packet of that length has been seen.
   * @param mostBytes no packet is longer: what is loud or sudden is coded more coarsely instead
   * @throws OpusError
   * @throws RangeError for a frame of another length
   */
  encode(pcm: Int16Array, mostBytes?: number): Uint8Array;
  setBitrate(bitrateBps: number): void;
  /** 0…10. */
  setComplexity(complexity: number): void;
  setInbandFec(on: boolean): void;
  setPacketLossPercent(percent: number): void;
  setDtx(on: boolean): void;
  /**
   * Where the bitrate allows (22 kbit/s), code by transform alone (CELT), as libopus would for music; off at first, which lets it
   * model speech (SILK) up to 76 kbit/s. At 64 kbit/s that takes a third of the time and keeps as much of a voice (ESTOI .992
   * either way, at 48 .987 and .988); it has no in-band FEC, and what it invents for lost packets is worse.
   */
  setTransform(on: boolean): void;
  /** Every packet as long as the bitrate says, whatever is spoken; off at first. */
  setConstantRate(on: boolean): void;
  free(): void;
}

export function createOpusEncoder(options: EncoderOptions): OpusEncoder {
  const opus = instantiateOpus(options.build);
  const state = opus.malloc(opus.opus_encoder_get_size(1));
  const pcmAt = opus.malloc(longestFrame * Int16Array.BYTES_PER_ELEMENT);
  const packetAt = opus.malloc(opusMaxPacketBytes);
  checkOpus(opus, 'encoder init', opus.opus_encoder_init(state, opusSampleRate, 1, applicationVoip));
  const control = (request: number, value: number): void => {
    checkOpus(opus, `encoder control ${request}`, opus.opus_encoder_ctl_set(state, request, value));
  };
  control(setBitrate, options.bitrateBps);
  control(setComplexity, options.complexity);
  control(setSignal, signalVoice);
  control(setInbandFec, options.inbandFec ? 1 : 0);
  control(setPacketLossPercent, options.packetLossPercent);
  control(setDtx, options.dtx ? 1 : 0);

  // Views die when the memory grows; they are made again only then.
  let pcmView = new Int16Array(opus.memory.buffer, pcmAt, longestFrame);
  /** One view for each packet length that was ever seen. */
  let packetViews: (Uint8Array | undefined)[] = Array.from({ length: opusMaxPacketBytes + 1 });
  const refreshViews = (): void => {
    if (pcmView.buffer === opus.memory.buffer) return;
    pcmView = new Int16Array(opus.memory.buffer, pcmAt, longestFrame);
    packetViews = Array.from({ length: opusMaxPacketBytes + 1 });
  };

  return {
    encode(pcm, mostBytes = opusMaxPacketBytes) {
      if (!opusFrameLengths.includes(pcm.length)) throw new RangeError(`no frame has ${pcm.length} samples`);
      refreshViews();
      pcmView.set(pcm);
      const most = Math.min(mostBytes, opusMaxPacketBytes);
      const bytes = checkOpus(opus, 'encode', opus.opus_encode(state, pcmAt, pcm.length, packetAt, most));
      refreshViews();
      return (packetViews[bytes] ??= new Uint8Array(opus.memory.buffer, packetAt, bytes));
    },
    setBitrate: (bitrateBps) => control(setBitrate, Math.round(bitrateBps)),
    setComplexity: (complexity) => control(setComplexity, Math.max(0, Math.min(10, Math.round(complexity)))),
    setInbandFec: (on) => control(setInbandFec, on ? 1 : 0),
    setPacketLossPercent: (percent) => control(setPacketLossPercent, Math.max(0, Math.min(100, Math.round(percent)))),
    setDtx: (on) => control(setDtx, on ? 1 : 0),
    setTransform: (on) => control(setSignal, on ? signalMusic : signalVoice),
    setConstantRate: (on) => control(setVbr, on ? 0 : 1),
    free: () => {
      for (const pointer of [packetAt, pcmAt, state]) opus.free(pointer);
    },
  };
}
