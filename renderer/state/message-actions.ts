import type { MessageView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import type { Notifier } from './notify.ts';
import type { Client } from './ports.ts';
import type { UiStore } from './store.ts';

/** What the person is about to say in a conversation: something new, an answer, or other words for what they said. */
export type Composing =
  | { readonly kind: 'new' }
  | { readonly kind: 'reply'; readonly to: MessageView }
  | { readonly kind: 'edit'; readonly of: MessageView };

export const composingNew: Composing = { kind: 'new' };

/** Things done to messages. Each takes effect at once and, where the contract allows, can be taken back. */
export class MessageActions {
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #notify: Notifier;
  readonly #words: Words;

  constructor(client: Client, store: UiStore, notify: Notifier, words: Words) {
    this.#client = client;
    this.#store = store;
    this.#notify = notify;
    this.#words = words;
  }

  /** @returns whether it is on its way; @param restore puts the words back into the composer, if they are taken back */
  async send(id: string, text: string, composing: Composing, restore: (text: string) => void): Promise<boolean> {
    const { conversations } = this.#client;
    if (composing.kind === 'edit')
      return this.#notify.attempt(() => conversations.edit({ id, messageId: composing.of.id, text }));
    return this.#notify.attempt(async () => {
      const { messageId } = await conversations.send({ id, text, replyTo: composing.kind === 'reply' ? composing.to.id : null });
      if (this.#store.getState().settings?.undoSend !== true) return;
      this.#notify.done(
        this.#words('conversation.sendsSoon'),
        () => void this.#notify.attempt(async () => restore((await conversations.takeBack({ id, messageId })).text)),
      );
    });
  }

  /** The same picture again takes it back. */
  async react(message: MessageView, emoji: string): Promise<void> {
    const ours = message.reactions.find(({ author }) => author === null)?.emoji ?? null;
    const { conversationId: id, id: messageId } = message;
    await this.#notify.attempt(() => this.#client.conversations.react({ id, messageId, emoji: ours === emoji ? null : emoji }));
  }

  async copy(messages: readonly MessageView[]): Promise<void> {
    const text = messages.map((message) => message.text).join('\n\n');
    await this.#notify.attempt(() => navigator.clipboard.writeText(text));
  }

  async deleteForBoth(message: MessageView): Promise<void> {
    const { conversationId: id, id: messageId } = message;
    await this.#notify.attempt(() => this.#client.conversations.deleteForBoth({ id, messageId }));
  }

  async deleteForMe(id: string, messages: readonly MessageView[]): Promise<void> {
    const messageIds = messages.map((message) => message.id);
    if (await this.#notify.attempt(() => this.#client.conversations.hide({ id, messageIds }))) {
      this.#notify.done(
        this.#words('conversation.deletedForMe', { count: messageIds.length }),
        () => void this.#notify.attempt(() => this.#client.conversations.unhide({ id, messageIds })),
      );
    }
  }

  /** A key was pressed. Nobody is told that this failed: it is only a courtesy. */
  typing(id: string): void {
    this.#client.conversations.typing({ id }).catch(() => undefined);
  }
}
