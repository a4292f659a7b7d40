import { searchTotalMost, type ConversationView, type TimelineItem } from '../../preload/contract/index.ts';
import { messageView, type ConversationRepository, type MessageRepository, type SearchRepository } from '../storage/index.ts';
import type { ChatChange } from '../chat/index.ts';
import { AppError } from '../ports/app-error.ts';
import { missingCase } from '../ports/missing-case.ts';
import type { ChatActions, ConversationsPart } from './engine.ts';
import { createCollection, createFeed, type CollectionChange } from './observable.ts';

/** Changes of the timeline that a slow watcher may fall behind, ten thousand messages coming, before it reads it anew. */
const changesKept = 500;

export interface ConversationsPartOptions {
  readonly repository: ConversationRepository;
  readonly find: MessageRepository['find'];
  readonly search: SearchRepository;
  /** The chat of who is signed in. @throws AppError NOT_SIGNED_IN */
  readonly chat: () => ChatActions;
  /** @throws AppError NO_SUCH_CONVERSATION */
  readonly requireConversation: (conversationId: string) => void;
}

interface TimelineChange {
  /** Null: of every one. */
  readonly conversationId: string | null;
  /** `anew`: so much changed that it is to be read again. */
  readonly change: Exclude<CollectionChange<string, TimelineItem>, { type: 'snapshot' }> | 'anew';
}

export interface ConversationsPartControl extends ConversationsPart {
  /** A message or call was added or changed. */
  itemChanged(item: TimelineItem): void;
  chatChanged(changes: readonly ChatChange[]): void;
  /** The conversation was removed or brought back: show what is stored. */
  reload(): void;
  /** All of a conversation (null: of every one) went out of sight or came back. */
  shownAnew(id: string | null): void;
  /** These are no longer stored. */
  forgotten(items: readonly { readonly conversationId: string; readonly id: string }[]): void;
}

const itemOf = (change: Exclude<ChatChange, { readonly type: 'gone' | 'typing' }>): TimelineItem =>
  change.type === 'call' ? change.call : change.message;

function conversationOf(change: ChatChange): string {
  switch (change.type) {
    case 'received':
    case 'changed':
    case 'call':
      return itemOf(change).conversationId;
    case 'gone':
    case 'typing':
      return change.account;
    default:
      return missingCase(change);
  }
}

export function createConversationsPart({
  repository,
  find,
  search,
  chat,
  requireConversation,
}: ConversationsPartOptions): ConversationsPartControl {
  const list = createCollection<string, ConversationView>((conversation) => conversation.id);
  const changes = createFeed<TimelineChange>(changesKept, { conversationId: null, change: 'anew' });
  list.replaceAll(repository.list());
  const refresh = (id: string): void => list.upsert({ ...repository.view(id), typing: chat().isTyping(id) });
  const itemChanged = (item: TimelineItem): void => {
    refresh(item.conversationId);
    changes.emit({ conversationId: item.conversationId, change: { type: 'upsert', item } });
  };
  /** The chat, for a conversation that there is. */
  const chatOf = (id: string): ChatActions => {
    requireConversation(id);
    return chat();
  };
  return {
    list,
    chat: {
      send: (id, text, replyTo) => chatOf(id).send(id, text, replyTo),
      sendVoice: (id, sound, waveform, replyTo) => chatOf(id).sendVoice(id, sound, waveform, replyTo),
      voice: (id, message) => chatOf(id).voice(id, message),
      markHeard: (id, message) => chatOf(id).markHeard(id, message),
      edit: (id, message, text) => chatOf(id).edit(id, message, text),
      deleteForBoth: (id, message) => chatOf(id).deleteForBoth(id, message),
      takeBack: (id, message) => chatOf(id).takeBack(id, message),
      react: (id, message, emoji) => chatOf(id).react(id, message, emoji),
      hide: (id, messages) => chatOf(id).hide(id, messages),
      unhide: (id, messages) => chatOf(id).unhide(id, messages),
      typing: (id) => chatOf(id).typing(id),
      read: (id) => chatOf(id).read(id),
      isTyping: (id) => chatOf(id).isTyping(id),
    },
    itemChanged,
    chatChanged(together) {
      for (const change of together) {
        const conversationId = conversationOf(change);
        if (change.type === 'gone') changes.emit({ conversationId, change: { type: 'remove', key: change.id } });
        else if (change.type !== 'typing') changes.emit({ conversationId, change: { type: 'upsert', item: itemOf(change) } });
      }
      for (const id of new Set(together.map(conversationOf))) refresh(id);
    },
    reload: () => list.replaceAll(repository.list()),
    shownAnew(id) {
      list.replaceAll(repository.list());
      changes.emit({ conversationId: id, change: 'anew' });
    },
    forgotten(items) {
      for (const { conversationId, id } of items) changes.emit({ conversationId, change: { type: 'remove', key: id } });
      list.replaceAll(repository.list());
    },
    page(id, beforeMs, limit) {
      requireConversation(id);
      const { items, more } = repository.page(id, beforeMs, limit);
      return { items: [...items], more };
    },
    pageAfter(id, afterMs, limit) {
      requireConversation(id);
      return repository.newer(id, afterMs, limit);
    },
    around(id, at, limit) {
      requireConversation(id);
      if ('ms' in at) return repository.around(id, at.ms, limit);
      const message = find(id, at.messageId);
      if (message === null) throw new AppError('NO_SUCH_MESSAGE', 'nothing is kept under this id');
      return repository.around(id, message.atMs, limit);
    },
    search(typed, id, after, limit) {
      if (id !== null) requireConversation(id);
      const hits = search.find({ typed, conversationId: id, beforeOrdinal: after, limit });
      const next = hits.length < limit ? null : (hits.at(-1)?.ordinal ?? null);
      const counted = () => (next === null ? hits.length : search.count(typed, id, searchTotalMost));
      return { hits: hits.map(messageView), after: next, total: after === null ? counted() : null };
    },
    async *watchTimeline(id, limit, signal) {
      requireConversation(id);
      const leaving = new AbortController();
      const following = changes.watch(signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]));
      // Begin to listen before looking, so that nothing falls between the two.
      let next = following.next();
      const snapshot = (): CollectionChange<string, TimelineItem> => ({
        type: 'snapshot',
        items: [...repository.page(id, null, limit).items],
      });
      try {
        yield snapshot();
        for (;;) {
          // One change after the other is the point of a subscription.
          // oxlint-disable-next-line no-await-in-loop -- likewise, one after the other
          const change = await next;
          if (change.done === true) return;
          const { conversationId, change: news } = change.value;
          if (news === 'anew' && (conversationId === null || conversationId === id)) yield snapshot();
          else if (news !== 'anew' && conversationId === id) yield news;
          next = following.next();
        }
      } finally {
        leaving.abort();
      }
    },
    markRead(id) {
      const said = chatOf(id);
      repository.markRead(id);
      refresh(id);
      said.read(id);
    },
    saveDraft(id, draft) {
      requireConversation(id);
      repository.saveDraft(id, draft);
      refresh(id);
    },
  };
}
