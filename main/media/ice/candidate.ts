import { BlockList } from 'node:net';
import { bytesOfHost, hostOfBytes, type TransportAddress } from '../../stun/index.ts';

export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay';

/** A place where one side of a call may be reached. */
export interface Candidate {
  readonly type: CandidateType;
  readonly address: TransportAddress;
  readonly priority: number;
}

/** RFC 8445 §5.1.2.2 */
export const typePreference: Readonly<Record<CandidateType, number>> = { host: 126, prflx: 110, srflx: 100, relay: 0 };

/** RFC 8445 §5.1.2.1 for the only component of a call. @param localPreference 0…65535 */
export const candidatePriority = (type: CandidateType, localPreference: number): number =>
  typePreference[type] * 2 ** 24 + localPreference * 2 ** 8 + 255;

/**
 * What a check from a base of ours says of itself: the priority that the other side is to give to the address it sees
 * (RFC 8445 §7.1.1). What comes out of a relay is told as such, so that nobody takes it for a direct path.
 */
export const checkPriority = (isRelayed: boolean, localPreference: number): number =>
  candidatePriority(isRelayed ? 'relay' : 'prflx', localPreference);

/** The type of somebody unknown who says this of himself. */
export const typeOfPriority = (priority: number): CandidateType => (priority < 2 ** 24 ? 'relay' : 'prflx');

/** RFC 8445 §6.1.2.3, compared without 64-bit numbers: negative if `a` is to be checked first. */
export function comparePriorities(a: PairPriority, b: PairPriority): number {
  const [lowA, lowB] = [Math.min(a.controlling, a.controlled), Math.min(b.controlling, b.controlled)];
  if (lowA !== lowB) return lowB - lowA;
  const [highA, highB] = [Math.max(a.controlling, a.controlled), Math.max(b.controlling, b.controlled)];
  if (highA !== highB) return highB - highA;
  return Number(b.controlling > b.controlled) - Number(a.controlling > a.controlled);
}

export interface PairPriority {
  readonly controlling: number;
  readonly controlled: number;
}

/** The same address in the one spelling that sockets use, too; null if it is none. */
export function canonical(host: string, port: number): TransportAddress | null {
  const bytes = bytesOfHost(host);
  if (bytes === null || port < 1 || port > 65_535) return null;
  return { family: bytes.byteLength === 4 ? 4 : 6, host: hostOfBytes(bytes), port };
}

export const isSameAddress = (a: TransportAddress, host: string, port: number): boolean => a.port === port && a.host === host;

export const isLoopback = (host: string): boolean => host === '::1' || host.startsWith('127.');

const homes = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  homes.addSubnet(net, bits, 'ipv4');
homes.addSubnet('fc00::', 7, 'ipv6');
homes.addSubnet('fe80::', 10, 'ipv6');

/** RFC 1918, 3927, 6598, 4193 and 4291 §2.5.6: known at home only, so that no relay sends there. */
export const isAtHome = (host: string): boolean => homes.check(host, host.includes(':') ? 'ipv6' : 'ipv4');
