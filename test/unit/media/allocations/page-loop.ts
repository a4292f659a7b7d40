/**
 * What the page's threads of sound do for a frame, as `../allocations.test.ts` starts it: a message read, its frame handed over to the
 * ring, played and asked for, and the microphone of a 44.1 kHz device resampled and cut into messages. Prints what 10 ms take
 * of the heap.
 */
import { pcmFrameBytes, pcmFrameSamples, pcmKind, PcmReader, writePcmHeader } from '../../../../preload/contract/pcm.ts';
import { CaptureFramer } from '../../../../renderer/audio/capture-framer.ts';
import { LevelMeter } from '../../../../renderer/audio/level-meter.ts';
import { PlayoutCredit } from '../../../../renderer/audio/playout-credit.ts';
import { PlayoutRing } from '../../../../renderer/audio/playout-ring.ts';
import { SharedFrames, sharedFramesBytes } from '../../../../renderer/audio/shared-frames.ts';
import { StreamResampler } from '../../../../renderer/audio/stream-resampler.ts';
import { leastBytesPerFrame } from './least-bytes.ts';

const quantum = 128;
const deviceRateHz = 44_100;
const deviceSamples = deviceRateHz / 100;

const message = new Uint8Array(pcmFrameBytes);
writePcmHeader(new DataView(message.buffer), pcmKind.playout, 1);
for (let i = 0; i < pcmFrameSamples; i += 1) message[8 + 2 * i] = (i * 7) & 0xff;
const reader = new PcmReader();
const frames = new SharedFrames(new SharedArrayBuffer(sharedFramesBytes));
const ring = new PlayoutRing(40 * pcmFrameSamples);
const credit = new PlayoutCredit();
const speaker = new Float32Array(quantum);
const [heard, spoken] = [new LevelMeter(), new LevelMeter()];
let messages = 0;
const framer = new CaptureFramer(() => (messages += 1));
const resampler = new StreamResampler(deviceRateHz, 48_000);
const microphone = Float32Array.from({ length: deviceSamples }, (_, i) => Math.sin(i / 9) / 3);
let [wanted, played] = [0, 0];
const push = (samples: Float32Array, count: number): void => {
  framer.push(samples, count, false);
  spoken.add(samples, count);
};

const perFrame = leastBytesPerFrame((tick) => {
  for (; wanted > 0; wanted -= 1) {
    if (reader.read(message) !== 'playout') throw new Error('the message is not read');
    frames.write(reader.samples);
    const frame = frames.next();
    if (frame === null) throw new Error('the frame did not come over');
    credit.arrived();
    ring.write(frame);
    frames.taken();
  }
  for (; played < (tick + 1) * pcmFrameSamples; played += quantum) {
    const missing = ring.read(speaker, credit.primeSamples);
    heard.add(speaker, quantum);
    wanted += credit.played(quantum, ring.bufferedSamples, missing);
  }
  resampler.push(microphone, deviceSamples, push);
});
if (messages === 0 || heard.take().rms === 0 || spoken.take().rms === 0) throw new Error('nothing was heard');
process.stdout.write(JSON.stringify(perFrame));
