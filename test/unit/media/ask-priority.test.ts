import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { askPriority } from '../../../main/media/ask-priority.ts';
import { silentLogger } from '../../../main/ports/logger.ts';

test('asks for more than others have, and for less than the system needs for itself', () => {
  const asked: number[] = [];
  expect(askPriority(silentLogger, (priority) => void asked.push(priority))).toBe(true);
  expect(asked).toEqual([constants.priority.PRIORITY_ABOVE_NORMAL]);
});

test('goes on where it is refused, and says so', () => {
  const said: unknown[] = [];
  const logger = { ...silentLogger, debug: (event: string, context?: object) => void said.push([event, context]) };
  const refuse = (): never => {
    throw new Error('EACCES');
  };
  expect(askPriority(logger, refuse)).toBe(false);
  expect(said).toEqual([['no priority', { reason: 'EACCES' }]]);
});
