import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGatewayAnswer, encodeGatewayAnswer } from '../../main/overlay/gateway/gateway-command.ts';
import { dataMaxBytes, decodeFrame, encodeFrame, frameMaxBytes, type Frame } from '../../main/overlay/gateway/frames.ts';
import {
  decodeAnswer,
  decodePurpose,
  decodeRequest,
  encodeAnswer,
  encodePurpose,
  encodeRequest,
  unpackAnswers,
} from '../../main/overlay/gateway/requests.ts';
import { mutationsOf } from './mutations.ts';

const key = new Uint8Array(32).fill(7);
const node = { host: '61.1.1.1', port: 49_737 };
const frames: readonly Frame[] = [
  { type: 'request', id: 1, body: new Uint8Array(40) },
  { type: 'answer', id: 0xff_ff_ff_ff, body: new Uint8Array(3) },
  { type: 'open', id: 3, body: encodePurpose({ kind: 'dial', key }) },
  { type: 'data', id: 3, body: new Uint8Array(dataMaxBytes) },
  { type: 'refusal', id: 9 },
  { type: 'close', id: 3 },
  { type: 'ping', id: 0 },
  { type: 'pong', id: 0 },
];
const requests: readonly Uint8Array[] = [
  encodeRequest({ kind: 'get', target: key }),
  encodeRequest({ kind: 'put', target: key, record: new Uint8Array(900) }),
  encodeRequest({ kind: 'ask', to: node, command: 102, target: key, value: null, token: key }),
  encodeRequest({ kind: 'known' }),
  encodeRequest({ kind: 'lookup', topic: key }),
  encodeRequest({ kind: 'listen', key, signature: new Uint8Array(64) }),
  encodeRequest({ kind: 'unlisten', key }),
];
const answers = {
  get: encodeAnswer('get', {
    records: [key, new Uint8Array(900)],
    answers: [
      ['1.2.3.0/24', 1],
      ['1.2.4.0/24', null],
    ],
  }),
  put: encodeAnswer('put', { storedBy: ['1.2.3.0/24'], refusals: [['1.2.4.0/24', 'STALE', key]] }),
  ask: encodeAnswer('ask', { id: key, error: 0, value: key, token: null }),
  known: encodeAnswer('known', { nodes: [node], gateways: [{ ...node, key }] }),
  lookup: encodeAnswer('lookup', { peers: [[key, [node]]] }),
} as const;

const bytesOf = (bytes: Uint8Array | null): Uint8Array => bytes ?? new Uint8Array();
const always =
  (values: fc.Arbitrary<Uint8Array>, check: (bytes: Uint8Array) => boolean, numRuns = 5_000) =>
  (): void =>
    fc.assert(fc.property(values, check), { numRuns });

describe('what comes out of a Noise session with a gateway', () => {
  it('is a frame that reads as it was written', () => {
    for (const frame of frames) {
      const read = decodeFrame(encodeFrame(frame));
      const body = read !== null && 'body' in read ? { body: new Uint8Array(read.body) } : {};
      expect({ type: read?.type, id: read?.id, ...body }).toEqual({
        ...frame,
        ...('body' in frame ? { body: new Uint8Array(frame.body) } : {}),
      });
    }
  });

  it('is a frame within its bounds or null, whatever the bytes are', () => {
    const near = fc.oneof(...frames.map((frame) => mutationsOf(encodeFrame(frame))));
    const isSafe = (bytes: Uint8Array): boolean => {
      const frame = decodeFrame(bytes);
      return frame === null || !('body' in frame) || frame.body.byteLength <= frameMaxBytes;
    };
    expect(always(near, isSafe)).not.toThrow();
  });

  it('is a request of ours or null, and says the same again', () => {
    const near = fc.oneof(...requests.map(mutationsOf));
    const isSafe = (bytes: Uint8Array): boolean => {
      const request = decodeRequest(bytes);
      return request === null || decodeRequest(encodeRequest(request)) !== null;
    };
    expect(always(near, isSafe)).not.toThrow();
  });

  it('is an answer of its kind or null, and names no record that it did not bring', () => {
    const kinds = ['get', 'put', 'ask', 'known', 'lookup'] as const;
    for (const kind of kinds) {
      expect(decodeAnswer(kind, bytesOf(answers[kind])), kind).not.toBeNull();
      const isSafe = (bytes: Uint8Array): boolean => {
        const answer = decodeAnswer(kind, bytes);
        if (answer === null || kind !== 'get') return true;
        const got = decodeAnswer('get', bytes);
        const unpacked = got === null ? null : unpackAnswers(got);
        return unpacked === null || unpacked.every(({ record }) => record === null || record.byteLength <= 900);
      };
      expect(always(mutationsOf(bytesOf(answers[kind])), isSafe, 2_000), kind).not.toThrow();
    }
  });

  it('is a reason for a pipe or none', () => {
    expect(
      always(
        mutationsOf(encodePurpose({ kind: 'incoming', key })),
        (bytes) => (decodePurpose(bytes)?.key.byteLength ?? 32) === 32,
      ),
    ).not.toThrow();
  });
});

it('a node that says that it is a gateway is believed no more than its form', () => {
  const valid = encodeGatewayAnswer({ port: 443, key, host6: '2a0e:1::1' });
  expect(decodeGatewayAnswer(valid)).toEqual({ port: 443, key, host6: '2a0e:1::1' });
  expect(always(mutationsOf(valid), (bytes) => (decodeGatewayAnswer(bytes)?.port ?? 1) > 0)).not.toThrow();
  // Nobody is sent into a network at home.
  for (const host6 of ['::1', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '61.1.1.1']) {
    expect(decodeGatewayAnswer(encodeGatewayAnswer({ port: 443, key, host6 })), host6).toBeNull();
  }
});
