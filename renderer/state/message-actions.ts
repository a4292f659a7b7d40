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

/** It has words that can be copied and said to others. */
export const isText = ({ deleted, unknown, voice }: MessageView): boolean => !deleted && !unknown && voice === null;

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
    if (composing.kind !== 'edit') return this.sendParts(id, [text], composing, restore);
    const messageId = composing.of.id;
    return this.#notify.attempt(() => this.#client.conversations.edit({ id, messageId, text }));
  }

  /** A text that is too long for one message, one after the other; the first answers what is answered. Else as `send`. */
  async sendParts(id: string, parts: readonly string[], composing: Composing, restore: (text: string) => void): Promise<boolean> {
    const { conversations } = this.#client;
    const sent: string[] = [];
    let replyTo = composing.kind === 'reply' ? composing.to.id : null;
    for (const [index, text] of parts.entries()) {
      // In their order, and nothing after one that failed.
      // oxlint-disable-next-line no-await-in-loop -- likewise, one after the other
      const done = await this.#notify.attempt(async () => {
        sent.push((await conversations.send({ id, text, replyTo })).messageId);
      });
      if (!done) {
        // What is left can be sent again; what has gone must not be.
        if (index > 0) restore(parts.slice(index).join('\n'));
        return index > 0;
      }
      replyTo = null;
    }
    if (this.#store.getState().settings?.undoSend === true) {
      const words = this.#words(sent.length === 1 ? 'conversation.sendsSoon' : 'messages.long.willSend', { count: sent.length });
      this.#notify.done(words, () => void this.#takeBack(id, sent, restore));
    }
    return true;
  }

  async #takeBack(id: string, messageIds: readonly string[], restore: (text: string) => void): Promise<void> {
    const texts: string[] = [];
    await this.#notify.attempt(async () => {
      for (const messageId of messageIds) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        texts.push((await this.#client.conversations.takeBack({ id, messageId })).text);
      }
    });
    if (texts.length > 0) restore(texts.join('\n'));
  }

  /** Says the same to somebody else. */
  async forward(id: string, messages: readonly MessageView[]): Promise<boolean> {
    const texts = messages.filter(isText).map(({ text }) => text);
    return this.sendParts(id, texts, composingNew, () => undefined);
  }

  /** The same picture again takes it back. */
  async react(message: MessageView, emoji: string): Promise<void> {
    const ours = message.reactions.find(({ author }) => author === null)?.emoji ?? null;
    const { conversationId: id, id: messageId } = message;
    await this.#notify.attempt(() => this.#client.conversations.react({ id, messageId, emoji: ours === emoji ? null : emoji }));
  }

  async copy(text: string): Promise<boolean> {
    return this.#notify.attempt(() => navigator.clipboard.writeText(text));
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
