import { z } from 'zod';
import { blake2b256, equalBytes, type KeyPair } from '../../native-shims/sodium/index.ts';
import { isCertificateTimely, openCertificate, openSealed, seal, type DeviceCertificate } from '../identity/index.ts';
import { boundedBytesField, counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import { toHex } from '../ports/hex.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import { parseName } from './names.ts';
import { workSchema, type Work } from './work.ts';

const claimDomain = 'lilliput/claim/1';
const refreshDomain = 'lilliput/refresh/1';

/**
 * The overlay's `directoryRecordMaxBytes`, kept equal by a test: its module brings the whole node along, which a format doesn't
 * need. One record fits one packet (1450 bytes passed, 2000 timed out).
 */
export const recordMaxBytes = 900;

/** A name of 32 letters of 4 bytes, a key and a number come to about 200 bytes. */
const maxClaimBytes = 260;
const maxRefreshBytes = 260;

const claimSchema = z.object({
  name: z.string().min(1).max(64),
  root: fixedBytesField(32),
  sequence: counterField,
  /** The owner gives the name back: from then on it is anybody's. */
  released: z.boolean().optional(),
});

const refreshSchema = z.object({
  /** BLAKE2b-256 of the sealed claim: a refresh can't be moved to another claim of the same account. */
  claim: fixedBytesField(32),
  door: fixedBytesField(32),
  heartbeat: counterField,
  sequence: counterField,
  work: workSchema,
});

const recordSchema = z.object({
  claim: boundedBytesField(recordMaxBytes),
  device: boundedBytesField(recordMaxBytes),
  refresh: boundedBytesField(recordMaxBytes),
});

/** A record of the Global Index whose form and signatures hold. Whether work was spent on it is a question of its own. */
export interface ClaimRecord {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly account: AccountKey;
  readonly root: Uint8Array;
  readonly sequence: number;
  readonly released: boolean;
  readonly certificate: DeviceCertificate;
  readonly door: Uint8Array;
  /** When the owner's device signed it, by its own clock. */
  readonly heartbeatMs: number;
  readonly refreshSequence: number;
  readonly work: Work;
}

export interface ClaimContent {
  readonly name: string;
  readonly root: KeyPair;
  readonly sequence: number;
  readonly released: boolean;
  readonly device: KeyPair;
  readonly certificate: Uint8Array;
  readonly door: Uint8Array;
  readonly heartbeatMs: number;
  readonly refreshSequence: number;
  readonly work: Work;
}

/** Builds a record: the root's claim, its certificate for the device, the device's refresh; at most 900 bytes. */
export function sealRecord(content: ClaimContent): Uint8Array {
  const { name, root, sequence, released, device, certificate, door, heartbeatMs, refreshSequence, work } = content;
  const claim = seal(
    claimDomain,
    { name, root: root.publicKey, sequence, released: released ? true : undefined },
    root.secretKey,
  );
  const refreshed = { claim: blake2b256(claim), door, heartbeat: heartbeatMs, sequence: refreshSequence, work };
  return encodeCbor({ claim, device: certificate, refresh: seal(refreshDomain, refreshed, device.secretKey) });
}

/** Checks form, name and all three signatures. Null if anything is wrong. */
export function openRecord(bytes: Uint8Array): ClaimRecord | null {
  const sealed = decodeCbor(bytes, recordSchema, recordMaxBytes);
  if (sealed === null) return null;
  const claim = openSealed(claimDomain, sealed.claim, claimSchema, ({ root }) => root, maxClaimBytes);
  const certificate = openCertificate(sealed.device);
  if (claim === null || certificate === null || !equalBytes(claim.root, certificate.root)) return null;
  const refresh = openSealed(refreshDomain, sealed.refresh, refreshSchema, () => certificate.device, maxRefreshBytes);
  if (refresh === null || !equalBytes(refresh.claim, blake2b256(sealed.claim))) return null;
  // Signed while the certificate was valid: the record outlives it, a reservation longer than any certificate.
  if (!isCertificateTimely(certificate, refresh.heartbeat) || !isNormalName(claim.name)) return null;
  return {
    bytes,
    name: claim.name,
    account: toHex(claim.root),
    root: claim.root,
    sequence: claim.sequence,
    released: claim.released ?? false,
    certificate,
    door: refresh.door,
    heartbeatMs: refresh.heartbeat,
    refreshSequence: refresh.sequence,
    work: refresh.work,
  };
}

function isNormalName(name: string): boolean {
  const parsed = parseName(name);
  return parsed.ok && parsed.name === name;
}

const targetDomain = Buffer.from('lilliput/name/1\0');

/** Where a name's claim lives among the node ids (32 bytes). */
export const targetOf = (name: string): Uint8Array => blake2b256(targetDomain, Buffer.from(name));
