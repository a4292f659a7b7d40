import type { ConversationView, MessageView } from '../../preload/contract/index.ts';
import type { Output } from './output.ts';

/** A message in a line. */
export const saidIn = ({ text, voice }: MessageView): string =>
  voice === null ? text : `(voice message, ${Math.round(voice.durationMs / 1000)} s)`;

/** How far ours has come, and when theirs came if that was late. */
export const noteOf = ({ direction, delivery, cameMs }: MessageView): string =>
  direction === 'out' ? `  [${delivery}]` : cameMs === null ? '' : `  [arrived ${new Date(cameMs).toISOString()}]`;

/** Says each message that arrives, once, wherever it stands in its conversation; nothing of what is no news. */
export function createMessageTeller(output: Output): (conversation: ConversationView, isNews: boolean) => void {
  const heard = new Map<string, { readonly id: string | null; readonly unread: number }>();
  return ({ id, arrived, unread }, isNews) => {
    const before = heard.get(id) ?? { id: null, unread: 0 };
    heard.set(id, { id: arrived?.id ?? before.id, unread });
    // One that was deleted leaves an older one the last, which was said before.
    if (!isNews || arrived === null || arrived.id === before.id || unread < before.unread) return;
    output.say('message', { ...arrived }, `Message: ${saidIn(arrived)}${noteOf(arrived)}`);
  };
}
