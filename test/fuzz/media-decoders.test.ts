import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeWav, encodeWav } from '../../main/media/index.ts';
import { fromMediaMessageSchema, toMediaMessageSchema } from '../../main/media/protocol.ts';
import { parseCandidate } from '../../main/media/transport/candidate-line.ts';
import {
  emptyFeedbackReport,
  maxReportedPackets,
  receivedWord,
  type FeedbackReport,
} from '../../main/media/transport/congestion-feedback.ts';
import { hearingBytes } from '../../main/media/transport/hearing-report.ts';
import {
  emptyRtcpContent,
  maxRtcpBytes,
  readRtcp,
  writeRtcp,
  type RtcpContent,
  type RtcpParts,
} from '../../main/media/transport/rtcp.ts';
import { emptyRtpHeader, readRtpHeader, withoutPadding } from '../../main/media/transport/rtp-packet.ts';
import { parseSdp, sdpMaxChars, writeSdp, type MediaDescription } from '../../main/media/transport/sdp.ts';
import { AppError } from '../../main/ports/app-error.ts';
import { createOpusDecoder, OpusError } from '../../native-shims/opus/index.ts';
import { pcmMaxCredit, PcmReader } from '../../preload/contract/index.ts';
import { mutationsOf } from './mutations.ts';

