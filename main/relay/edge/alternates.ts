import type { UdpListener } from './udp-edge.ts';

/** Tells each which of the others can answer in its place (RFC 5780): beside, on another port; and from another host. */
export function wireAlternates(listeners: readonly UdpListener[]): void {
  for (const own of listeners) {
    const others = listeners.filter((other) => other.address.family === own.address.family && other !== own);
    const isHere = (other: UdpListener): boolean => other.address.host === own.address.host;
    own.otherPort = others.find((other) => isHere(other) && other.port !== own.port) ?? null;
    const samePort = others.find((other) => !isHere(other) && other.port === own.port);
    const otherPort = others.find((other) => !isHere(other) && other.port !== own.port);
    own.otherHost = samePort === undefined || otherPort === undefined ? null : { samePort, otherPort };
  }
}
