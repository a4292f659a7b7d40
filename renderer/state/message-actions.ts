import { undoSendMs, type MessageView } from '../../preload/contract/index.ts';
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

/** It can be said to others: its words, or its sound, are here. */
export const isForwardable = (message: MessageView): boolean => isText(message) || message.voice?.state === 'whole';

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

  /** Other words for one of ours. The same ones change nothing. @returns whether they stand now */
  async edit({ conversationId: id, id: messageId, text: before }: MessageView, text: string): Promise<boolean> {
    return text === before || this.#notify.attempt(() => this.#client.conversations.edit({ id, messageId, text }));
  }

  /**
   * One message, or a text that is too long for one in parts; the first answers what is answered.
   * @param answers id of the message that is answered
   * @param restore gets what could not be sent, or was taken back
   * @returns whether something is on its way
   */
  async send(id: string, parts: readonly string[], answers: string | null, restore: (text: string) => void): Promise<boolean> {
    const { conversations } = this.#client;
    const posts = parts.map((text, index) => () => conversations.send({ id, text, replyTo: index === 0 ? answers : null }));
    const sent = await this.#post(id, posts, restore);
    // What is left can be sent again; what has gone must not be.
    if (sent < parts.length) restore(parts.slice(sent).join('\n'));
    return sent > 0;
  }

  /** One after the other, and nothing after one that failed. @returns how many are on their way */
  async #post(
    id: string,
    posts: readonly (() => Promise<{ messageId: string }>)[],
    restore: (text: string) => void,
  ): Promise<number> {
    const sent: string[] = [];
    for (const post of posts) {
      // In their order.
      // oxlint-disable-next-line no-await-in-loop -- likewise, one after the other
      if (!(await this.#notify.attempt(async () => sent.push((await post()).messageId)))) break;
    }
    if (sent.length > 0 && this.#store.getState().settings?.undoSend === true) {
      const words = this.#words(sent.length === 1 ? 'conversation.sendsSoon' : 'messages.long.willSend', { count: sent.length });
      this.#notify.done(words, () => void this.#takeBack(id, sent, restore), undoSendMs);
    }
    return sent.length;
  }

  async #takeBack(id: string, messageIds: readonly string[], restore: (text: string) => void): Promise<void> {
    const texts: string[] = [];
    await this.#notify.attempt(async () => {
      for (const messageId of messageIds) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        texts.push((await this.#client.conversations.takeBack({ id, messageId })).text);
      }
    });
    const back = texts.filter((text) => text !== '').join('\n');
    if (back !== '') restore(back);
  }

  /** Says the same to somebody else, in words or by voice. @returns whether all of it is on its way */
  async forward(id: string, messages: readonly MessageView[]): Promise<boolean> {
    const { conversations } = this.#client;
    const again = messages.filter(isForwardable).map((message) => async () => {
      const { conversationId, id: messageId, text, voice } = message;
      if (voice === null) return conversations.send({ id, text, replyTo: null });
      const { sound } = await conversations.voice({ id: conversationId, messageId });
      return conversations.sendVoice({ id, sound, waveform: [...voice.waveform], replyTo: null });
    });
    return (await this.#post(id, again, () => undefined)) === again.length;
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
