import { isIP } from 'node:net';
import type { SpokenCandidate } from '../ice/ice-agent.ts';

/** One candidate of ICE over UDP. */
export type IceCandidate = SpokenCandidate;

/** A candidate line is well under this; more is not one. */
export const candidateMaxChars = 300;

const shape =
  /^candidate:([A-Za-z0-9+/]{1,32}) 1 udp (\d{1,10}) ([0-9A-Fa-f:.]{2,45}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: [\x21-\x7e ]*)?$/iu;

/**
 * Parses `candidate:…` (an `a=` before it is tolerated). Only literal addresses and UDP: a name would make us ask the DNS
 * for whatever a peer likes. Returns null for anything else.
 */
export function parseCandidate(line: string): IceCandidate | null {
  if (line.length > candidateMaxChars) return null;
  const match = shape.exec(line.replace(/^a=/u, '').trim());
  if (match === null) return null;
  const [, foundation = '', priorityText = '', address = '', portText = '', typeText = ''] = match;
  const [priority, port, type] = [Number(priorityText), Number(portText), typeText.toLowerCase()];
  if (isIP(address) === 0 || port < 1 || port > 65_535 || priority > 0xff_ff_ff_ff) return null;
  if (type !== 'host' && type !== 'srflx' && type !== 'prflx' && type !== 'relay') return null;
  return { foundation, priority, address, port, type };
}
