import { createSocket } from 'node:dgram';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { HostPort } from '../../ports/host-port.ts';
import { toHex } from '../../ports/hex.ts';
import type { Random } from '../../ports/random.ts';
import { method, readStun, StunWriter, transactionIdBytes } from '../../stun/index.ts';

/** One packet may be lost, and a second: the third is for lines that lose every fifth. */
const triesAtMs = [0, 300, 900] as const;
/** Once around the world takes 0.3 s; a path that takes longer is none for voices. */
const limitMs = 1_600;
/** Header and FINGERPRINT. */
const requestBytes = 28;

/** Round trip to a STUN server in ms, or null if nothing answered. */
export type Probe = (to: HostPort) => Promise<number | null>;

/** Asks by a Binding request (RFC 8489 §12) from a socket of its own. Every try has its own transaction, so that none is measured by the answer to another. */
export function createStunProbe(bindHost: string, clock: Clock, random: Random): Probe {
  return (to) =>
    new Promise((resolve) => {
      const socket = createSocket({ type: 'udp4' });
      const sent = new Map<string, number>();
      const timers: Timer[] = [];
      let isOver = false;
      const finish = (rttMs: number | null): void => {
        if (isOver) return;
        isOver = true;
        for (const timer of timers) timer.cancel();
        socket.close();
        resolve(rttMs);
      };
      const ask = (): void => {
        const id = random.bytes(transactionIdBytes);
        const buffer = Buffer.alloc(requestBytes);
        const length = new StunWriter(buffer, method.binding, 'request', id).finish(null, true);
        sent.set(toHex(id), clock.monotonicMs());
        socket.send(buffer, 0, length, to.port, to.host);
      };
      socket.on('error', () => finish(null));
      socket.on('message', (bytes, from) => {
        const message = from.address === to.host && from.port === to.port ? readStun(bytes) : null;
        const sentMs = message?.class === 'success' ? sent.get(toHex(bytes.subarray(8, 8 + transactionIdBytes))) : undefined;
        if (sentMs !== undefined) finish(Math.max(0, clock.monotonicMs() - sentMs));
      });
      socket.bind({ address: bindHost, port: 0 }, () => {
        if (isOver) return;
        for (const atMs of triesAtMs) timers.push(clock.setTimer(atMs, ask));
        timers.push(clock.setTimer(limitMs, () => finish(null)));
      });
    });
}
