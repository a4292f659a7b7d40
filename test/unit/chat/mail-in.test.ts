import { expect, it } from 'vitest';
import { createMailIn } from '../../../main/chat/mail-in.ts';
import { encodeMail } from '../../../main/chat/mail-wire.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const account = 'a1'.repeat(32);
const id = (number: number): string => number.toString(16).padStart(32, '0');
const parts = (onReceipts: (ids: readonly string[]) => void) => ({
  messages: { newestIncoming: () => 0 },
  letters: { owe: () => undefined },
  transaction: <T>(work: () => T): T => work(),
  inboxOf: () => ({ take: () => ({ result: 'acknowledge', fresh: null, call: null, changed: [] }) as const }),
  isFriend: () => true,
  onReceipts: (_: string, ids: readonly string[]) => onReceipts(ids),
  onTaken: () => undefined,
  onEnd: () => undefined,
  onRefused: () => undefined,
  onTrouble: () => undefined,
  clock: new VirtualClock(),
});
const letter = (number: number, receipts: readonly string[] = []) => ({
  account,
  content: encodeMail({
    posts: [
      { after: 0, post: { id: id(number), sequence: number, sentMs: 0, body: { kind: 'text', text: 'x', replyTo: null } } },
    ],
    receipts,
  }),
});

it('Letters that come together are read some at a time, and others have their turn in between', async () => {
  const take = createMailIn(parts(() => undefined));
  let turns = 0;
  let isOver = false;
  const watch = (): void => {
    turns += 1;
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  expect(await take(Array.from({ length: 256 }, (_, number) => letter(number + 1)))).toEqual(Array(256).fill('done'));
  isOver = true;
  // Sixteen for reading them, and some for storing them.
  expect(turns).toBeGreaterThanOrEqual(20);
});

it('Receipts of many letters are heeded each once and some at a time; what could not be comes again', async () => {
  const heard: number[] = [];
  const all = Array.from({ length: 1_000 }, (_, number) => id(number));
  const take = createMailIn(parts((ids) => heard.push(ids.length)));
  expect(await take([letter(1, all), letter(2, all)])).toEqual(['done', 'done']);
  expect(heard).toEqual([500, 500]);
  const failing = createMailIn(
    parts((ids) => {
      if (ids[0] !== id(0)) throw new AppError('DISK_FULL', 'no room');
    }),
  );
  expect(await failing([letter(1, all), letter(2)])).toEqual(['later', 'done']);
});
