import { z } from 'zod';
import { blake2b256, keyPairFromSeed } from '../../native-shims/sodium/index.ts';
import { counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import type { Random } from '../ports/random.ts';
import { nextSequence } from './sequence.ts';

/** Matches `ListeningSecret` of the overlay. */
export const listeningSecretSchema = z.object({ seed: fixedBytesField(32), secret: fixedBytesField(32), sequence: counterField });
export type ListeningSecret = Readonly<z.infer<typeof listeningSecretSchema>>;

const contactAddressSchema = z.object({ base: fixedBytesField(32), secret: fixedBytesField(32), sequence: counterField });
/** Matches `ContactAddress` of the overlay. */
export type ContactAddress = Readonly<z.infer<typeof contactAddressSchema>>;

/** About 100 bytes; the rest is room for fields to come. */
export const contactAddressMaxBytes = 256;

/**
 * A fresh secret, unrelated to the last; contacts prefer the higher sequence. One number is left out each time, for the hidden one.
 * @param previous null for a new account
 */
export const newListeningSecret = (previous: ListeningSecret | null, random: Random, nowMs: number): ListeningSecret => ({
  seed: random.bytes(32),
  secret: random.bytes(32),
  sequence: nextSequence((previous?.sequence ?? 0) + 1, nowMs),
});

/**
 * Told to those from whom we hide our address, and to nobody else; both are replaced together. Made from the open one's seed, which no
 * contact knows. Its sequence lies between the open one before and the open one now, so that moving somebody to either is news to them.
 */
export const hiddenListeningOf = ({ seed, sequence }: ListeningSecret): ListeningSecret => ({
  seed: blake2b256(Buffer.from('lilliput/hidden-listening/1'), seed),
  secret: blake2b256(Buffer.from('lilliput/hidden-secret/1'), seed),
  sequence: sequence - 1,
});

/** What contacts are told, in-band. */
export const contactAddressOf = (listening: ListeningSecret): ContactAddress => ({
  base: keyPairFromSeed(listening.seed).publicKey,
  secret: listening.secret,
  sequence: listening.sequence,
});

export const encodeContactAddress = ({ base, secret, sequence }: ContactAddress): Uint8Array =>
  encodeCbor({ base, secret, sequence });

/** Null if the bytes are no address. */
export const decodeContactAddress = (bytes: Uint8Array): ContactAddress | null =>
  decodeCbor(bytes, contactAddressSchema, contactAddressMaxBytes);
