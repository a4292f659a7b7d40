import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program on the search path, or null. */
export const findProgram = (name: string): string | null =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file)) ?? null;
