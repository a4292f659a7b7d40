import { z } from 'zod';
import { accountKeySchema, typedNameSchema } from './scalars.ts';

/**
 * An invitation link: `lilliput:NAME?key=…&via=HOST:PORT,…`. It names an account by its key, so that nobody else who holds
 * the name can be added by it, and computers by which somebody new gets into the network. Word of mouth is enough to join.
 */
export interface Invitation {
  readonly name: string;
  readonly accountKey: string;
  /** `a.b.c.d:port`, possibly none. */
  readonly via: readonly string[];
}

export const invitationMaxChars = 1_000;
/** Read; our own carry up to four. */
export const viaMax = 8;

const octet = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
/** Addresses only: a name would have the reader's computer ask for it wherever its writer wants. */
export const viaSchema = z
  .string()
  .regex(new RegExp(String.raw`^${octet}(?:\.${octet}){3}:[1-9]\d{0,4}$`, 'u'))
  .refine((text) => Number(text.split(':')[1]) <= 65_535);

const scheme = 'lilliput:';
const invitationSchema = z.object({
  name: typedNameSchema.min(1),
  accountKey: accountKeySchema,
  via: z.array(viaSchema),
});

export const looksLikeInvitation = (text: string): boolean => text.trim().toLowerCase().startsWith(scheme);

export function writeInvitation({ name, accountKey, via }: Invitation): string {
  const nodes = via.length === 0 ? '' : `&via=${via.join(',')}`;
  return `${scheme}${encodeURIComponent(name)}?key=${accountKey}${nodes}`;
}

/** The first of its name. Neither keys nor addresses hold anything that would have to be escaped; some programs escape commas and colons. */
const parameter = (query: string, name: string): string | undefined =>
  query
    .split('&')
    .find((each) => each.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .replace(/%2C/giu, ',')
    .replace(/%3A/giu, ':');

/** Null: no invitation, or a broken one. Parameters that we don't know are ignored, and so are entries of `via` that are no addresses. */
export function readInvitation(written: string): Invitation | null {
  const text = written.trim();
  if (text.length > invitationMaxChars || !looksLikeInvitation(text)) return null;
  const [path = '', query = ''] = text.slice(scheme.length).split('?', 2);
  const via = (parameter(query, 'via') ?? '').split(',').filter((each) => viaSchema.safeParse(each).success);
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    // A percent sign that begins nothing.
    return null;
  }
  const read = invitationSchema.safeParse({
    name,
    accountKey: parameter(query, 'key')?.toLowerCase(),
    via: via.slice(0, viaMax),
  });
  return read.success ? read.data : null;
}
