/**
 * Both ends' voice in a loop, as `../allocations.test.ts` starts it: what is spoken is encoded, packed, remembered, crosses a
 * cable, is judged, buffered, decoded and stretched, and feedback goes back. Only sockets and ciphers, which are Node's own,
 * are left out. Prints what a frame of 10 ms takes of the heap.
 */
import { createAudioReceiver, createAudioSender } from '../../../../main/media/audio/index.ts';
import { anyPacking } from '../../../../main/media/packing-limits.ts';
import { createArrivalRecord } from '../../../../main/media/transport/arrival-record.ts';
import { emptyFeedbackReport } from '../../../../main/media/transport/congestion-feedback.ts';
import { createReceptionStatistics } from '../../../../main/media/transport/reception-statistics.ts';
import { createReplayWindow } from '../../../../main/media/transport/replay-window.ts';
import { createSentPackets } from '../../../../main/media/transport/sent-packets.ts';
import { cleanLink, createLink, type LinkConditions } from '../../../quality/simulation/link.ts';
import { mulberry32, synthSpeech } from '../synth-speech.ts';
import { leastBytesPerFrame } from './least-bytes.ts';

const opusPayloadType = 111;
const frameSamples = 480;
const headerBytes = 70;
const slots = 64;
const maxPayload = 4_000;

/** @returns what one frame of 10 ms does */
function createLoop(conditions: Partial<LinkConditions>): (tick: number) => void {
  const random = mulberry32(7);
  const link = createLink({ ...cleanLink, ...conditions }, random);
  const speech = synthSpeech(4, 7);
  const frames = Array.from({ length: speech.length / frameSamples }, (_, i) =>
    speech.subarray(i * frameSamples, (i + 1) * frameSamples),
  );
  /** Packets on the cable, with a view of each length made beforehand: what Node's sockets would give. */
  const bytes = Array.from({ length: slots }, () => new Uint8Array(maxPayload));
  const views = bytes.map((slot) => Array.from({ length: 600 }, (_, length) => slot.subarray(0, length)));
  const lengths = new Int32Array(slots);
  const sequences = new Int32Array(slots);
  const redundant = new Uint8Array(slots);
  const [timestamps, arrivals, clock] = [new Float64Array(slots), new Float64Array(slots), new Float64Array(1)];
  let [sent, taken, sequence] = [0, 0, 65_000];
  const report = emptyFeedbackReport();
  const record = createArrivalRecord();
  const reception = createReceptionStatistics();
  const window = createReplayWindow();
  const nowMs = (): number => clock[0] ?? 0;
  const packets = createSentPackets((number, sentAtMs, size, arrivedAtMs) =>
    sender.packetFate(number, sentAtMs, size, arrivedAtMs),
  );
  const receiver = createAudioReceiver({ opusPayloadType, trace: null });
  const sender = createAudioSender({
    firstTimestamp: 0xff_ff_00_00,
    opusPayloadType,
    redundancy: () => true,
    packing: () => anyPacking,
    nowMs,
    send(payload, timestamp, _marker, isRed) {
      sequence = (sequence + 1) & 0xff_ff;
      packets.sent(sequence, nowMs(), payload.length + headerBytes);
      const atMs = link.take(payload.length + headerBytes, nowMs());
      if (Number.isNaN(atMs) || payload.length > maxPayload) return sequence;
      const slot = sent % slots;
      bytes[slot]?.set(payload);
      lengths[slot] = payload.length;
      sequences[slot] = sequence;
      redundant[slot] = isRed ? 1 : 0;
      timestamps[slot] = timestamp;
      arrivals[slot] = atMs;
      sent += 1;
      return sequence;
    },
  });
  const heard = new Int16Array(frameSamples);

  function arrive(slot: number): void {
    const [number, timestamp, atMs] = [sequences[slot] ?? 0, timestamps[slot] ?? 0, arrivals[slot] ?? 0];
    if (window.judge(number) !== 'fresh') return;
    window.accept(number);
    reception.packet(number, timestamp, atMs);
    record.packet(number, atMs);
    const payload = views[slot]?.[lengths[slot] ?? 0];
    if (payload !== undefined) receiver.packet(payload, redundant[slot] === 1, number, timestamp, atMs);
  }

  return (tick) => {
    clock[0] = 1_000.37 + tick * 10;
    sender.capture(frames[tick % frames.length] ?? null);
    for (; taken < sent && (arrivals[taken % slots] ?? 0) <= nowMs(); taken += 1) arrive(taken % slots);
    if (tick % 10 === 0 && record.report(nowMs(), report)) {
      report.reportTime = (tick * 655) >>> 0;
      packets.report(report, nowMs());
      sender.feedback(nowMs(), 100);
    }
    receiver.pull(heard, nowMs());
  };
}

// Our own caller's choice of what to print.
const conditions = JSON.parse(process.argv[2] ?? '{}') as Partial<LinkConditions>;
process.stdout.write(JSON.stringify(leastBytesPerFrame(createLoop(conditions))));
