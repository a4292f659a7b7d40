import { z } from 'zod';

/** Literal addresses only: a listening point is never looked up. */
const listenPointSchema = z.object({
  transport: z.enum(['udp', 'tcp']),
  host: z.union([z.ipv4(), z.ipv6()]),
  port: z.int().min(0).max(65_535),
});

/** What the process of the relay is started with. */
export const relayBootSchema = z.object({
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  listen: z.array(listenPointSchema).min(1).max(8),
});
export type RelayBoot = z.infer<typeof relayBootSchema>;
