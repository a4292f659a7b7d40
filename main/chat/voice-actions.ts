import type { MessageView } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import { toHex } from '../ports/hex.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { messageView, type MessageRepository, type NewPost, type StoredMessage, type VoiceRepository } from '../storage/index.ts';
import type { PostBody } from './post.ts';
import { attachmentOf, partBodies, voiceBody } from './voice.ts';

/** Parts whose message is not there after so long: mailboxes keep what waits for 30 days. */
export const earlyForMs = 31 * 86_400_000;

export interface VoiceActions {
  /**
   * Ogg Opus of one voice, with its waveform.
   * @throws AppError as `send`; BAD_INPUT also for what is no such sound
   */
  sendVoice(account: AccountKey, sound: Uint8Array, waveform: readonly number[], replyTo: string | null): MessageView;
  /** The bytes of a voice message that is whole. @throws AppError NO_SUCH_MESSAGE */
  voice(account: AccountKey, id: string): Uint8Array;
  /** It was played here. */
  markHeard(account: AccountKey, id: string): void;
}

export interface VoiceActionsOptions {
  readonly voices: VoiceRepository;
  readonly messages: Pick<MessageRepository, 'find'>;
  readonly random: Random;
  /** How long what is sent can be taken back. */
  readonly holdMs: () => number;
  /** @param more posts that come with it */
  readonly newPost: (account: AccountKey, body: PostBody, holdMs?: number, more?: number) => NewPost;
  readonly publish: (account: AccountKey, message: StoredMessage) => void;
  readonly onChanged: (message: StoredMessage) => void;
}

export function createVoiceActions(options: VoiceActionsOptions): VoiceActions {
  const { voices, messages, random, holdMs, newPost, publish, onChanged } = options;
  return {
    sendVoice(account, sound, waveform, replyTo) {
      if (replyTo !== null && messages.find(account, replyTo) === null) throw new AppError('NO_SUCH_MESSAGE', 'to answer');
      const attachment = attachmentOf(toHex(random.bytes(16)), sound, waveform);
      const bodies = partBodies(attachment.id, sound);
      const post = newPost(account, voiceBody(attachment, replyTo), holdMs(), bodies.length);
      const parts = bodies.map((body) => newPost(account, body));
      const stored = voices.addOutgoing(account, { attachment, replyTo, nowMs: post.sentMs }, sound, post, parts);
      publish(account, stored);
      return messageView(stored);
    },
    voice(account, id) {
      const sound = voices.sound(account, id);
      if (sound === null) throw new AppError('NO_SUCH_MESSAGE', 'no sound of it here');
      return sound;
    },
    markHeard(account, id) {
      const heard = voices.markHeard(account, id);
      if (heard !== null) onChanged(heard);
    },
  };
}
