import { createAudioSender } from '../../../main/media/audio/index.ts';
import { anyPacking } from '../../../main/media/packing-limits.ts';
import { createOpusDecoder } from '../../../native-shims/opus/index.ts';
import { speechLike } from '../../lab/speech-like.ts';
import { median, single, type Bench, type Figure } from '../figures.ts';

/** One frame is 20 ms. */
const frameMicroseconds = 20_000;
const seconds = 5;
const deviceFrameSamples = 480;
const rounds = 11;

interface Round {
  readonly encodeMicroseconds: number;
  readonly decodeMicroseconds: number;
}

/** The call's own sender, so with the encoder settings of a call; and the decoder its receiver uses. */
function measure(speech: Int16Array): Round {
  const packets: Uint8Array[] = [];
  const sender = createAudioSender({
    firstTimestamp: 0,
    opusPayloadType: 111,
    redundancy: () => false,
    packing: () => anyPacking,
    nowMs: () => performance.now(),
    send: (payload) => packets.push(Uint8Array.from(payload)) - 1,
  });
  // CPU time, not the clock: one thread's work is the same whoever else wants the core.
  const encodeFrom = process.cpuUsage();
  for (let at = 0; at + deviceFrameSamples <= speech.length; at += deviceFrameSamples) {
    sender.capture(speech.subarray(at, at + deviceFrameSamples));
  }
  const encode = process.cpuUsage(encodeFrom);
  sender.stop();
  const decoder = createOpusDecoder();
  const decodeFrom = process.cpuUsage();
  for (const packet of packets) decoder.decode(packet);
  const decode = process.cpuUsage(decodeFrom);
  decoder.free();
  return {
    encodeMicroseconds: (encode.user + encode.system) / packets.length,
    decodeMicroseconds: (decode.user + decode.system) / packets.length,
  };
}

export const opus: Bench = {
  name: 'opus',
  what:
    'CPU time to encode and decode one 20 ms frame of generated speech, with the settings of a call (complexity 5, 32 kbit/s), ' +
    `through the call’s own sender; the median of ${rounds} rounds of ${seconds} s.`,
  async run() {
    const speech = speechLike(seconds, 3);
    // The first round compiles.
    measure(speech);
    const found = Array.from({ length: rounds }, () => measure(speech));
    const share = (figure: Figure, name: string): Figure =>
      single(name, '% of a frame', (figure.value / frameMicroseconds) * 100, rounds);
    const encode = median(
      'encode a frame',
      'µs',
      found.map((round) => round.encodeMicroseconds),
    );
    const decode = median(
      'decode a frame',
      'µs',
      found.map((round) => round.decodeMicroseconds),
    );
    return [encode, share(encode, 'encode, of real time'), decode, share(decode, 'decode, of real time')];
  },
};
