import { isIPv4 } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkAnswers,
  createRecordValidator,
  createWorkCheck,
  decide,
  openRecord,
  targetOf,
} from '../../main/directory/index.ts';
import { createSequenceMemory } from '../../main/identity/index.ts';
import { decodeBlindRelayAnswer } from '../../main/overlay/blind-relay/blind-relay-wire.ts';
import {
  decodeGetAnswer,
  decodePutAnswer,
  encodePutAnswer,
  isHeldAnswer,
  matchesDigest,
  recordDigest,
} from '../../main/overlay/directory/directory-wire.ts';
import { decodeAddresses, encodeAddresses } from '../../main/overlay/joining/introductions.ts';
import { decodeProbeQuestion, encodeProbeQuestion } from '../../main/overlay/role/probe-command.ts';
import { cheapWork, networksNamed, newAccount, recordOf } from '../unit/directory/fixtures.ts';
import { someDayMs } from '../unit/identity/fixtures.ts';
import { mutationsOf } from './mutations.ts';

const record = await recordOf(await newAccount('wren', 'fuzz'), someDayMs);
const isReal = (bytes: Uint8Array): boolean => Buffer.compare(bytes, record) === 0;

describe('whatever bytes arrive as a directory record', () => {
  it('are the real one or none', () => {
    fc.assert(
      fc.property(mutationsOf(record), (bytes) => {
        expect(openRecord(bytes) !== null).toBe(isReal(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it('are stored by a supernode only if they are the real one, whatever it holds', async () => {
    const validator = createRecordValidator(cheapWork);
    const held = fc.option(fc.oneof(fc.constant(record), mutationsOf(record)));
    await fc.assert(
      fc.asyncProperty(mutationsOf(record), held, fc.boolean(), async (bytes, before, isOtherName) => {
        const target = targetOf(isOtherName ? 'robin' : 'wren');
        const { verdict } = await validator.judge(target, bytes, before, someDayMs, null);
        expect(verdict === 'store').toBe(isReal(bytes) && !isOtherName);
      }),
      { numRuns: 1000 },
    );
  });

  it('make no reader believe in anybody, even if every network says the same', async () => {
    const isWorked = createWorkCheck(cheapWork);
    await fc.assert(
      fc.asyncProperty(mutationsOf(record), async (bytes) => {
        fc.pre(!isReal(bytes));
        const answers = networksNamed(20).map((network) => ({ network, record: bytes }));
        const decision = decide(await checkAnswers(answers, 'wren', isWorked), createSequenceMemory(), someDayMs);
        expect(decision).toEqual({ result: 'not-found' });
      }),
      { numRuns: 500 },
    );
  });
});

describe('whatever bytes arrive between supernodes', () => {
  it('as an answer to a get, are a record within its bounds or none', () => {
    fc.assert(
      fc.property(fc.oneof(mutationsOf(record), fc.uint8Array({ maxLength: 2_000 })), (bytes) => {
        const answer = decodeGetAnswer(bytes);
        expect(answer.record?.byteLength ?? 0).toBeLessThanOrEqual(900);
        expect(answer.isNewcomer && answer.record !== null).toBe(false);
        expect(Buffer.compare(answer.record ?? bytes, bytes)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('as an answer to a put, are one of its outcomes that says the same again, or none', () => {
    const answers = fc.oneof(
      mutationsOf(encodePutAnswer({ stored: false, code: 'NAME_TAKEN', held: record })),
      fc.uint8Array({ maxLength: 2_000 }),
    );
    fc.assert(
      fc.property(answers, (bytes) => {
        const answer = decodePutAnswer(bytes);
        if (answer === null) return;
        expect(answer.stored ? 0 : (answer.held?.byteLength ?? 0)).toBeLessThanOrEqual(900);
        expect(decodePutAnswer(encodePutAnswer(answer))).toEqual(answer);
      }),
      { numRuns: 2000 },
    );
  });

  it('as a digest, are that of this very record or of none', () => {
    fc.assert(
      fc.property(mutationsOf(recordDigest(record)), (bytes) => {
        expect(matchesDigest(record, bytes)).toBe(Buffer.compare(bytes, recordDigest(record)) === 0);
        expect(isHeldAnswer(bytes)).toBe(bytes.byteLength === 1 && bytes[0] === 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('as an introduction, a question to dial or the key of a relay, are within their bounds or nothing', () => {
    const nodes = [1, 2, 3].map((index) => ({ host: `81.2.69.${index}`, port: 4_000 }));
    const seen = fc.oneof(
      mutationsOf(encodeAddresses(nodes)),
      mutationsOf(encodeProbeQuestion({ port: 4_000, nonce: new Uint8Array(16) })),
      fc.uint8Array({ maxLength: 200 }),
    );
    fc.assert(
      fc.property(seen, (bytes) => {
        const named = decodeAddresses(bytes) ?? [];
        expect(named.length).toBeLessThanOrEqual(4);
        for (const { host, port } of named) expect([isIPv4(host), port > 0 && port <= 65_535]).toEqual([true, true]);
        const question = decodeProbeQuestion(bytes);
        expect(question === null || (question.port >= 1_024 && question.nonce.byteLength === 16)).toBe(true);
        expect(decodeBlindRelayAnswer(bytes)?.byteLength ?? 32).toBe(32);
      }),
      { numRuns: 2000 },
    );
  });
});
