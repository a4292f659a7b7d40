import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../ports/app-error.ts';

/** A file is a page of text; anything near this is another file. */
const maxFileBytes = 64 * 1024;

const place = z.string().min(1).max(300);

/**
 * What a supernode's file may say: names and values of the options of the command line, and nothing else. What the command line says
 * as well wins; lists add up. `assets/server/supernode.json` is the example, SUPERNODE.md the page.
 */
const fileSchema = z.strictObject({
  home: z.string().min(1).max(4096).optional(),
  profile: z.string().min(1).max(64).optional(),
  listen: place.optional(),
  bootstrap: z.array(place).max(50).optional(),
  gateway: z.array(place).max(16).optional(),
  'gateway-port': z.int().min(0).max(65_535).optional(),
  relay: place.optional(),
  'relay-public': place.optional(),
  'relay-ports': place.optional(),
  metrics: place.optional(),
  'wait-for-calls': z.number().min(0).max(86_400).optional(),
  allocations: z.int().optional(),
  'megabits-per-second': z.number().optional(),
  'mailbox-megabytes': z.int().optional(),
  mdns: z.boolean().optional(),
  json: z.boolean().optional(),
  verbose: z.boolean().optional(),
});

const wrong = (path: string, reason: string): AppError =>
  new AppError('BAD_INPUT', 'config', { message: `${path}: ${reason}`.slice(0, 400) });

/** @throws AppError BAD_INPUT, with the place in the file that is wrong */
export function parseServerFile(path: string, text: string): z.infer<typeof fileSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(path, error instanceof Error ? error.message : 'is no JSON');
  }
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrong(path, parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`).join('; '));
}

/** The file as options of the command line. */
export function argumentsOf(file: z.infer<typeof fileSchema>): string[] {
  return Object.entries(file).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`];
    return (Array.isArray(value) ? value : [value]).flatMap((each) => [`--${name}`, String(each)]);
  });
}

/**
 * The command line with what its `--config FILE` says put in front, so that what is said on it comes later and wins.
 * @throws AppError BAD_INPUT
 */
export function withServerFile(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf('--config');
  const path = argv[at + 1];
  if (at < 0 || path === undefined) return argv;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw wrong(path, error instanceof Error ? error.message : 'cannot be read');
  }
  if (text.length > maxFileBytes) throw wrong(path, 'is too long');
  return [...argumentsOf(parseServerFile(path, text)), ...argv];
}
