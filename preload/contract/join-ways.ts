import { z } from 'zod';

/** In the order in which they are shown; what each is, is told in `main/overlay/joining/join-ways.ts`. */
export const joinWayNames = ['cached', 'link', 'listed', 'mdns', 'same-computer', 'bittorrent', 'introduced'] as const;

/** What one way of finding the network has brought since the start. */
export const joinWaySchema = z.object({
  way: z.enum(joinWayNames),
  off: z.boolean(),
  asked: z.number().int().nonnegative(),
  answered: z.number().int().nonnegative(),
  foreign: z.number().int().nonnegative(),
  /** To the first node of ours, from when it was tried; null: none. */
  firstMs: z.number().int().nonnegative().nullable(),
});
export type JoinWayView = z.infer<typeof joinWaySchema>;
