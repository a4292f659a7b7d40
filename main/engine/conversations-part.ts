import type { ConversationView, TimelineItem } from '../../preload/contract/index.ts';
import type { ConversationRepository } from '../storage/index.ts';
import type { ConversationsPart } from './engine.ts';
import { createCollection, createFeed } from './observable.ts';

/** Changes of the timeline that a slow watcher may fall behind before the oldest are lost to it (it re-reads on reopening). */
const changesKept = 2000;

export interface ConversationsPartOptions {
  readonly repository: ConversationRepository;
  /** Stores and sends; returns the message's id. @throws AppError */
  readonly send: (conversationId: string, text: string) => string;
  /** @throws AppError NO_SUCH_CONVERSATION */
  readonly requireConversation: (conversationId: string) => void;
}

export interface ConversationsPartControl extends ConversationsPart {
  /** A message or call was added or changed. */
  itemChanged(item: TimelineItem): void;
  /** The conversation was removed or brought back: show what is stored. */
  reload(): void;
}

export function createConversationsPart({
  repository,
  send,
  requireConversation,
}: ConversationsPartOptions): ConversationsPartControl {
  const list = createCollection<string, ConversationView>((conversation) => conversation.id);
  const changes = createFeed<TimelineItem>(changesKept);
  list.replaceAll(repository.list());
  const refresh = (id: string): void => list.upsert(repository.view(id));
  return {
    list,
    itemChanged(item) {
      refresh(item.conversationId);
      changes.emit(item);
    },
    reload: () => list.replaceAll(repository.list()),
    page(id, beforeMs, limit) {
      requireConversation(id);
      const { items, more } = repository.page(id, beforeMs, limit);
      return { items: [...items], more };
    },
    async *watchTimeline(id, limit, signal) {
      requireConversation(id);
      const leaving = new AbortController();
      const following = changes.watch(signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]));
      // Begin to listen before looking, so that nothing falls between the two.
      let next = following.next();
      try {
        yield { type: 'snapshot', items: [...repository.page(id, null, limit).items] };
        for (;;) {
          // One change after the other is the point of a subscription.
          // oxlint-disable-next-line no-await-in-loop
          const change = await next;
          if (change.done === true) return;
          if (change.value.conversationId === id) yield { type: 'upsert', item: change.value };
          next = following.next();
        }
      } finally {
        leaving.abort();
      }
    },
    send(id, text) {
      requireConversation(id);
      return send(id, text);
    },
    markRead(id) {
      requireConversation(id);
      repository.markRead(id);
      refresh(id);
    },
    saveDraft(id, draft) {
      requireConversation(id);
      repository.saveDraft(id, draft);
      refresh(id);
    },
  };
}
