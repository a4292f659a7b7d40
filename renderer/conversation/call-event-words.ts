import type { CallRecordView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { durationInWords } from '../ui/index.ts';

/** A past call in one line, and whether it was missed (then "call back" is offered). */
export function callEventWords(words: Words, call: CallRecordView, name: string): string {
  const duration = durationInWords(words, call.talkedMs);
  if (call.direction === 'out') {
    if (call.talkedMs > 0) return words('conversation.event.outTalked', { duration });
    return words('conversation.event.outFailed', { why: words(`ended.${call.reason}.why`, { name }) });
  }
  if (call.missed) return words('conversation.event.missed', { name });
  if (call.talkedMs > 0) return words('conversation.event.inTalked', { name, duration });
  if (call.reason === 'declined') return words('conversation.event.declined', { name });
  return words('conversation.event.inFailed', { name, why: words(`ended.${call.reason}.why`, { name }) });
}
