import { describe, expect, it } from 'vitest';
import type {
  CertificateCheck,
  ContactAddress,
  LinkIdentity,
  ListeningSecret,
  SignatureCheck,
} from '../../../main/overlay/people.ts';
import { toHex } from '../../../main/ports/hex.ts';
import {
  accountKeyOf,
  checkSignature,
  contactAddressOf,
  createAccount,
  createCertificateCheck,
  createSequenceMemory,
  decodeContactAddress,
  decodeSecrets,
  deviceKeysOf,
  encodeContactAddress,
  encodeSecrets,
  entropyFromPhrase,
  issueCertificate,
  linkIdentityOf,
  openCertificate,
  phraseFromEntropy,
  phraseOf,
  restoreAccount,
  rootKeysOf,
  seal,
  hiddenListeningOf,
  withNewListening,
  withTimelyCertificate,
} from '../../../main/identity/index.ts';
import { keyPairFromSeed } from '../../../native-shims/sodium/index.ts';
import { dayMs, hourMs, seededRandom, someDayMs } from './fixtures.ts';

const newCheck = (): CertificateCheck => createCertificateCheck(createSequenceMemory());

const moment = (seed: string, nowMs = someDayMs) => ({ random: seededRandom(seed), nowMs });

describe('the recovery phrase', () => {
  it('is the BIP-39 phrase of its entropy (the standard test vector)', () => {
    expect(phraseFromEntropy(new Uint8Array(16).fill(0x7f)).join(' ')).toBe(
      'legal winner thank year wave sausage worth useful legal winner thank yellow',
    );
  });

  it('may be typed in any case, with any spacing, numbered or with commas', () => {
    const typed = '1. Legal  2. winner, thank\nyear wave SAUSAGE worth useful legal winner thank\tyellow ';
    expect(entropyFromPhrase(typed)).toEqual(new Uint8Array(16).fill(0x7f));
  });

  it.each([
    ['legal winner thank', 'word-count'],
    ['legal winner thank year wave sausage worth useful legal winner thank yellowish', 'unknown-word'],
    ['legal winner thank year wave sausage worth useful legal winner thank legal', 'checksum'],
    ['', 'word-count'],
  ])('is refused with a reason: %s', (typed, reason) => {
    expect(() => entropyFromPhrase(typed)).toThrow(expect.objectContaining({ code: 'PHRASE_INVALID', reason }));
  });

  it('brings the same account back, on a device with keys of its own', async () => {
    const original = await createAccount('wren', moment('first'));
    const restored = await restoreAccount('wren', phraseOf(original).join(' '), moment('second', someDayMs + dayMs));
    expect(accountKeyOf(restored)).toBe(accountKeyOf(original));
    expect(deviceKeysOf(restored).publicKey).not.toEqual(deviceKeysOf(original).publicKey);
    expect(restored.listening.sequence).toBeGreaterThan(original.listening.sequence);
    expect(restored.claimSequence).toBeGreaterThan(original.claimSequence);
  });

  it('gives this root key for ever: a change would lose every account', async () => {
    const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
    const account = await restoreAccount('wren', phrase, moment('x'));
    expect(accountKeyOf(account)).toBe('ffc853df787fdd5fd0e00c0330d47f09f0a54790fb91d6e47e9f17d4e5293cae');
  });
});

describe('secrets', () => {
  it('come back from their bytes as they were', async () => {
    const secrets = await createAccount('wren', moment('secrets'));
    expect(decodeSecrets(encodeSecrets(secrets))).toEqual(secrets);
  });

  it('that are damaged are called corrupt', async () => {
    const bytes = encodeSecrets(await createAccount('wren', moment('secrets')));
    const damaged = bytes.subarray(0, bytes.byteLength - 1);
    expect(() => decodeSecrets(damaged)).toThrow(expect.objectContaining({ code: 'STORAGE_CORRUPT' }));
  });

  it('keep their certificate until a month before its end, then get a higher one', async () => {
    const secrets = await createAccount('wren', moment('secrets'));
    expect(withTimelyCertificate(secrets, someDayMs + 59 * dayMs)).toBe(secrets);
    const renewed = openCertificate(withTimelyCertificate(secrets, someDayMs + 61 * dayMs).certificate);
    const original = openCertificate(secrets.certificate);
    expect(renewed?.sequence).toBeGreaterThan(original?.sequence ?? Infinity);
    expect(renewed?.until).toBe(someDayMs + 151 * dayMs);
    const afterClockFix = openCertificate(withTimelyCertificate(secrets, someDayMs - 40 * dayMs).certificate);
    expect(afterClockFix?.sequence).toBe((original?.sequence ?? 0) + 1);
    expect(afterClockFix?.from).toBeLessThan(someDayMs - 40 * dayMs);
  });
});

