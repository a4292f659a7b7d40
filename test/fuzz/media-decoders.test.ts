import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeWav, encodeWav } from '../../main/media/index.ts';
import { fromMediaMessageSchema, toMediaMessageSchema } from '../../main/media/protocol.ts';
import { parseCandidate } from '../../main/media/transport/candidate-line.ts';
import { readRtcp, writeRtcp } from '../../main/media/transport/rtcp.ts';
import { emptyRtpFields, readRtp } from '../../main/media/transport/rtp-packet.ts';
import { parseSdp, sdpMaxChars, writeSdp, type MediaDescription } from '../../main/media/transport/sdp.ts';
import { AppError } from '../../main/ports/app-error.ts';
import { createOpusDecoder, OpusError } from '../../native-shims/opus/index.ts';
import { readPcmMessage } from '../../preload/contract/index.ts';
import { mutationsOf } from './mutations.ts';

const description: MediaDescription = {
  iceUfrag: 'abcd',
  icePwd: 'a'.repeat(22),
  fingerprint: `sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  setup: 'actpass',
  opusPayloadType: 111,
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
  const copy = Uint8Array.from(bytes);
  const message = readPcmMessage(copy.buffer, 0, copy.byteLength);
  return message === null || ['capture', 'playout', 'credit', 'capture-ended'].includes(message.kind);
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
  const fields = emptyRtpFields();
  const valid = Buffer.alloc(60);
  valid.writeUInt8(0xb2, 0);
  valid.writeUInt16BE(2, 22);
  const isInside = (bytes: Uint8Array): boolean => {
    if (!readRtp(Buffer.from(bytes), fields)) return true;
    return fields.payloadOffset >= 12 && fields.payloadEnd >= fields.payloadOffset && fields.payloadEnd <= bytes.length;
  };
  expect(always(mutationsOf(valid), isInside)).not.toThrow();
});

test('reports read back as they were written, and damaged ones are survived', () => {
  const report = writeRtcp(3, sender, block, true);
  expect(readRtcp(report, 7)).toMatchObject({ bye: true, report: block });
  expect(readRtcp(writeRtcp(3, null, null, false), 7)).toEqual({ bye: false, senderReportNtp: null, report: null });
  expect(always(mutationsOf(report), (bytes) => typeof readRtcp(Buffer.from(bytes), 7).bye === 'boolean')).not.toThrow();
});

test('any WAV is sound or BAD_WAV', () => {
  const valid = encodeWav(Int16Array.from({ length: 300 }, (_, i) => i * 50));
  expect(always(mutationsOf(valid), isSafeWav, 800)).not.toThrow();
});

test('any payload is sound or an OpusError, and the decoder lives on', () => {
  const decoder = createOpusDecoder();
  const payloads = fc.tuple(fc.uint8Array({ maxLength: 1400 }), fc.boolean());
  const isSafe = ([bytes, fec]: [Uint8Array, boolean]): boolean =>
    givesOrRefuses(() => (fec ? decoder.decodeLostFrom(bytes) : decoder.decode(bytes)).length <= 5760, OpusError);
  expect(always(payloads, isSafe, 1000)).not.toThrow();
  expect(decoder.conceal().length).toBe(960);
  decoder.free();
});

test('any bytes from a page are a message or null', () => {
  expect(always(mutationsOf(new Uint8Array(968).fill(1, 0, 1)), isSafePcm)).not.toThrow();
});

test('nothing that is not a message of the protocol passes for one', () => {
  expect(always(fc.anything(), (value) => !passes(value), 1000)).not.toThrow();
});
