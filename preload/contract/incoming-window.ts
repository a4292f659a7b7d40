import { z } from 'zod';
import { accountKeySchema } from './scalars.ts';

/** What the small window of somebody who rings shows. The page says all of it: that window asks nobody for anything. */
export const incomingCallerSchema = z.object({
  name: z.string().max(120),
  accountKey: accountKeySchema,
  /** Their safety number was compared. */
  isChecked: z.boolean(),
  /** A data URL, or none. Pictures of people have at most 64 KiB, a third more in base64. */
  picture: z
    .string()
    .regex(/^data:image\/(?:jpeg|png|webp);base64,[A-Za-z0-9+/=]+$/u)
    .max(100_000)
    .nullable(),
  theme: z.enum(['system', 'light', 'dark']),
  direction: z.enum(['ltr', 'rtl']),
  /** Its strings may sway. */
  isMoving: z.boolean(),
  words: z.object({
    title: z.string().max(60),
    isCalling: z.string().max(60),
    label: z.string().max(240),
    checked: z.string().max(60),
    answer: z.string().max(60),
    decline: z.string().max(60),
    write: z.string().max(60),
    silence: z.string().max(60),
  }),
});
export type IncomingCaller = z.infer<typeof incomingCallerSchema>;

/** What a person can do about it. `write`: to their conversation, and it rings on; `silence`: it rings on without a sound. */
export const incomingActs = ['answer', 'decline', 'write', 'silence'] as const;
export const incomingActSchema = z.enum(incomingActs);
export type IncomingAct = z.infer<typeof incomingActSchema>;

/** What the Electron shell shows to that window as `window.lilliputIncoming`: one frozen object. */
export interface IncomingApi {
  /** The latest listener wins; told of who rings at once, if that is known. */
  onCaller(listener: (caller: IncomingCaller) => void): void;
  act(act: IncomingAct): void;
}
