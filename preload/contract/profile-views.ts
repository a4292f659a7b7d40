import { z } from 'zod';

/** In code points, as `isPlainLine` counts. */
export const displayNameMaxLength = 40;
export const moodMaxLength = 140;

/** A picture is fetched in parts over a session; this is two sessions' worth of nothing, and plenty for 320 × 320 pixels. */
export const pictureMaxBytes = 65_536;
/** px: decoded, that is at most 4 MiB, whatever the file claims to be packed from. */
export const pictureMaxSide = 1_024;

export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PictureType = (typeof pictureTypes)[number];

/** Hash of the picture's bytes (PROTOCOL, `lilliput/profile/1`), lower-case hex: pages ask for pictures by it, and keep them. */
export const pictureIdSchema = z.string().regex(/^[0-9a-f]{64}$/u);

/** What somebody says of themselves to their contacts. */
export const profileViewSchema = z.object({
  /** '' for none: then the username stands for it. A UTF-16 unit or two each code point. */
  displayName: z.string().max(2 * displayNameMaxLength),
  mood: z.string().max(2 * moodMaxLength),
  picture: pictureIdSchema.nullable(),
});
export type ProfileView = z.infer<typeof profileViewSchema>;

export const noProfile: ProfileView = { displayName: '', mood: '', picture: null };

const base64 = z.base64().max(Math.ceil(pictureMaxBytes / 3) * 4);

/** A picture that was checked: an image of its type, at most `pictureMaxSide` a side, standing still. */
export const pictureViewSchema = z.object({ type: z.enum(pictureTypes), base64 });
export type PictureView = z.infer<typeof pictureViewSchema>;

export const pictureInputSchema = z.object({ base64: base64.nullable() });
