import { describe, expect, test } from 'vitest';
import { createAudioReceiver, createAudioSender } from '../../../../main/media/audio/index.ts';
import { createRedReader } from '../../../../main/media/audio/red.ts';
import { anyPacking } from '../../../../main/media/packing-limits.ts';
import { opusPacketBandwidthHz, opusPacketMode, opusPacketSamples } from '../../../../native-shims/opus/index.ts';
import { mulberry32, synthSpeech } from '../synth-speech.ts';

interface SentPacket {
  readonly sequence: number;
  readonly atMs: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly redundant: boolean;
  readonly payload: Uint8Array;
  /** What a frame holds at the bitrate of that moment, if a narrow place was known. */
  readonly narrowBytes: number;
}

/** A sender that speaks into a network whose losses are told every 100 ms. @param voice what is said, or how long, s */
function speak(
  voice: number | Int16Array,
  isLost: (index: number) => boolean,
  delayMs: (packet: SentPacket) => number = () => 50,
  redundancy = true,
) {
  const speech = typeof voice === 'number' ? synthSpeech(voice, 8) : voice;
  const sent: SentPacket[] = [];
  let nowMs = 0;
  const sender = createAudioSender({
    firstTimestamp: 0xff_ff_f0_00,
    opusPayloadType: 111,
    redundancy: () => redundancy,
    packing: () => anyPacking,
    nowMs: () => nowMs,
    send(payload, timestamp, marker, redundant) {
      const sequence = (65_500 + sent.length) & 0xff_ff;
      const { bitrateBps, frameMs, capacityBps } = sender.statistics;
      const narrowBytes = capacityBps === null ? Number.POSITIVE_INFINITY : (bitrateBps * frameMs) / 8_000;
      sent.push({ sequence, atMs: nowMs, timestamp, marker, redundant, payload: payload.slice(), narrowBytes });
      return sequence;
    },
  });
  let told = 0;
  for (let at = 0; at + 480 <= speech.length; at += 480) {
    nowMs += 10;
    sender.capture(speech.subarray(at, at + 480));
    if (nowMs % 100 !== 0) continue;
    for (; told < sent.length; told += 1) {
      const packet = sent[told];
      if (packet === undefined) break;
      const arrivedAtMs = isLost(told) ? Number.NaN : packet.atMs + delayMs(packet);
      sender.packetFate(packet.sequence, packet.atMs, packet.payload.length + 56, arrivedAtMs);
    }
    sender.feedback(nowMs, 100);
  }
  return { sent, sender };
}

describe('through a relay', () => {
  test('every packet has the same length, whatever is spoken, muted or not', () => {
    const speech = synthSpeech(6, 8);
    const sent: number[] = [];
    let nowMs = 0;
    let sequence = 0;
    const sender = createAudioSender({
      firstTimestamp: 0,
      opusPayloadType: 111,
      redundancy: () => false,
      packing: () => anyPacking,
      nowMs: () => nowMs,
      send: (payload) => {
        sent.push(payload.length);
        sequence += 1;
        return sequence;
      },
    });
    sender.setConstantRate(true);
    for (let at = 0; at + 480 <= speech.length; at += 480) {
      nowMs += 10;
      sender.setMuted(nowMs > 3_000 && nowMs < 4_000);
      sender.capture(speech.subarray(at, at + 480));
    }
    expect(sent.length).toBe(300);
    expect(new Set(sent).size).toBe(1);
    expect(sender.statistics.dtx).toBe(false);
    sender.stop();
  });
});

test('how packets are coded is told: as speech at first, as any sound once the way has proven to carry it', () => {
  const atFirst = speak(0.01, () => false).sender;
  expect(atFirst.statistics).toMatchObject({ codecMode: null, bandwidthHz: null });
  const { sender: early, sent } = speak(1, () => false);
  const toc = sent.at(-1)?.payload[0] ?? 0;
  expect(early.statistics).toMatchObject({ codecMode: opusPacketMode(toc), bandwidthHz: opusPacketBandwidthHz(toc) });
  expect(early.statistics.codecMode).not.toBe('celt');
  const { sender: late, sent: all } = speak(30, () => false);
  expect(late.statistics).toMatchObject({ codecMode: 'celt', bandwidthHz: 20_000 });
  // The encoder has been told of the greater bitrate, too.
  const newest = all.filter(({ atMs }) => atMs > 25_000);
  const bitrateBps = newest.reduce((bits, { payload }) => bits + 8 * payload.length, 0) / 5;
  expect(bitrateBps / late.statistics.bitrateBps).toBeGreaterThan(0.8);
  expect(bitrateBps / late.statistics.bitrateBps).toBeLessThan(1.05);
  for (const sender of [atFirst, early, late]) sender.stop();
});

