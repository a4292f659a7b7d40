import { z } from 'zod';
import { joinWayNames, joinWaySchema } from './join-ways.ts';

const bytesSchema = z.number().int().nonnegative();

/** What this computer passes on for other people, and did. */
export const carryingViewSchema = z.object({
  /** Of calls. `not-reachable`: none could be carried, because this computer is no helper, or stands in a home network. */
  state: z.enum(['off', 'not-reachable', 'on', 'limit-reached', 'failed']),
  /** Calls of others whose sound goes through here now. */
  calls: z.number().int().nonnegative(),
  /** Connections of two others that meet here. */
  pairs: z.number().int().nonnegative(),
  /** Computers whose network lets no UDP out, and that have everything passed on here. */
  gatewayClients: z.number().int().nonnegative(),
  /** These and the bytes below: of all three. */
  bitsPerSecond: z.number().int().nonnegative(),
  bytesToday: bytesSchema,
  bytesThisMonth: bytesSchema,
  callsThisMonth: z.number().int().nonnegative(),
  /** Since the first day that anything was carried (`2026-01-31`, UTC); null: nothing was yet. */
  ever: z.object({ sinceDay: z.string().max(10), bytes: bytesSchema, calls: z.number().int().nonnegative() }).nullable(),
  /** Sealed items of others that wait here to be fetched. */
  mailbox: z.object({ items: z.number().int().nonnegative(), bytes: bytesSchema }),
  /** Of a month; null: none. */
  limitBytes: bytesSchema.nullable(),
});
export type CarryingView = z.infer<typeof carryingViewSchema>;

/** Why this computer is a supernode (the first five), or is not. */
export const roleViewSchema = z.object({
  reason: z.enum([
    'forced-on',
    'first',
    'home',
    'reachable',
    'resumed',
    'forced-off',
    'leaving',
    'starting',
    'cut-off',
    'carried',
    'on-battery',
    'metered',
    'new',
    'measuring',
    'not-reachable',
  ]),
  /** Other networks that reached it when they were last asked to. */
  vouchers: z.number().int().nonnegative(),
});
export type RoleView = z.infer<typeof roleViewSchema>;

/** What a computer can say of what it runs on; null: it can't. */
export const powerSchema = z.object({ onBattery: z.boolean().nullable(), metered: z.boolean().nullable() });
export type Power = z.infer<typeof powerSchema>;

/** What a node that gets ready to go has done; `done` tells how many calls were cut off. */
export const drainStepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('leaving') }),
  z.object({ step: z.literal('handed-on'), records: z.number().int().nonnegative(), of: z.number().int().nonnegative() }),
  z.object({ step: z.literal('waiting'), calls: z.number().int().nonnegative() }),
  z.object({ step: z.literal('done'), calls: z.number().int().nonnegative() }),
]);
export type DrainStep = z.infer<typeof drainStepSchema>;

export const networkViewSchema = z.object({
  /** alone: nobody was found, so this computer is the first helper; limited: few nodes answer. */
  status: z.enum(['starting', 'connected', 'alone', 'limited', 'reconnecting']),
  /** Nodes in the routing table that answered or asked; one that falls silent is dropped when it is next asked in vain. */
  nodesHeard: z.number().int().nonnegative(),
  supernode: z.boolean(),
  supernodeMode: z.enum(['auto', 'on', 'off']),
  role: roleViewSchema,
  /** `host:port` of this node as others see it, when known. */
  publicAddress: z.string().max(64).nullable(),
  recordsHeld: z.number().int().nonnegative(),
  /** Relays of others that answered: who would carry our calls. */
  relaysKnown: z.number().int().nonnegative(),
  joining: z.array(joinWaySchema).max(joinWayNames.length),
  carrying: carryingViewSchema,
  /** `host:port` of the computer that passes everything on, because this network lets no UDP out; null: none has to. */
  gateway: z.string().max(300).nullable(),
});
export type NetworkView = z.infer<typeof networkViewSchema>;
