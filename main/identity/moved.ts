import { toHex } from '../ports/hex.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import { accountKeyOf, movedAccount, type AccountSecrets, type Moment } from './account-secrets.ts';
import { createCertificateCheck, type CertifiedDevice } from './certificate-check.ts';
import { isCertificateTimely, openCertificate } from './device-certificate.ts';
import type { SequenceMemory } from './sequence.ts';

/**
 * When another computer took the account over, as far as was seen; null: nothing was. Only the account's root signs certificates, and their
 * numbers are the seconds in which they were made (`nextSequence`).
 */
export function movedAtMs(secrets: AccountSecrets, memory: Pick<SequenceMemory, 'highest'>): number | null {
  const own = openCertificate(secrets.certificate)?.sequence ?? 0;
  const highest = memory.highest('certificate', accountKeyOf(secrets));
  return highest > own ? highest * 1000 : null;
}

/** The account on this computer again: a device of its own, whose certificate revokes that of the computer that had it meanwhile. */
export function takenBack(secrets: AccountSecrets, memory: Pick<SequenceMemory, 'highest'>, moment: Moment): AccountSecrets {
  const account = accountKeyOf(secrets);
  return movedAccount(secrets, moment, {
    certificate: memory.highest('certificate', account),
    claim: memory.highest('claim', account),
  });
}

/** Sequence memory that tells when a certificate's number has risen. */
export interface WatchedMemory extends SequenceMemory {
  /** The latest listener wins. */
  onCertificate(listener: (account: AccountKey) => void): void;
}

function watched(memory: SequenceMemory): WatchedMemory {
  let listener: ((account: AccountKey) => void) | null = null;
  return {
    highest: (topic, account) => memory.highest(topic, account),
    raise(topic, account, sequence) {
      memory.raise(topic, account, sequence);
      if (topic === 'certificate') listener?.(account);
    },
    onCertificate(next) {
      listener = next;
    },
  };
}

/** People whose newest certificate is at hand; friends are fewer. */
const heldMost = 1_000;

export interface CertificateBook {
  readonly memory: WatchedMemory;
  readonly check: (certificate: Uint8Array, nowMs: number) => CertifiedDevice | null;
  /** For a certificate that was good once: whose it is, and the one that took its place; null if we never met that. */
  readonly successor: (certificate: Uint8Array, nowMs: number) => (CertifiedDevice & { readonly successor: Uint8Array }) | null;
}

/** Checks certificates, and keeps the newest of each account: it is the proof that a device was replaced, for that device. */
export function createCertificateBook(remembered: SequenceMemory): CertificateBook {
  const memory = watched(remembered);
  const check = createCertificateCheck(memory);
  const newest = new Map<AccountKey, Uint8Array>();
  return {
    memory,
    check(bytes, nowMs) {
      const holder = check(bytes, nowMs);
      if (holder === null) return null;
      newest.delete(holder.account);
      newest.set(holder.account, bytes);
      const oldest = newest.size > heldMost ? newest.keys().next().value : undefined;
      if (oldest !== undefined) newest.delete(oldest);
      return holder;
    },
    successor(bytes, nowMs) {
      const old = openCertificate(bytes);
      if (old === null || !isCertificateTimely(old, nowMs)) return null;
      const account = toHex(old.root);
      const held = newest.get(account);
      const next = held === undefined ? null : openCertificate(held);
      if (held === undefined || next === null || next.floor <= old.sequence) return null;
      return { account, device: toHex(old.device), successor: held };
    },
  };
}
