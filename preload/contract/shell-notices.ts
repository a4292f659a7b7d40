import { z } from 'zod';
import { incomingActs, incomingCallerSchema } from './incoming-window.ts';
import { trayViewSchema } from './tray-view.ts';

/** What a page asks its shell to show outside of its window. Bounded, because the shell believes nobody. */
export const shellNoticeSchema = z.object({
  /** Names what it is about: another one with the same tag takes its place. */
  tag: z.string().min(1).max(120),
  title: z.string().max(300),
  body: z.string().max(400),
  /** Somebody waits for an answer now: it stays until it is withdrawn, and the window asks for attention. */
  urgent: z.boolean(),
  /** The hint in the field for an answer; null: it can't be answered in place. Not every system has such a field. */
  reply: z.string().max(120).nullable(),
  /** Buttons, where the system has any. */
  actions: z.array(z.object({ id: z.enum(['answer', 'decline']), label: z.string().max(60) })).max(2),
  /** Somebody rings: a shell that can shows them in a small window of their own instead. */
  caller: incomingCallerSchema.nullable(),
});
export type ShellNotice = z.infer<typeof shellNoticeSchema>;

/** What a person did with it; `failed`: the system did not show it. */
export type NoticeAct =
  | { readonly kind: 'open' | 'failed'; readonly tag: string }
  | { readonly kind: 'action'; readonly tag: string; readonly id: (typeof incomingActs)[number] }
  | { readonly kind: 'reply'; readonly tag: string; readonly text: string };

/** A picture of 32 × 32 px and its words, for the task bar of Windows. */
export const badgeSchema = z.object({
  count: z.number().int().min(0).max(99_999),
  picture: z
    .string()
    .regex(/^data:image\/png;base64,[A-Za-z0-9+/=]+$/u)
    .max(16_384)
    .nullable(),
});
export type Badge = z.infer<typeof badgeSchema>;

/** One message of the page to its shell. */
export const noticeRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('show'), notice: shellNoticeSchema }),
  z.object({ kind: z.literal('withdraw'), tag: z.string().min(1).max(120) }),
  z.object({ kind: z.literal('badge'), badge: badgeSchema }),
  z.object({ kind: z.literal('raise') }),
  /** The window small and above others, or as it was. */
  z.object({ kind: z.literal('mini'), on: z.boolean() }),
  /** Somebody will ring in a moment, if they find a path: the small window may get ready, unseen. */
  z.object({ kind: z.literal('expect-call') }),
  z.object({ kind: z.literal('tray'), view: trayViewSchema }),
  /** Whether the system starts us when the person signs in. Answered by `ShellAct` `sign-in`. */
  z.object({ kind: z.literal('open-at-sign-in'), on: z.boolean() }),
  /** The page hears from now on what the shell has to tell. */
  z.object({ kind: z.literal('listening') }),
]);
export type NoticeRequest = z.infer<typeof noticeRequestSchema>;