describe('a device certificate', () => {
  const root = keyPairFromSeed(new Uint8Array(32).fill(1));
  const device = keyPairFromSeed(new Uint8Array(32).fill(2)).publicKey;
  const holder = { account: toHex(root.publicKey), device: toHex(device) };

  it('says whose device it is, for 90 days, and to friends whose clock is a little behind', () => {
    const certificate = issueCertificate(root, device, 5, someDayMs);
    expect(newCheck()(certificate, someDayMs)).toEqual(holder);
    expect(newCheck()(certificate, someDayMs - 23 * hourMs)).toEqual(holder);
    expect(newCheck()(certificate, someDayMs - 25 * hourMs)).toBeNull();
    expect(newCheck()(certificate, someDayMs + 90 * dayMs - 1)).toEqual(holder);
    expect(newCheck()(certificate, someDayMs + 90 * dayMs)).toBeNull();
  });

  it('stays refused once a later one was seen, also by a check made after a restart', () => {
    const memory = createSequenceMemory();
    const old = issueCertificate(root, device, 5, someDayMs);
    const current = issueCertificate(root, device, 6, someDayMs);
    expect(createCertificateCheck(memory)(old, someDayMs)).toEqual(holder);
    expect(createCertificateCheck(memory)(current, someDayMs)).toEqual(holder);
    expect(createCertificateCheck(memory)(old, someDayMs)).toBeNull();
    expect(createCertificateCheck(memory)(current, someDayMs)).toEqual(holder);
  });

  it('does not raise the memory by a forged or an outdated one, so nobody can lock an owner out', () => {
    const memory = createSequenceMemory();
    const forger = keyPairFromSeed(new Uint8Array(32).fill(9));
    const forged = { root: root.publicKey, device, sequence: 99, floor: 99, from: someDayMs, until: someDayMs + dayMs };
    expect(createCertificateCheck(memory)(seal('lilliput/device/1', forged, forger.secretKey), someDayMs)).toBeNull();
    expect(createCertificateCheck(memory)(issueCertificate(root, device, 50, someDayMs - 200 * dayMs), someDayMs)).toBeNull();
    expect(memory.highest('certificate', holder.account)).toBe(0);
  });

  it('that wants to live longer than certificates do, or revokes itself, is malformed', () => {
    const fields = { root: root.publicKey, device, sequence: 1, floor: 1, from: someDayMs, until: someDayMs + dayMs };
    expect(openCertificate(seal('lilliput/device/1', fields, root.secretKey))).not.toBeNull();
    const eternal = { ...fields, until: someDayMs + 92 * dayMs };
    expect(openCertificate(seal('lilliput/device/1', eternal, root.secretKey))).toBeNull();
    expect(openCertificate(seal('lilliput/device/1', { ...fields, floor: 2 }, root.secretKey))).toBeNull();
    expect(openCertificate(seal('lilliput/claim/1', fields, root.secretKey))).toBeNull();
  });
});

describe('who we are on a link', () => {
  it('is what a friend can check with the certificate and the signature', async () => {
    const secrets = await createAccount('wren', moment('link'));
    const identity: LinkIdentity = linkIdentityOf(secrets);
    const check: SignatureCheck = checkSignature;
    const holder = createCertificateCheck(createSequenceMemory())(identity.certificate, someDayMs);
    expect(holder).toEqual({ account: toHex(rootKeysOf(secrets).publicKey), device: identity.device });
    const signature = identity.sign('lilliput/hello/1', Buffer.from('hash'));
    expect(check(identity.device, 'lilliput/hello/1', Buffer.from('hash'), signature)).toBe(true);
    expect(check(identity.account, 'lilliput/hello/1', Buffer.from('hash'), signature)).toBe(false);
  });
});

describe('the listening secret', () => {
  it('is replaced as a whole, with a higher sequence, even within one second or with a clock set back', async () => {
    const before = await createAccount('wren', moment('listening'));
    const after = withNewListening(before, moment('rotated', someDayMs - dayMs));
    const listening: ListeningSecret = after.listening;
    expect(listening.sequence).toBe(before.listening.sequence + 2);
    expect(listening.seed).not.toEqual(before.listening.seed);
    expect(listening.secret).not.toEqual(before.listening.secret);
  });

  it('has a hidden one beside it, from a number of its own, that cannot be told from what contacts know', async () => {
    const before = await createAccount('wren', moment('listening'));
    const after = withNewListening(before, moment('rotated', someDayMs - dayMs));
    const hidden = hiddenListeningOf(after.listening);
    expect(hidden.sequence).toBeGreaterThan(before.listening.sequence);
    expect(hidden.sequence).toBeLessThan(after.listening.sequence);
    expect(hiddenListeningOf(after.listening)).toEqual(hidden);
    expect(hidden.seed).not.toEqual(after.listening.seed);
    expect(hidden.secret).not.toEqual(after.listening.secret);
    expect(hidden.seed).not.toEqual(hidden.secret);
    expect(hidden.secret).not.toEqual(hiddenListeningOf(before.listening).secret);
  });

  it('is told to contacts as an address that survives the wire, and tells them nothing of the seed', async () => {
    const { listening } = await createAccount('wren', moment('listening'));
    const address: ContactAddress = contactAddressOf(listening);
    expect(decodeContactAddress(encodeContactAddress(address))).toEqual(address);
    expect(address.base).toEqual(keyPairFromSeed(listening.seed).publicKey);
    expect(toHex(encodeContactAddress(address))).not.toContain(toHex(listening.seed));
    expect(decodeContactAddress(encodeContactAddress({ ...address, base: new Uint8Array(31) }))).toBeNull();
  });
});
