import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute, method, StunWriter, type TransportAddress } from '../../../main/stun/index.ts';
import { FakePath, openStage, udpWanted } from './stage.ts';

/** Whoever has proven nothing may have forged its address: what goes there is no more than what came from there. */

type Write = (writer: StunWriter) => void;

const nothing: Write = () => undefined;
const padded =
  (bytes: number, write: Write = nothing): Write =>
  (writer) => {
    write(writer);
    writer.bytes(0x8022, new Uint8Array(bytes)); // SOFTWARE
  };
const stale: Write = (writer) => {
  writer.text(attribute.username, 'a');
  writer.text(attribute.realm, 'r');
  writer.text(attribute.nonce, 'n');
  writer.bytes(attribute.messageIntegrity, new Uint8Array(20));
};

let transactions = 0;
function request(kind: number, write: Write, withFingerprint = false): Buffer {
  transactions += 1;
  const transaction = Buffer.alloc(12);
  transaction.writeUInt32BE(transactions, 0);
  const bytes = Buffer.alloc(1_500);
  const writer = new StunWriter(bytes, kind, 'request', transaction);
  write(writer);
  return bytes.subarray(0, writer.finish(null, withFingerprint));
}

const requests: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['Allocate of the shortest kind', request(method.allocate, udpWanted)],
  ['Allocate with a fingerprint', request(method.allocate, udpWanted, true)],
  ['Allocate with nothing at all', request(method.allocate, nothing)],
  ['Allocate at length', request(method.allocate, padded(60, udpWanted))],
  ['Allocate under a name, with a nonce that is not ours', request(method.allocate, stale)],
  [
    'Allocate with integrity and no name',
    request(method.allocate, (w) => w.bytes(attribute.messageIntegrity, new Uint8Array(20))),
  ],
  ['Refresh', request(method.refresh, nothing)],
  ['CreatePermission', request(method.createPermission, nothing)],
  ['ChannelBind', request(method.channelBind, nothing)],
  ['a method that nobody knows', request(0x00b, nothing)],
  ['Binding with what must be understood', request(method.binding, (writer) => writer.number(0x7777, 1))],
  ['Binding with RESPONSE-PORT', request(method.binding, (writer) => writer.number(0x0027, 1))],
  ['Binding with PADDING', request(method.binding, (writer) => writer.bytes(0x0026, new Uint8Array(200)))],
  [
    'Binding from another host, where there is none',
    request(method.binding, (writer) => writer.number(attribute.changeRequest, 4)),
  ],
  ['Binding at length', request(method.binding, padded(60))],
];

const sources: readonly TransportAddress[] = [
  { family: 4, host: '81.2.69.1', port: 4000 },
  { family: 6, host: '2a00::1', port: 4000 },
];

/** Bytes that a Binding answer is longer than the shortest request, at least: XOR-MAPPED-ADDRESS. */
const bindingExcess = { 4: 12, 6: 24 } as const;

const bytesOut = (path: FakePath): number => path.got.reduce((sum, bytes) => sum + bytes.length, 0);

describe.each(sources)('a source of IPv$family that has proven nothing', (source) => {
  it.each(requests)('is answered no longer than it asked, however often: %s', (_what, bytes) => {
    const stage = openStage();
    const path = new FakePath(source);
    for (let count = 1; count <= 5; count += 1) {
      stage.fromClient(path, bytes);
      expect(bytesOut(path)).toBeLessThanOrEqual(count * bytes.length);
    }
    // It is not that nobody is answered.
    expect(path.got.length).toBeGreaterThan(0);
  });

  it.each([
    ['bare', request(method.binding, nothing)],
    ['with a fingerprint', request(method.binding, nothing, true)],
  ])('hears where it is, %s: the shortest answer that there is', (_what, bytes) => {
    const stage = openStage();
    const path = new FakePath(source);
    stage.fromClient(path, bytes);
    expect(bytesOut(path)).toBe(bytes.length + bindingExcess[source.family]);
  });

  it('gets nothing else whatever it asks, in whatever order', () => {
    const binding = request(method.binding, nothing);
    const kinds = [...requests.map(([, bytes]) => bytes), binding];
    const isEven = (picks: readonly number[]): boolean => {
      const stage = openStage();
      const path = new FakePath(source);
      let received = 0;
      for (const pick of picks) {
        const bytes = kinds[pick % kinds.length] ?? binding;
        // What is left, and said in SECURITY: the few bytes of each bare Binding.
        received += bytes.length + (bytes === binding ? bindingExcess[source.family] : 0);
        stage.nowMs += 150;
        stage.fromClient(path, bytes);
        if (bytesOut(path) > received) return false;
      }
      return true;
    };
    expect(() => fc.assert(fc.property(fc.array(fc.nat(100), { maxLength: 40 }), isEven))).not.toThrow();
  });
});

describe('a challenge', () => {
  it('comes at once to whoever asks at length, and tells of SHA-256', () => {
    const stage = openStage();
    const path = new FakePath({ family: 4, host: '81.2.69.1', port: 4000 });
    stage.fromClient(path, request(method.allocate, padded(60, udpWanted)));
    expect(path.got.map((bytes) => [bytes.length, bytes.includes('obMatJos2')])).toEqual([[84, true]]);
  });

  it('comes to the shortest request when it is repeated, in its shortest form', () => {
    const stage = openStage();
    const path = new FakePath({ family: 4, host: '81.2.69.1', port: 4000 });
    const bytes = request(method.allocate, udpWanted);
    stage.fromClient(path, bytes);
    expect(path.got).toEqual([]);
    stage.fromClient(path, bytes);
    expect(path.got.map(({ length }) => length)).toEqual([56]);
  });

  it('is not waited for on a connection, which has shown that somebody is there', () => {
    const stage = openStage();
    const path = new FakePath({ family: 4, host: '81.2.69.1', port: 4000 }, 'tcp');
    stage.fromClient(path, request(method.allocate, udpWanted));
    expect(path.got).toHaveLength(1);
  });

  it('is not owed to more sources than are remembered', () => {
    const many = { perSecond: 1_000_000, burst: 1_000_000 };
    const stage = openStage({ limits: { strangers: { perNetwork: many, total: many } } });
    const bytes = request(method.allocate, udpWanted);
    const ask = (port: number): number => {
      const path = new FakePath({ family: 4, host: '81.2.69.1', port });
      stage.fromClient(path, bytes);
      return path.got.length;
    };
    for (let port = 1; port <= 5_000; port += 1) ask(port);
    expect([ask(1), ask(5_000)]).toEqual([1, 0]);
  });
});
