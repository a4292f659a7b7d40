import { describe, expect, it } from 'vitest';
import {
  accountKeyOf,
  createAccount,
  createCertificateBook,
  createSequenceMemory,
  deviceKeysOf,
  issueCertificate,
  movedAccount,
  movedAtMs,
  openCertificate,
  takenBack,
  withTimelyCertificate,
} from '../../../main/identity/index.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { keyPairFromSeed } from '../../../native-shims/sodium/index.ts';
import { dayMs, seededRandom, someDayMs } from './fixtures.ts';

const at = (seed: string, nowMs: number) => ({ random: seededRandom(seed), nowMs });
const device = (secrets: Parameters<typeof deviceKeysOf>[0]): string => toHex(deviceKeysOf(secrets).publicKey);

describe('an account that moved to another computer', () => {
  it('is known to have, and since when, once the certificate of that computer was seen', async () => {
    const old = await createAccount('wren', at('wren', someDayMs));
    const moved = movedAccount(old, at('moved', someDayMs + dayMs));
    const { memory, check } = createCertificateBook(createSequenceMemory());
    expect(check(old.certificate, someDayMs)).not.toBeNull();
    expect(movedAtMs(old, memory)).toBeNull();
    expect(check(moved.certificate, someDayMs + dayMs)).not.toBeNull();
    expect(movedAtMs(old, memory)).toBe(Math.floor((someDayMs + dayMs) / 1000) * 1000);
    expect(movedAtMs(moved, memory)).toBeNull();
  });

  it('has not when its own certificate was renewed, nor by the word of anybody else', async () => {
    const old = await createAccount('wren', at('wren', someDayMs));
    const renewed = withTimelyCertificate(old, someDayMs + 80 * dayMs);
    const stranger = await createAccount('wren', at('stranger', someDayMs + 90 * dayMs));
    const { memory, check } = createCertificateBook(createSequenceMemory());
    check(renewed.certificate, someDayMs + 80 * dayMs);
    check(stranger.certificate, someDayMs + 90 * dayMs);
    expect(movedAtMs(renewed, memory)).toBeNull();
    expect(renewed).not.toBe(old);
  });

  it('is told of when that is seen, whoever sees it', async () => {
    const old = await createAccount('wren', at('wren', someDayMs));
    const { memory } = createCertificateBook(createSequenceMemory());
    const told: string[] = [];
    memory.onCertificate((account) => told.push(account));
    memory.raise('claim', accountKeyOf(old), 5);
    memory.raise('certificate', accountKeyOf(old), 5);
    expect(told).toEqual([accountKeyOf(old)]);
  });

  it('comes back with a device whose certificate outranks all that were seen, also by a clock that is behind', async () => {
    const old = await createAccount('wren', at('wren', someDayMs));
    const moved = movedAccount(old, at('moved', someDayMs + 2 * dayMs));
    const { memory, check } = createCertificateBook(createSequenceMemory());
    check(moved.certificate, someDayMs + 2 * dayMs);
    const back = takenBack(old, memory, at('back', someDayMs + dayMs));
    expect(movedAtMs(back, memory)).toBeNull();
    expect(openCertificate(back.certificate)?.sequence).toBeGreaterThan(openCertificate(moved.certificate)?.sequence ?? 0);
    expect(device(back)).not.toBe(device(old));
    expect(accountKeyOf(back)).toBe(accountKeyOf(old));
    expect(back.doorSeed).toEqual(old.doorSeed);
  });
});

describe('the proof for a device that was replaced', () => {
  it('is the certificate that took its place, if it was met', async () => {
    const old = await createAccount('wren', at('wren', someDayMs));
    const moved = movedAccount(old, at('moved', someDayMs + dayMs));
    const nowMs = someDayMs + 2 * dayMs;
    const { check, successor } = createCertificateBook(createSequenceMemory());
    expect(successor(old.certificate, nowMs)).toBeNull();
    check(old.certificate, nowMs);
    expect(successor(old.certificate, nowMs)).toBeNull();
    check(moved.certificate, nowMs);
    expect(successor(old.certificate, nowMs)).toEqual({
      account: accountKeyOf(old),
      device: device(old),
      successor: moved.certificate,
    });
    expect(successor(moved.certificate, nowMs)).toBeNull();
  });

  it('is kept for as many people as anybody has, and no more', async () => {
    const { check, successor } = createCertificateBook(createSequenceMemory());
    const first = await createAccount('wren', at('wren', someDayMs));
    const moved = movedAccount(first, at('moved', someDayMs));
    check(moved.certificate, someDayMs);
    const random = seededRandom('crowd');
    for (let index = 0; index < 1_000; index += 1)
      check(issueCertificate(keyPairFromSeed(random.bytes(32)), random.bytes(32), 5, someDayMs), someDayMs);
    expect(successor(first.certificate, someDayMs)).toBeNull();
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['noise', new Uint8Array(300).fill(7)],
  ])('is none for %s', (_, bytes) => {
    const { check, successor } = createCertificateBook(createSequenceMemory());
    expect([check(bytes, someDayMs), successor(bytes, someDayMs)]).toEqual([null, null]);
  });
});
