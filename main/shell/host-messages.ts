import { z } from 'zod';

/** What a `ProcessHost` says to a process outside of its control port; the same in both hosts. */
export const hostMessageSchema = z.discriminatedUnion('kind', [
  /** First, with the control port. */
  z.object({ kind: z.literal('boot'), boot: z.unknown() }),
  z.object({ kind: z.literal('stop') }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** Asked to stop, a process has this long before it is killed. */
export const stopGraceMs = 3_000;
