import { z } from 'zod';
import { keyPairFromSeed } from '../../native-shims/sodium/index.ts';
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

/** A fresh secret, unrelated to the last; contacts prefer the higher sequence. @param previous null for a new account */
export const newListeningSecret = (previous: ListeningSecret | null, random: Random, nowMs: number): ListeningSecret => ({
  seed: random.bytes(32),
  secret: random.bytes(32),
  sequence: nextSequence(previous?.sequence ?? 0, nowMs),
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
