import { attribute, type ErrorCode, type Family, familyOfNumber, numberOf, type StunMessage, valueOf } from '../../stun/index.ts';
import { defaultLifetimeS, maxLifetimeS } from './limits.ts';
import type { PortWish } from './relay-ports.ts';

/** What an Allocate request asks for. */
export interface AllocateWish {
  readonly family: Family;
  /** IPv6 beside IPv4, if it can be had (RFC 8656 §18.11). */
  readonly alsoIpv6: boolean;
  readonly port: PortWish;
  /** Of an earlier request with EVEN-PORT, in hex. */
  readonly reservation: string | null;
  readonly lifetimeS: number;
}

const udp = 17;
const reservationTokenBytes = 8;

/** The checks of RFC 8656 §7.2 that need nothing but the request. */
export function readAllocateWish(message: StunMessage): AllocateWish | ErrorCode {
  const transport = valueOf(message, attribute.requestedTransport);
  if (transport?.length !== 4) return 400;
  if (transport.readUInt8(0) !== udp) return 442;
  const token = valueOf(message, attribute.reservationToken);
  const even = valueOf(message, attribute.evenPort);
  const wanted = valueOf(message, attribute.requestedAddressFamily);
  const additional = valueOf(message, attribute.additionalAddressFamily);
  if (token !== null && (even !== null || wanted !== null || additional !== null)) return 400;
  if (token !== null && token.length !== reservationTokenBytes) return 400;
  if (even !== null && even.length !== 1) return 400;
  const isPair = even !== null && (even.readUInt8(0) & 0x80) !== 0;
  if (additional !== null) {
    const isIpv6 = additional.length === 4 && familyOfNumber(additional.readUInt8(0)) === 6;
    if (!isIpv6 || wanted !== null || isPair) return 400;
  }
  const family = wanted === null ? 4 : readFamily(wanted);
  if (family === null) return 440;
  return {
    family,
    alsoIpv6: additional !== null,
    port: even === null ? 'any' : isPair ? 'pair' : 'even',
    reservation: token === null ? null : token.toString('hex'),
    lifetimeS: grantedLifetimeS(message),
  };
}

/** Of REQUESTED-ADDRESS-FAMILY; null for one that nobody knows. */
export const readFamily = (value: Buffer): Family | null => (value.length === 4 ? familyOfNumber(value.readUInt8(0)) : null);

/** RFC 8656 §7.2: never less than the default, never more than ours. */
export const grantedLifetimeS = (message: StunMessage): number =>
  Math.min(maxLifetimeS, Math.max(defaultLifetimeS, numberOf(message, attribute.lifetime) ?? defaultLifetimeS));
