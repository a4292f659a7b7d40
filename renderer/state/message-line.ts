import type { MessageView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';

const two = (n: number): string => String(n).padStart(2, '0');

type Said = Pick<MessageView, 'text' | 'voice' | 'deleted' | 'unknown'>;

/** A message in one line, for lists, quotes and notifications: its text, or what it is instead. */
export function messageLine(words: Words, { text, voice, deleted, unknown }: Said): string {
  if (deleted) return words('conversation.quote.deleted');
  if (unknown) return words('conversation.unknown');
  if (voice === null) return text;
  const seconds = Math.round(voice.durationMs / 1000);
  return words('voice.line', { time: `${Math.floor(seconds / 60)}:${two(seconds % 60)}` });
}