describe('what the sender puts into packets', () => {
  test('is one frame each as long as all of them arrive', () => {
    const { sent, sender } = speak(3, () => false);
    expect(sent.every(({ redundant }) => !redundant)).toBe(true);
    expect(sent.map(({ marker }) => marker)).toEqual(sent.map((_, index) => index === 0));
    for (const [index, { timestamp }] of sent.entries()) expect(timestamp).toBe((0xff_ff_f0_00 + index * 960) >>> 0);
    expect(sender.statistics).toMatchObject({
      copies: 0,
      spreadMs: 0,
      fecPercent: 0,
      lossShare: 0,
      capacityBps: null,
      frameMs: 20,
    });
    sender.stop();
  });

  test('is the same frames once more, each under its own time, when some get lost', () => {
    const random = mulberry32(5);
    const { sent, sender } = speak(6, () => random() < 0.15);
    const reader = createRedReader(111);
    const frames = new Map<number, string>();
    let copies = 0;
    for (const { redundant, payload, timestamp } of sent) {
      const blocks = redundant ? reader.read(payload) : 0;
      expect(blocks > 1).toBe(redundant);
      const primary = redundant ? payload.subarray(reader.start(blocks - 1)) : payload;
      expect(opusPacketSamples(primary)).toBe(960);
      for (let block = 0; block < blocks - 1; block += 1) {
        const start = reader.start(block);
        const copy = payload.subarray(start, start + reader.length(block));
        expect(Buffer.from(copy).toString('hex')).toBe(frames.get((timestamp - reader.offsetUnits(block)) >>> 0));
        copies += 1;
      }
      frames.set(timestamp, Buffer.from(primary).toString('hex'));
    }
    expect(copies).toBeGreaterThan(150);
    expect(sender.statistics.lossShare).toBeGreaterThan(0.04);
    expect(sender.statistics.copies).toBeGreaterThan(0);
    sender.stop();
  });

  test('is less, in longer frames, when a queue grows, and time stays right across the change', () => {
    // 24 kbit/s carry it: each packet waits for those before it.
    let freeAtMs = 0;
    const { sent, sender } = speak(
      6,
      () => false,
      ({ atMs, payload }) => {
        freeAtMs = Math.max(freeAtMs, atMs) + ((payload.length + 70) * 8) / 24;
        return freeAtMs - atMs + 50;
      },
    );
    expect(sender.statistics.capacityBps).not.toBeNull();
    expect(Math.max(...sent.map(({ payload }) => opusPacketSamples(payload)))).toBeGreaterThan(960);
    // Nothing loud or sudden holds up what comes behind it.
    for (const { payload, narrowBytes } of sent) expect(payload.length).toBeLessThanOrEqual(1.2 * narrowBytes + 1);
    // libopus takes a narrower band for fewer bits, by itself.
    expect(sender.statistics.bandwidthHz).toBeLessThan(20_000);
    // After a pause that was left out, the marker says so; between all others no moment is missing.
    const steps = sent
      .slice(1)
      .flatMap((packet, index) => (packet.marker ? [] : [(packet.timestamp - (sent[index]?.timestamp ?? 0)) >>> 0]));
    const lengths = sent
      .slice(0, -1)
      .flatMap(({ payload }, index) => (sent[index + 1]?.marker === true ? [] : [opusPacketSamples(payload)]));
    expect(steps).toEqual(lengths);
    sender.stop();
  });
});

test('a pause that is left out on a narrow line is comfort at the other end, not a loss', () => {
  const pauseFromMs = 12_000;
  const voice = new Int16Array(18 * 48_000);
  voice.set(synthSpeech(12, 8));
  const random = mulberry32(9);
  for (let i = pauseFromMs * 48; i < voice.length; i += 1) voice[i] = Math.round((random() - 0.5) * 60);
  let freeAtMs = 0;
  const arrivals = new Map<SentPacket, number>();
  const { sent, sender } = speak(
    voice,
    () => false,
    (packet) => {
      freeAtMs = Math.max(freeAtMs, packet.atMs) + ((packet.payload.length + 70) * 8) / 17;
      arrivals.set(packet, freeAtMs + 50);
      return freeAtMs + 50 - packet.atMs;
    },
    false,
  );
  expect(sender.statistics.dtx).toBe(true);
  const receiver = createAudioReceiver({ opusPayloadType: 111, trace: null });
  const frame = new Int16Array(480);
  const before = { concealedMs: 0, comfortMs: 0 };
  let next = 0;
  for (let nowMs = 10; nowMs < 18_000; nowMs += 10) {
    for (let packet = sent[next]; packet !== undefined && (arrivals.get(packet) ?? Infinity) <= nowMs; packet = sent[next]) {
      receiver.packet(packet.payload, packet.redundant, packet.sequence, packet.timestamp, arrivals.get(packet) ?? 0);
      next += 1;
    }
    receiver.pull(frame, nowMs);
    // The voice's end has come by then.
    if (nowMs === pauseFromMs + 1_000) Object.assign(before, receiver.statistics);
  }
  expect(receiver.statistics.concealedMs - before.concealedMs).toBeLessThan(200);
  expect(receiver.statistics.comfortMs - before.comfortMs).toBeGreaterThan(3_000);
  sender.stop();
  receiver.stop();
});

