import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeCbor, encodeCbor } from '../../main/ports/cbor.ts';
import {
  contactAddressOf,
  createAccount,
  createCertificateCheck,
  createSequenceMemory,
  decodeContactAddress,
  decodeSecrets,
  encodeContactAddress,
  encodeSecrets,
  entropyFromPhrase,
  openCertificate,
} from '../../main/identity/index.ts';
import { AppError } from '../../main/ports/app-error.ts';
import { seededRandom, someDayMs } from '../unit/identity/fixtures.ts';
import { mutationsOf } from './mutations.ts';

const account = await createAccount('wren', { random: seededRandom('fuzz'), nowMs: someDayMs });
const runs = { numRuns: 3000 };

describe('whatever bytes arrive', () => {
  it('as CBOR, are refused or have exactly that encoding', () => {
    fc.assert(
      fc.property(mutationsOf(encodeSecrets(account)), (bytes) => {
        const value = decodeCbor(bytes, z.unknown(), 2000);
        expect(value === null || Buffer.compare(encodeCbor(value), bytes) === 0).toBe(true);
      }),
      runs,
    );
  });

  it('as a device certificate, are the real one or none', () => {
    const check = createCertificateCheck(createSequenceMemory());
    fc.assert(
      fc.property(mutationsOf(account.certificate), (bytes) => {
        const isReal = Buffer.compare(bytes, account.certificate) === 0;
        expect(openCertificate(bytes) !== null).toBe(isReal);
        expect(check(bytes, someDayMs) !== null).toBe(isReal);
      }),
      runs,
    );
  });

  it('as a contact address, have its shape or are none', () => {
    fc.assert(
      fc.property(mutationsOf(encodeContactAddress(contactAddressOf(account.listening))), (bytes) => {
        const address = decodeContactAddress(bytes);
        expect(address === null || (address.base.byteLength === 32 && address.secret.byteLength === 32)).toBe(true);
        expect(address === null || Number.isSafeInteger(address.sequence)).toBe(true);
      }),
      runs,
    );
  });

  it('as account secrets, are complete or called corrupt', () => {
    fc.assert(
      fc.property(mutationsOf(encodeSecrets(account)), (bytes) => {
        expect(outcomeOf(() => Object.keys(decodeSecrets(bytes)).length)).toBeOneOf([
          Object.keys(account).length,
          'STORAGE_CORRUPT',
        ]);
      }),
      runs,
    );
  });
});

describe('whatever is typed as a phrase', () => {
  it('is 16 bytes or an invalid phrase', () => {
    const word = fc.constantFrom('legal', 'winner', 'thank', 'year', 'wave', 'zoo', 'Yellow', '1.', ',', 'ä', '\0');
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        expect(outcomeOf(() => entropyFromPhrase(text).byteLength)).toBeOneOf([16, 'PHRASE_INVALID']);
      }),
      runs,
    );
  });
});

/** The value, or the code of the one kind of error that may be thrown. */
function outcomeOf(run: () => number): number | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}
