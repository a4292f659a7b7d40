import { z } from 'zod';
import { invitationMaxChars, looksLikeInvitation, readInvitation, writeInvitation } from './invitation.ts';

/** Why a link that the system handed over is not followed. `several`: more than one at once, which no person clicks. */
export const linkRefusals = ['too-long', 'broken', 'several'] as const;

/** A link by which the system opened the app, or brought it up again: one invitation, written anew by us, or why not. */
export const openedLinkSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('invitation'),
    link: z
      .string()
      .max(invitationMaxChars)
      .refine((link) => readInvitation(link) !== null),
  }),
  z.object({ kind: z.literal('refused'), reason: z.enum(linkRefusals) }),
]);
export type OpenedLink = z.infer<typeof openedLinkSchema>;

/** A person starts us with a handful of words; whoever hands over more wants something else. */
const argumentsMost = 64;

const isLink = (word: string): boolean => looksLikeInvitation(word.slice(0, invitationMaxChars));

/** What a command line has before its first link: whatever stands behind one was written by whoever wrote the link. */
export function beforeLink(words: readonly string[]): readonly string[] {
  const at = words.findIndex(isLink);
  return at === -1 ? words : words.slice(0, at);
}

/** The link that a command line hands over; null: none. */
export function openedLinkOf(words: readonly string[]): OpenedLink | null {
  const [link, ...more] = words.slice(0, argumentsMost).filter(isLink);
  if (link === undefined) return null;
  if (more.length > 0) return { kind: 'refused', reason: 'several' };
  if (link.length > invitationMaxChars) return { kind: 'refused', reason: 'too-long' };
  const invitation = readInvitation(link);
  return invitation === null ? { kind: 'refused', reason: 'broken' } : { kind: 'invitation', link: writeInvitation(invitation) };
}
