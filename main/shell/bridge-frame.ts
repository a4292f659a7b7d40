import { z } from 'zod';

/** The longest question is a voice message: 1 MiB in base64, and its frame. */
export const maxFrameBytes = 2 * 1024 * 1024;

/** The longest answer: 200 messages of 16,000 letters, each up to 4 bytes, and their frame. */
export const maxAnswerBytes = 16 * 1024 * 1024;

/** oRPC's peer protocol: 1 (or none) is a request, 4 ends one. 3 would stream input, which no procedure of ours takes. */
const abortType = 4;

const clientFrameSchema = z.union([
  z.object({ i: z.string().max(32), t: z.literal(abortType) }),
  z.object({
    i: z.string().max(32),
    t: z.literal(1).optional(),
    p: z.object({
      u: z.string().max(200).startsWith('/'),
      m: z.never().optional(),
      /** Headers steer the decoder (files, forms, streams); ours sends none. */
      h: z.never().optional(),
      b: z.unknown(),
    }),
  }),
]);

/** A frame from a bridge client, if it has the shape of one; the procedure's schema judges the rest. */
export function readClientFrame(message: unknown): { text: string; isRequest: boolean } | null {
  // A string's length never exceeds its size in bytes.
  if (typeof message !== 'string' || message.length > maxFrameBytes) return null;
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return null;
  }
  const frame = clientFrameSchema.safeParse(value);
  return frame.success ? { text: message, isRequest: frame.data.t !== abortType } : null;
}