const description: MediaDescription = {
  iceUfrag: 'abcd',
  icePwd: 'a'.repeat(22),
  fingerprint: `sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  setup: 'actpass',
  opusPayloadType: 111,
  redPayloadType: 63,
  congestionFeedback: true,
  packing: { shortestMs: 10, longestMs: 60, mostBps: 32_000 },
  ssrc: 1234,
  binding: 'b'.repeat(43),
  candidates: [
    { foundation: 'f1', priority: 2_130_706_431, address: '192.168.1.7', port: 5000, type: 'host' },
    { foundation: 'f2', priority: 2_130_706_430, address: '2001:db8::7', port: 5001, type: 'srflx' },
  ],
};
const sdp = writeSdp(description, '42');
const block = {
  ssrc: 7,
  fractionLost: 12,
  cumulativeLost: 3,
  highestSequence: 70_000,
  jitter: 90,
  lastSenderReport: 5,
  delaySinceLastSenderReport: 6,
};
const sender = { wallClockMs: 1_700_000_000_000, rtpTimestamp: 960, packets: 5, octets: 500 };

/** Runs a property; a failure prints fast-check's seed and the smallest example. */
const always =
  <Value>(values: fc.Arbitrary<Value>, check: (value: Value) => boolean, numRuns = 2000) =>
  (): void => {
    fc.assert(fc.property(values, check), { numRuns });
  };

/** True if it gives what it should, or fails as it may. */
function givesOrRefuses(run: () => boolean, refusal: abstract new (...args: never[]) => Error): boolean {
  try {
    return run();
  } catch (error) {
    if (error instanceof refusal) return true;
    throw error;
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const isSafeSdp = (bytes: Uint8Array): boolean => {
  const parsed = parseSdp(text(bytes));
  if (parsed === null) return true;
  const hasFingerprint = /^sha-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/u.test(parsed.fingerprint);
  return hasFingerprint && parsed.candidates.length <= 40 && parsed.opusPayloadType <= 127;
};

const isSafeCandidate = (bytes: Uint8Array): boolean => (parseCandidate(text(bytes))?.port ?? 1) > 0;

const isSafeWav = (bytes: Uint8Array): boolean => givesOrRefuses(() => decodeWav(bytes) instanceof Int16Array, AppError);

const isSafePcm = (bytes: Uint8Array): boolean => {
  const reader = new PcmReader();
  const kind = reader.read(bytes);
  return kind === null || (kind === 'credit' ? reader.value <= pcmMaxCredit : reader.value < 2 ** 32);
};

const passes = (value: unknown): boolean =>
  toMediaMessageSchema.safeParse(value).success || fromMediaMessageSchema.safeParse(value).success;

test('a description reads back as it was written', () => {
  expect(parseSdp(sdp)).toEqual(description);
});

test('any damaged description is a description or null, with every part inside its bounds', () => {
  expect(always(mutationsOf(Buffer.from(sdp)), isSafeSdp)).not.toThrow();
  expect(parseSdp(`${sdp}${'a=x\r\n'.repeat(sdpMaxChars)}`)).toBeNull();
  expect(parseSdp(`${sdp}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n`)).toBeNull();
});

test('a candidate is a literal address with a port over UDP, or nothing', () => {
  const line = 'candidate:f1 1 udp 2130706431 192.168.1.7 5000 typ host generation 0 ufrag abcd';
  expect(parseCandidate(line)).toMatchObject({ address: '192.168.1.7', port: 5000, type: 'host' });
  for (const wrong of [
    line.replace('192.168.1.7', 'example.org'),
    line.replace('192.168.1.7', 'c0ffee.local'),
    line.replace('192.168.1.7', '1.2.3'),
    line.replace('5000', '0'),
    line.replace('5000', '70000'),
    line.replace('udp', 'tcp'),
    line.replace(' 1 udp', ' 2 udp'),
    `${line} ${'x'.repeat(400)}`,
    `${line}\r\na=candidate`,
  ]) {
    expect(parseCandidate(wrong)).toBeNull();
  }
  expect(always(mutationsOf(Buffer.from(line)), isSafeCandidate)).not.toThrow();
});

test('any bytes are RTP inside their own length, or not RTP', () => {
  const header = emptyRtpHeader();
  const valid = Buffer.alloc(60);
  valid.writeUInt8(0xb2, 0);
  valid.writeUInt16BE(2, 22);
  const isInside = (bytes: Uint8Array): boolean => {
    const packet = Buffer.from(bytes);
    if (!readRtpHeader(packet, header)) return true;
    const payload = packet.subarray(header.bytes);
    const unpadded = header.padded ? withoutPadding(payload) : payload;
    return header.bytes >= 12 && header.bytes <= packet.length && (unpadded?.length ?? 0) <= payload.length;
  };
  expect(always(mutationsOf(valid), isInside)).not.toThrow();
});

const rtcp = (parts: Partial<RtcpParts>): Buffer => {
  const buffer = Buffer.alloc(maxRtcpBytes, 0xff);
  return buffer.subarray(0, writeRtcp(buffer, 3, { reports: null, feedback: null, mediaSsrc: 7, bye: false, ...parts }));
};
const read = (bytes: Uint8Array): RtcpContent => {
  const content = emptyRtcpContent();
  readRtcp(Buffer.from(bytes), 7, content);
  return content;
};

test('reports read back as they were written, and damaged ones are survived', () => {
  const report = rtcp({ reports: { sender, block, hearing: null }, bye: true });
  expect(read(report)).toMatchObject({ bye: true, report: block, hasFeedback: false });
  expect(read(rtcp({ reports: { sender: null, block: null, hearing: null } }))).toMatchObject({
    bye: false,
    senderReportNtp: null,
    report: null,
    hasFeedback: false,
  });
  expect(always(mutationsOf(report), (bytes) => typeof read(bytes).bye === 'boolean')).not.toThrow();
});

test('what a side tells of itself reads back, to a tenth of a millisecond, and other applications’ words are no such thing', () => {
  const delay = fc.option(fc.integer({ min: 0, max: 65_534 }).map((tenths) => tenths / 10));
  const hearings = fc.record({
    captureMs: delay,
    packingMs: delay,
    smoothingMs: delay,
    playoutMs: delay,
    concealedFraction: fc.option(fc.integer({ min: 0, max: 65_534 }).map((part) => part / 65_534)),
    lateMs: delay,
  });
  fc.assert(
    fc.property(hearings, fc.nat({ max: 23 }), (hearing, damaged) => {
      const packet = Buffer.from(rtcp({ reports: { sender, block, hearing } }));
      expect(read(packet)).toMatchObject({ report: block, hearing });
      // Application packets come last here: another name, subtype, length or type is not ours, and breaks nothing before it.
      const at = packet.length - hearingBytes;
      packet.writeUInt8(packet.readUInt8(at + damaged) ^ 0x0f, at + damaged);
      const { hearing: back, report } = read(packet);
      expect(report).toEqual(block);
      expect(back === null).toBe([0, 1, 2, 3, 8, 9, 10, 11].includes(damaged));
    }),
  );
});

test('a delay that no message can hold is the longest it can', () => {
  const nothing = { captureMs: null, packingMs: null, smoothingMs: null, playoutMs: null, concealedFraction: null, lateMs: null };
  const hearing = { ...nothing, captureMs: 1e9, packingMs: -3, smoothingMs: Number.NaN, concealedFraction: 7 };
  expect(read(rtcp({ reports: { sender: null, block: null, hearing } })).hearing).toEqual({
    ...nothing,
    captureMs: 6_553.4,
    packingMs: 0,
    concealedFraction: 1,
  });
});

const feedbackOf = (firstSequence: number, ages: readonly (number | null)[], reportTime: number): FeedbackReport => {
  const report = { ...emptyFeedbackReport(), firstSequence, count: ages.length, reportTime };
  for (const [i, ageMs] of ages.entries()) report.words[i] = ageMs === null ? 0 : receivedWord(ageMs);
  return report;
};

test('congestion feedback reads back as it was written, alone or in a compound, up to the longest', () => {
  const ages = fc.array(fc.option(fc.double({ min: -10, max: 20_000, noNaN: true })), {
    minLength: 1,
    maxLength: maxReportedPackets,
  });
  const reports = fc.tuple(fc.nat(0xff_ff), ages, fc.nat(0xff_ff_ff_ff), fc.boolean());
  const isSame = ([first, packets, time, alone]: [number, (number | null)[], number, boolean]): boolean => {
    const feedback = feedbackOf(first, packets, time);
    const { hasFeedback, feedback: back } = read(
      rtcp({ feedback, reports: alone ? null : { sender, block, hearing: null }, bye: !alone }),
    );
    const words = (report: FeedbackReport): string => report.words.subarray(0, report.count).join();
    return hasFeedback && back.firstSequence === first && back.reportTime === time && words(back) === words(feedback);
  };
  expect(always(reports, isSame, 500)).not.toThrow();
});

test('damaged congestion feedback is none, or stays inside its bounds', () => {
  const valid = rtcp({ feedback: feedbackOf(65_530, [0, 3, null, 20, 9000, -1, null], 99) });
  const isInside = (bytes: Uint8Array): boolean => {
    const { hasFeedback, feedback } = read(bytes);
    return !hasFeedback || (feedback.count > 0 && feedback.count <= maxReportedPackets && feedback.firstSequence <= 0xff_ff);
  };
  expect(always(mutationsOf(valid), isInside)).not.toThrow();
  const others = Buffer.from(valid);
  others.writeUInt32BE(8, 8);
  expect(read(others).hasFeedback).toBe(false);
  const boastful = Buffer.from(valid);
  boastful.writeUInt16BE(16_384, 14);
  expect(read(boastful).hasFeedback).toBe(false);
});

test('any WAV is sound or BAD_WAV', () => {
  const valid = encodeWav(Int16Array.from({ length: 300 }, (_, i) => i * 50));
  expect(always(mutationsOf(valid), isSafeWav, 800)).not.toThrow();
});

test('any payload is sound or an OpusError, and the decoder lives on', () => {
  const decoder = createOpusDecoder();
  const payloads = fc.tuple(fc.uint8Array({ maxLength: 1400 }), fc.boolean());
  const isSafe = ([bytes, fec]: [Uint8Array, boolean]): boolean =>
    givesOrRefuses(() => (fec ? decoder.decodeLostFrom(bytes, 0, bytes.length, 960) : decoder.decode(bytes)) <= 5760, OpusError);
  expect(always(payloads, isSafe, 1000)).not.toThrow();
  expect(decoder.conceal(960)).toBe(960);
  decoder.free();
});

test('any bytes from a page are a message or null', () => {
  expect(always(mutationsOf(new Uint8Array(968).fill(1, 0, 1)), isSafePcm)).not.toThrow();
});

test('nothing that is not a message of the protocol passes for one', () => {
  expect(always(fc.anything(), (value) => !passes(value), 1000)).not.toThrow();
});
