import type { End } from '../rig/homes.ts';
import { percentile } from '../../lab/alignment.ts';

export interface WirePacket {
  /** On the machine's monotonic clock, ms. */
  readonly atMs: number;
  /** Who sent it. */
  readonly end: End;
  /** Of the IP packet. */
  readonly bytes: number;
  readonly fate: 'ok' | 'lost' | 'full';
  /** What the cable imposes on it, ms; 0 if it does not arrive. */
  readonly delayMs: number;
}

/** Everything that went into the cable, in order. */
export type WireTrace = readonly WirePacket[];

/** What one end sent during a stretch of time, and what became of it. */
export interface WireUse {
  readonly bitrateBps: number;
  readonly packetsPerSecond: number;
  readonly lostPercent: number;
  /** Over what arrived; null if nothing did. */
  readonly delayMs: { readonly mean: number; readonly p95: number } | null;
}

const linePattern = /^(?<at>[\d.]+) (?<end>[ab]) (?<bytes>\d+) (?<fate>ok|lost|full) (?<delay>[\d.]+)$/u;

export function parseTrace(text: string): WireTrace {
  const packets: WirePacket[] = [];
  for (const line of text.split('\n')) {
    const found = linePattern.exec(line)?.groups;
    if (found === undefined) continue;
    packets.push({
      atMs: Number(found['at']),
      // The pattern allows no others.
      end: found['end'] as End,
      bytes: Number(found['bytes']),
      fate: found['fate'] as WirePacket['fate'],
      delayMs: Number(found['delay']),
    });
  }
  return packets;
}

export function wireUse(trace: WireTrace, end: End, fromMs: number, toMs: number): WireUse {
  const sent = trace.filter((packet) => packet.end === end && packet.atMs >= fromMs && packet.atMs < toMs);
  const delays = sent.filter(({ fate }) => fate === 'ok').map(({ delayMs }) => delayMs);
  const seconds = (toMs - fromMs) / 1000;
  const p95 = percentile(delays, 0.95);
  return {
    bitrateBps: (sent.reduce((sum, { bytes }) => sum + bytes, 0) * 8) / seconds,
    packetsPerSecond: sent.length / seconds,
    lostPercent: sent.length === 0 ? 0 : (100 * (sent.length - delays.length)) / sent.length,
    delayMs: p95 === null ? null : { mean: delays.reduce((sum, delay) => sum + delay, 0) / delays.length, p95 },
  };
}
