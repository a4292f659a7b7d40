import { z } from 'zod';
import type { OpenedLink } from './opened-link.ts';

/** What can be chosen in the menu of the tray. `open` and `quit` are done by the shell, also when the page hangs. */
export const trayItems = ['open', 'online', 'away', 'dnd', 'invisible', 'notifications', 'quit'] as const;
export type TrayItem = (typeof trayItems)[number];

/** The sign in the system's tray, in the page's words. */
export const trayViewSchema = z.object({
  tooltip: z.string().max(200),
  icon: z.enum(['plain', 'unread', 'call']),
  menu: z
    .array(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('line') }),
        z.object({
          kind: z.enum(['item', 'radio', 'check']),
          id: z.enum(trayItems),
          label: z.string().min(1).max(80),
          isOn: z.boolean(),
        }),
      ]),
    )
    .max(16),
  /** Closing the window hides it, if the tray is there to bring it back. */
  keepsRunning: z.boolean(),
  /** Said when that first happens; null: they know. */
  stays: z.object({ title: z.string().max(120), body: z.string().max(300) }).nullable(),
});
export type TrayView = z.infer<typeof trayViewSchema>;

/** Whether the system starts us when the person signs in; `impossible`: this system or this copy of us can't. */
export type AtSignIn = 'on' | 'off' | 'impossible';

/** What happened outside of the page, for the page to carry out. `stayed`: the window was closed, and was told why we go on. */
export type ShellAct =
  | { readonly kind: 'link'; readonly opened: OpenedLink }
  | { readonly kind: 'tray'; readonly item: TrayItem }
  | { readonly kind: 'sign-in'; readonly state: AtSignIn; readonly hasTray: boolean }
  | { readonly kind: 'stayed' }
  | { readonly kind: 'download'; readonly name: string; readonly state: 'completed' | 'cancelled' | 'interrupted' };