test('the encoder thinks harder where there is time for it, and its packets show that', () => {
  const speech = synthSpeech(6, 8);
  /** @param frameTakesMs by the clock */
  const packetsOf = (frameTakesMs: number) => {
    const packets: { payload: string; complexity: number }[] = [];
    let looks = 0;
    let startMs = 0;
    const sender = createAudioSender({
      firstTimestamp: 0,
      opusPayloadType: 111,
      redundancy: () => false,
      packing: () => anyPacking,
      // The clock goes on by as much each time it is looked at: once before the frame is encoded, once after.
      nowMs: () => startMs + frameTakesMs * (looks += 1),
      send: (payload) =>
        packets.push({ payload: Buffer.from(payload).toString('hex'), complexity: sender.statistics.complexity }),
    });
    for (let at = 0; at + 480 <= speech.length; at += 480) {
      startMs += 10;
      looks = 0;
      sender.capture(speech.subarray(at, at + 480));
    }
    sender.stop();
    return packets;
  };
  // 4 % of real time is no reason for a change; nothing at all is one for more.
  const [steady, eager] = [packetsOf(0.8), packetsOf(0)];
  const raisedAt = eager.findIndex(({ complexity }, index) => complexity > (steady[index]?.complexity ?? 0));
  expect(raisedAt).toBeGreaterThan(60);
  expect(new Set(steady.map(({ complexity }) => complexity)).size).toBe(1);
  const same = eager.map(({ payload }, index) => payload === steady[index]?.payload);
  expect(same.slice(0, raisedAt)).not.toContain(false);
  expect(same.slice(raisedAt)).toContain(false);
});

test('no frame of speech is thrown away for the sake of its length, where a narrow line loses packets and no copies are sent', () => {
  const random = mulberry32(3);
  let freeAtMs = 0;
  const { sent, sender } = speak(
    25,
    () => random() < 0.1,
    ({ atMs, payload }) => {
      freeAtMs = Math.max(freeAtMs, atMs) + ((payload.length + 70) * 8) / 34;
      return freeAtMs - atMs + 50;
    },
    false,
  );
  const { capacityBps, fecPercent, frameMs } = sender.statistics;
  expect(capacityBps).not.toBeNull();
  expect([fecPercent > 0, frameMs > 20]).toEqual([true, true]);
  // Two bytes stand for a frame that libopus could not make as short as it was told.
  expect(sent.filter(({ payload }) => payload.length <= 2)).toEqual([]);
  expect(sent.some(({ payload, narrowBytes }) => payload.length > 1.3 * narrowBytes)).toBe(true);
  sender.stop();
});

test('a mute is silence, and whoever speaks into it is still noticed', () => {
  const sizes: number[] = [];
  const sender = createAudioSender({
    firstTimestamp: 0,
    opusPayloadType: 111,
    redundancy: () => false,
    packing: () => anyPacking,
    nowMs: () => 0,
    send: (payload) => sizes.push(payload.length),
  });
  const speech = synthSpeech(2, 3);
  const speakingMs = (): number => sender.statistics.speakingMs;
  const silence = new Int16Array(480);
  for (let i = 0; i < 50; i += 1) sender.capture(silence);
  expect(speakingMs()).toBe(0);
  sender.setMuted(true);
  for (let at = 0; at + 480 <= speech.length; at += 480) sender.capture(speech.subarray(at, at + 480));
  const spoken = speakingMs();
  expect(spoken).toBeGreaterThan(1_000);
  // What was said hangs over a pause between words, and no longer; who has no microphone says nothing.
  for (let i = 0; i < 100; i += 1) sender.capture(silence);
  expect(speakingMs() - spoken).toBeLessThanOrEqual(300);
  const before = speakingMs();
  for (let i = 0; i < 50; i += 1) sender.capture(null);
  expect(speakingMs()).toBe(before);
  // Nothing of it is in the packets: they are about as small as those of silence.
  expect(Math.max(...sizes.slice(25))).toBeLessThan(1.5 * Math.max(...sizes.slice(0, 25)));
  sender.stop();
});
