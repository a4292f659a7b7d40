import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { parseCommandLine } from '../../../main/cli/arguments.ts';
import { readPhrase } from '../../../main/cli/read-phrase.ts';

const never = new AbortController().signal;
const from = (parts: readonly string[]): Readable => Readable.from(parts.map((part) => Buffer.from(part)));

describe('the twelve words', () => {
  it.each([[['restore', 'wren']], [['restore', 'wren', '--phrase', '-']]])('are read from standard input with %j', (argv) => {
    expect(parseCommandLine(argv).command).toEqual({ kind: 'restore', name: 'wren', phrase: null });
  });

  it('may still be given on the command line', () => {
    const { command } = parseCommandLine(['restore', 'wren', '--phrase', 'a b c']);
    expect(command).toEqual({ kind: 'restore', name: 'wren', phrase: 'a b c' });
  });

  it('are the first line, however it comes, with or without an end', async () => {
    expect(await readPhrase(from(['legal win', 'ner thank\r\n', 'more']), () => undefined, never)).toBe('legal winner thank');
    expect(await readPhrase(from(['  legal winner']), () => undefined, never)).toBe('legal winner');
  });

  it('are waited for without a line’s end only as long as they can be words', async () => {
    const endless = new Readable({ read: () => void endless.push('words '.repeat(20)) });
    await expect(readPhrase(endless, () => undefined, never)).rejects.toMatchObject({ code: 'BAD_INPUT', reason: 'usage' });
    await expect(readPhrase(from(['\n']), () => undefined, never)).rejects.toMatchObject({ code: 'BAD_INPUT', reason: 'usage' });
  });

  it('are asked for only where a person is typing', async () => {
    const ask = vi.fn<() => void>();
    await readPhrase(from(['words\n']), ask, never);
    expect(ask).not.toHaveBeenCalled();
    await readPhrase(Object.assign(from(['words\n']), { isTTY: true }), ask, never);
    expect(ask).toHaveBeenCalledOnce();
  });

  it('are not waited for after an interruption', async () => {
    const silent = new Readable({ read: () => undefined });
    await expect(readPhrase(silent, () => undefined, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});
