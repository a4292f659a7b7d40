import { z } from 'zod';

/** Ed25519 public key of an account, lower-case hex. */
export const accountKeySchema = z.string().regex(/^[0-9a-f]{64}$/u);
export type AccountKeyText = z.infer<typeof accountKeySchema>;

/** Milliseconds since the Unix epoch. */
export const timeMsSchema = z.number().int().nonnegative();

/** Likewise, and where something stands in a conversation: a message that came after what follows it may stand between two milliseconds. */
export const placeMsSchema = z.number().nonnegative();

/** 128 random bits, lower-case hex: message and call ids. */
export const idSchema = z.string().regex(/^[0-9a-f]{32}$/u);

/** What a person typed as a name, before validation: bounded here, judged by `main/directory`. */
export const typedNameSchema = z.string().max(128);

/** A valid, mapped username: 3–32 letters of one script, digits and hyphens (PRECIS UsernameCaseMapped, RFC 8265). */
export const usernameSchema = z.string().min(3).max(64);

export const noteMaxChars = 300;
export const messageMaxChars = 16_000;
/** What is being written may be longer than a message: it is then sent in parts. */
export const draftMaxChars = 10 * messageMaxChars;
/** Nobody goes through more hits of a search one by one; "more than that" is enough. */
export const searchTotalMost = 10_000;
/** Of a message that is answered. */
export const quoteMaxChars = 200;

/** Three rows of a picker. */
export const recentEmojiMost = 24;

/** One picture as Unicode has it (UTS #51), with its modifiers; newer versions' too, as far as their code points are set aside for it. */
export const emojiSchema = z
  .string()
  .max(64)
  .regex(
    /^(?:\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3|\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F\u200D\p{Extended_Pictographic}\u{E0020}-\u{E007F}\u2640\u2642]*)$/u,
  );

/** A message can be taken back for so long before it goes, where the person wishes so. */
export const undoSendMs = 5_000;

/** Of a voice message: 5 minutes. */
export const voiceMaxMs = 300_000;
/** 1 MiB: 5 minutes at 24 kbit/s are 900 kB, and Ogg's own. */
export const voiceMaxBytes = 1024 * 1024;
/** Peaks of its waveform: as many as a bubble has room for. */
export const voiceMaxPeaks = 100;
/** From the beginning to the end, 255 the loudest there can be. */
export const waveformSchema = z.array(z.number().int().min(0).max(255)).min(1).max(voiceMaxPeaks);
