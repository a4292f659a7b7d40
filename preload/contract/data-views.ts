import { z } from 'zod';
import { placeMsSchema } from './scalars.ts';

/** How long messages and calls are kept on this computer. */
export const keepForChoices = ['ever', 'year', 'month', 'week'] as const;
export const keepForSchema = z.enum(keepForChoices);
export type KeepFor = z.infer<typeof keepForSchema>;

const countSchema = z.number().int().nonnegative();

/** What this profile holds. */
export const dataSizeSchema = z.object({
  messages: countSchema,
  calls: countSchema,
  /** The database file, with room in it that is free again. */
  databaseBytes: countSchema,
  /** Files of recorded calls. */
  recordingBytes: countSchema,
});
export type DataSize = z.infer<typeof dataSizeSchema>;

/** What goes for good. */
export const forgottenSchema = z.object({ messages: countSchema, calls: countSchema });
export type ForgottenView = z.infer<typeof forgottenSchema>;

export const exportFormats = ['json', 'html'] as const;
export const exportFormatSchema = z.enum(exportFormats);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

/** Where the next part of an exported conversation begins; null at its beginning, and after its end. */
export const exportCursorSchema = z.object({ afterMs: placeMsSchema, done: countSchema }).nullable();
export type ExportCursor = z.infer<typeof exportCursorSchema>;

export const exportPartSchema = z.object({
  text: z.string(),
  next: exportCursorSchema,
  /** Items in this part and those before, of all. */
  done: countSchema,
  total: countSchema,
});
export type ExportPart = z.infer<typeof exportPartSchema>;

export const passphraseMinChars = 8;
export const passphraseMaxChars = 256;
/** Long enough that guessing costs more than it is worth: each guess takes 256 MiB and about a second. */
export const passphraseSchema = z.string().min(passphraseMinChars).max(passphraseMaxChars);

/** Of an archive, in base64. */
export const archivePartMaxBytes = 256 * 1024;
export const archivePartSchema = z.base64().max(Math.ceil(archivePartMaxBytes / 3) * 4);

/** checking: it is read to its end and prepared beside what there is; done: it takes the place of it, and the engine starts anew. */
export const bringBackProgressSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('checking'), fraction: z.number().min(0).max(1) }),
  z.object({ step: z.literal('done'), name: z.string().max(64) }),
]);
export type BringBackProgress = z.infer<typeof bringBackProgressSchema>;
