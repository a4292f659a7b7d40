import { z } from 'zod';

/** Literal addresses only: a listening point is never looked up. */
const listenPointSchema = z.object({
  transport: z.enum(['udp', 'tcp', 'tls']),
  host: z.union([z.ipv4(), z.ipv6()]),
  port: z.int().min(0).max(65_535),
});

/** Ports that a firewall lets in, both ends in it. */
export const relayPortsSchema = z
  .object({ first: z.int().min(1).max(65_535), last: z.int().min(1).max(65_535) })
  .refine(({ first, last }) => first <= last);

/** What the owner of a server lets it give. */
export const relayCapsSchema = z.object({
  allocations: z.int().min(1).max(20_000),
  /** Of all together, both directions: up to 10 Gbit/s. */
  totalBytesPerSecond: z.int().min(8_000).max(1_250_000_000),
});
export type RelayCaps = z.infer<typeof relayCapsSchema>;

/** What the process of the relay is started with: the engine says it, and the shell adds how much is logged. */
export const relayBootSchema = z.object({
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  listen: z.array(listenPointSchema).min(1).max(8),
  /** Addresses of this computer to relay from, one of a family; none: where somebody is seen from is told, and no more. */
  relayHosts: z.object({ 4: z.ipv4().optional(), 6: z.ipv6().optional() }),
  /** IPv6 to listen at too, by the ports that were got. */
  listenBeside: z.ipv6().nullable(),
  /** What the world calls the address of IPv4, where a router translates it. */
  publicHost: z.ipv4().nullable(),
  /** To relay from; null: any. */
  relayPorts: relayPortsSchema.nullable(),
  /** What it gives at most; null: what a person's computer gives. */
  caps: relayCapsSchema.nullable(),
  /** For tests and laboratories only: 127.0.0.0/8 and ::1 are the internet. */
  allowLoopback: z.boolean(),
});
export type RelayBoot = z.infer<typeof relayBootSchema>;
/** The engine's part of it. */
export type RelayWish = Omit<RelayBoot, 'logLevel'>;
