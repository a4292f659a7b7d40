import { open, rm, type FileHandle } from 'node:fs/promises';
import {
  archivePartMaxBytes,
  passphraseMinChars,
  type ExportCursor,
  type ExportFormat,
  type KeepFor,
} from '../../../preload/contract/index.ts';
import { AppError } from '../../ports/app-error.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { passphraseMissing, readPhrase } from '../read-phrase.ts';
import { contactNamed, conversationOf } from '../watching.ts';
import type { CommandContext } from './context.ts';

const fileError = (path: string, error: unknown): AppError => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('DISK_FULL', 'file');
  const why = code === 'EEXIST' ? 'is there already' : code === 'ENOENT' ? 'is not there' : `can not be used (${code})`;
  return new AppError('BAD_INPUT', 'file', { message: `${path.slice(0, 300)} ${why}` });
};

const opened = async (path: string, flags: 'r' | 'wx'): Promise<FileHandle> => {
  try {
    return await open(path, flags, 0o600);
  } catch (error) {
    throw fileError(path, error);
  }
};

/** Writes a new file, never over one that is there; what is not finished is taken away. */
async function writing(path: string, write: (part: (bytes: Uint8Array) => Promise<void>) => Promise<void>): Promise<void> {
  const file = await opened(path, 'wx');
  let isDone = false;
  try {
    await write(async (bytes) => {
      await file.writeFile(bytes).catch((error: unknown) => {
        throw fileError(path, error);
      });
    });
    await file.sync();
    isDone = true;
  } finally {
    await file.close();
    if (!isDone) await rm(path, { force: true });
  }
}

export async function exportConversation(
  { engine, output, signal }: CommandContext,
  name: string,
  path: string,
  format: ExportFormat,
): Promise<ExitCode> {
  const contact = await contactNamed(engine.client, name, signal);
  const id = conversationOf(contact.accountKey);
  let items = 0;
  await writing(path, async (write) => {
    let cursor: ExportCursor = null;
    do {
      // oxlint-disable-next-line no-await-in-loop -- part after part
      const part = await engine.client.data.exportPart({ id, format, cursor }, { signal });
      // oxlint-disable-next-line no-await-in-loop -- likewise, one after the other
      await write(Buffer.from(part.text));
      output.say('progress', { done: part.done, total: part.total }, null);
      ({ next: cursor, done: items } = part);
    } while (cursor !== null);
  });
  output.say('exported', { name: contact.name, path, items }, `${items} messages and calls with ${contact.name}, in ${path}`);
  return exitCode.ok;
}

async function passphraseOf({ input, output, signal }: CommandContext, given: string | null): Promise<string> {
  const ask = (): void => output.say('passphrase-wanted', {}, 'Type the passphrase, then Enter');
  return given ?? readPhrase(input, ask, signal, passphraseMissing);
}

export async function archive(context: CommandContext, path: string, given: string | null): Promise<ExitCode> {
  const { engine, output, signal } = context;
  const passphrase = await passphraseOf(context, given);
  if (passphrase.length < passphraseMinChars)
    throw new AppError('BAD_INPUT', 'usage', { message: `a passphrase has at least ${passphraseMinChars} letters` });
  const { data } = engine.client;
  await writing(path, async (write) => {
    const { id } = await data.openArchive({ passphrase }, { signal });
    try {
      for (let isLast = false; !isLast;) {
        // oxlint-disable-next-line no-await-in-loop -- part after part
        const part = await data.readArchive({ id }, { signal });
        // oxlint-disable-next-line no-await-in-loop -- likewise, one after the other
        await write(Buffer.from(part.bytes, 'base64'));
        output.say('progress', { fraction: part.fraction }, null);
        ({ isLast } = part);
      }
    } finally {
      await data.closeArchive({ id });
    }
  });
  output.say(
    'archived',
    { path },
    `The account is in ${path}. Only its passphrase opens it, and nobody can tell you that again.\nWhen it was brought back on another computer, use it there and no longer here: friends then know the other one.`,
  );
  return exitCode.ok;
}

export async function bringBack(
  context: CommandContext,
  path: string,
  given: string | null,
  replace: boolean,
): Promise<ExitCode> {
  const { engine, output, signal } = context;
  const { client } = engine;
  const file = await opened(path, 'r');
  let id: string | null = null;
  try {
    const passphrase = await passphraseOf(context, given);
    const part = Buffer.alloc(archivePartMaxBytes);
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- part after part
      const { bytesRead } = await file.read(part, 0, part.byteLength).catch((error: unknown) => {
        throw fileError(path, error);
      });
      if (bytesRead === 0 && id !== null) break;
      // oxlint-disable-next-line no-await-in-loop -- likewise, one after the other
      ({ id } = await client.data.putArchive({ id, bytes: part.toString('base64', 0, bytesRead) }, { signal }));
      if (bytesRead === 0) break;
    }
    for await (const step of await client.data.bringBack({ id, passphrase, replace }, { signal })) {
      if (step.step === 'checking') output.say('progress', { fraction: step.fraction }, null);
      else output.say('brought-back', { name: step.name }, `${step.name} is here, with all that was in the archive`);
    }
  } finally {
    await file.close();
  }
  return exitCode.ok;
}

const keptWords: Readonly<Record<KeepFor, string>> = {
  ever: 'for ever',
  year: 'for a year',
  month: 'for 30 days',
  week: 'for 7 days',
};

export async function keep(
  { engine, output, signal }: CommandContext,
  keepFor: KeepFor | null,
  dryRun: boolean,
): Promise<ExitCode> {
  const { client } = engine;
  if (keepFor === null) {
    for await (const settings of await client.settings.watch(undefined, { signal })) {
      output.say('keep', { keepFor: settings.keepFor }, `Messages and calls are kept ${keptWords[settings.keepFor]}`);
      break;
    }
    return exitCode.ok;
  }
  const { messages, calls } = await client.data.tooOld({ keepFor }, { signal });
  if (!dryRun) await client.settings.update({ keepFor }, { signal });
  const what = `${messages} messages and ${calls} calls`;
  output.say(
    'keep',
    { keepFor, messages, calls, dryRun },
    dryRun ? `${what} would go` : `From now on they are kept ${keptWords[keepFor]}; ${what} go now, or when Lilliput runs next`,
  );
  return exitCode.ok;
}

export async function clear({ engine, output, signal }: CommandContext, name: string): Promise<ExitCode> {
  const contact = await contactNamed(engine.client, name, signal);
  await engine.client.data.clear({ id: conversationOf(contact.accountKey) }, { signal });
  output.say(
    'cleared',
    { name: contact.name },
    `Nothing of the conversation with ${contact.name} is shown here any more; it leaves the disk within a minute, or with the next start`,
  );
  return exitCode.ok;
}
