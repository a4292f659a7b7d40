import { z } from 'zod';
import { accountKeySchema, callEndReasonSchema, deliverySchema, emojiSchema, idSchema } from '../../preload/contract/index.ts';
import { isoTime, type FileForm, type FileItem, type Participants } from './conversation-file.ts';

const time = z.iso.datetime();
const personSchema = z.object({ name: z.string(), accountKey: accountKeySchema });

/** EXPORT.md has this in words. Fields are only added; a reader passes over those that it doesn't know. */
export const conversationFileSchema = z.object({
  format: z.literal('lilliput-conversation'),
  version: z.literal(1),
  app: z.string(),
  exportedAt: time,
  you: personSchema,
  others: z.array(personSchema.extend({ nickname: z.string().nullable() })),
  items: z.array(
    z.discriminatedUnion('type', [
      z.object({
        type: z.literal('message'),
        id: idSchema,
        from: accountKeySchema,
        at: time,
        /** Null: in its turn; else it came after what follows it. */
        arrivedAt: time.nullable(),
        sentAt: time.nullable(),
        text: z.string(),
        /** Its sound is in an archive of the account, not in here. */
        voice: z.object({ seconds: z.number().nonnegative() }).nullable(),
        /** A newer version of the app made it, and this one can't show it. */
        unknown: z.boolean(),
        replyTo: idSchema.nullable(),
        editedAt: time.nullable(),
        deleted: z.boolean(),
        delivery: deliverySchema.nullable(),
        reactions: z.array(z.object({ from: accountKeySchema, emoji: emojiSchema })),
      }),
      z.object({
        type: z.literal('call'),
        id: idSchema,
        from: accountKeySchema,
        at: time,
        talkedSeconds: z.number().nonnegative(),
        reason: callEndReasonSchema,
        missed: z.boolean(),
      }),
    ]),
  ),
});
export type ConversationFile = z.output<typeof conversationFileSchema>;
type Item = ConversationFile['items'][number];

function asItem(item: FileItem, { you, others }: Participants): Item {
  const other = others.find(({ accountKey }) => accountKey === item.conversationId)?.accountKey ?? item.conversationId;
  const from = item.direction === 'out' ? you.accountKey : other;
  if (item.kind === 'call') {
    const { id, startedMs, talkedMs, reason, missed } = item;
    return { type: 'call', id, from, at: isoTime(startedMs) ?? '', talkedSeconds: talkedMs / 1000, reason, missed };
  }
  return {
    type: 'message',
    id: item.id,
    from,
    at: isoTime(item.atMs) ?? '',
    arrivedAt: isoTime(item.cameMs),
    sentAt: isoTime(item.sentMs),
    text: item.text,
    voice: item.voice === null ? null : { seconds: item.voice.durationMs / 1000 },
    unknown: item.unknown,
    replyTo: item.reply?.id ?? null,
    editedAt: isoTime(item.editedMs),
    deleted: item.deleted,
    delivery: item.direction === 'out' ? item.delivery : null,
    reactions: item.reactions.map(({ author, emoji }) => ({ from: author ?? you.accountKey, emoji })),
  };
}

/** One object; each item on a line of its own, so that the largest can be read line by line. */
export const jsonForm: FileForm = {
  begin({ participants, madeMs, app }) {
    const head = {
      format: 'lilliput-conversation',
      version: 1,
      app,
      exportedAt: isoTime(madeMs),
      you: participants.you,
      others: participants.others,
    };
    return `${JSON.stringify(head).slice(0, -1)},"items":[`;
  },
  item: (item, before, { participants }) => `${before === null ? '' : ','}\n${JSON.stringify(asItem(item, participants))}`,
  end: () => '\n]}\n',
};
