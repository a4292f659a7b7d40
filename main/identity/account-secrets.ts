import { z } from 'zod';
import { keyPairFromSeed, type KeyPair } from '../../native-shims/sodium/index.ts';
import { AppError } from '../ports/app-error.ts';
import { boundedBytesField, counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import { toHex } from '../ports/hex.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { issueCertificate, needsRenewal, openCertificate } from './device-certificate.ts';
import { listeningSecretSchema, newListeningSecret } from './listening.ts';
import { entropyFromPhrase, phraseEntropyBytes, phraseFromEntropy, rootSeedFromEntropy } from './phrase.ts';
import { nextSequence, type SequenceTopic } from './sequence.ts';

const secretsSchema = z.object({
  version: z.literal(1),
  /** The mapped username this account claims. */
  name: z.string().min(1).max(64),
  /** The recovery phrase, as the 16 bytes it stands for. */
  entropy: fixedBytesField(phraseEntropyBytes),
  rootSeed: fixedBytesField(32),
  deviceSeed: fixedBytesField(32),
  /** Root-signed certificate of the device key. */
  certificate: boundedBytesField(512),
  /** Sequence of the root-signed name claim. */
  claimSequence: counterField,
  doorSeed: fixedBytesField(32),
  listening: listeningSecretSchema,
});

/** Everything private of one account on one device. Leaves the process only sealed by a `KeyVault`. */
export type AccountSecrets = Readonly<z.infer<typeof secretsSchema>>;

/** About 500 bytes. */
const maxSecretsBytes = 4096;

export interface Moment {
  readonly random: Random;
  readonly nowMs: number;
}

/** A new account: a root key from a new recovery phrase. `name` must already be mapped. */
export const createAccount = (name: string, moment: Moment): Promise<AccountSecrets> =>
  accountFromEntropy(name, moment.random.bytes(phraseEntropyBytes), moment);

/**
 * The same account again, on a new device: same root, everything else new; its certificate outranks those of the lost device.
 * @throws AppError PHRASE_INVALID
 */
export const restoreAccount = (name: string, phrase: string, moment: Moment): Promise<AccountSecrets> =>
  accountFromEntropy(name, entropyFromPhrase(phrase), moment);

async function accountFromEntropy(name: string, entropy: Uint8Array, { random, nowMs }: Moment): Promise<AccountSecrets> {
  const rootSeed = await rootSeedFromEntropy(entropy);
  const deviceSeed = random.bytes(32);
  const device = keyPairFromSeed(deviceSeed).publicKey;
  return {
    version: 1,
    name,
    entropy,
    rootSeed,
    deviceSeed,
    certificate: issueCertificate(keyPairFromSeed(rootSeed), device, nextSequence(0, nowMs), nowMs),
    claimSequence: nextSequence(0, nowMs),
    doorSeed: random.bytes(32),
    listening: newListeningSecret(null, random, nowMs),
  };
}

export const rootKeysOf = (secrets: AccountSecrets): KeyPair => keyPairFromSeed(secrets.rootSeed);
export const deviceKeysOf = (secrets: AccountSecrets): KeyPair => keyPairFromSeed(secrets.deviceSeed);
/** What strangers know of us beside the name: the key of our mailbox. */
export const mailboxKeysOf = (secrets: AccountSecrets): KeyPair => keyPairFromSeed(secrets.doorSeed);
export const doorKeyOf = (secrets: AccountSecrets): Uint8Array => mailboxKeysOf(secrets).publicKey;
export const accountKeyOf = (secrets: AccountSecrets): AccountKey => toHex(rootKeysOf(secrets).publicKey);
export const phraseOf = (secrets: AccountSecrets): readonly string[] => phraseFromEntropy(secrets.entropy);

/** After somebody was blocked: new values for everybody else. */
export const withNewListening = (secrets: AccountSecrets, { random, nowMs }: Moment): AccountSecrets => ({
  ...secrets,
  listening: newListeningSecret(secrets.listening, random, nowMs),
});

/**
 * The same account on another computer, from an archive: a device of its own, whose certificate revokes the one before, and a new way to
 * it for contacts. Its mailbox stays, so that what waits there is not lost. `known`: the highest numbers that were seen, from whatever device.
 */
export function movedAccount(
  secrets: AccountSecrets,
  { random, nowMs }: Moment,
  known: Readonly<Record<SequenceTopic, number>> = { certificate: 0, claim: 0 },
): AccountSecrets {
  const moved = withNewListening({ ...secrets, deviceSeed: random.bytes(32) }, { random, nowMs });
  const before = Math.max(known.certificate, openCertificate(secrets.certificate)?.sequence ?? 0);
  return withClaimAbove(withCertificateAbove(moved, before, nowMs), known.claim, nowMs);
}

/** The same object if the certificate has more than a month left. */
export function withTimelyCertificate(secrets: AccountSecrets, nowMs: number): AccountSecrets {
  const current = openCertificate(secrets.certificate);
  if (current !== null && !needsRenewal(current, nowMs)) return secrets;
  return withCertificateAbove(secrets, current?.sequence ?? 0, nowMs);
}

/** A certificate that outranks `sequence`: after restoring, when the directory still shows the lost device with a later one. */
export const withCertificateAbove = (secrets: AccountSecrets, sequence: number, nowMs: number): AccountSecrets => ({
  ...secrets,
  certificate: issueCertificate(rootKeysOf(secrets), deviceKeysOf(secrets).publicKey, nextSequence(sequence, nowMs), nowMs),
});

/** A claim that outranks `sequence`, likewise. */
export const withClaimAbove = (secrets: AccountSecrets, sequence: number, nowMs: number): AccountSecrets => ({
  ...secrets,
  claimSequence: nextSequence(Math.max(sequence, secrets.claimSequence), nowMs),
});

export const encodeSecrets = (secrets: AccountSecrets): Uint8Array => encodeCbor(secrets);

/** @throws AppError STORAGE_CORRUPT */
export function decodeSecrets(bytes: Uint8Array): AccountSecrets {
  const secrets = decodeCbor(bytes, secretsSchema, maxSecretsBytes);
  if (secrets === null) throw new AppError('STORAGE_CORRUPT', 'account secrets are unreadable');
  return secrets;
}
