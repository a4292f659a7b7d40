import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MessageView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import type { Notifier } from './notify.ts';
import type { Client, UiAudio, VoicePlayback } from './ports.ts';
import type { UiStore } from './store.ts';
import { isOver } from './calls.ts';

export const rates = [1, 1.5, 2] as const;
export type Rate = (typeof rates)[number];

/** What is being played, or was: one at a time. */
export interface Playing {
  /** Of the message, or `draftKey`. */
  readonly key: string;
  readonly phase: 'loading' | 'playing' | 'paused';
  readonly positionMs: number;
}

export interface PlayerState {
  readonly playing: Playing | null;
  readonly rate: Rate;
}

/** The recording that is not sent yet. */
export const draftKey = 'draft';

/** The browser has begun to read it by then. */
const revokeAfterMs = 60_000;

interface Source {
  readonly key: string;
  readonly load: () => Promise<Blob>;
  readonly onHeard: () => void;
}

/** Plays voice messages, one at a time, and is silent when a call begins. */
export class VoicePlayer {
  readonly state: StoreApi<PlayerState> = createStore<PlayerState>(() => ({ playing: null, rate: 1 }));
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #audio: UiAudio;
  readonly #notify: Notifier;
  readonly #words: Words;
  #playback: VoicePlayback | null = null;
  /** Each beginning has a number; only the newest may sound. */
  #turn = 0;

  constructor(client: Client, store: UiStore, audio: UiAudio, notify: Notifier, words: Words) {
    this.#client = client;
    this.#store = store;
    this.#audio = audio;
    this.#notify = notify;
    this.#words = words;
  }

  /** Watches for calls until the returned function is called. */
  start(): () => void {
    const stop = this.#store.subscribe((state, before) => {
      if (state.calls === before.calls) return;
      const begun = [...state.calls.values()].some((call) => !isOver(call) && !before.calls.has(call.id));
      if (begun) this.pause();
    });
    return () => {
      stop();
      this.stop();
    };
  }

  toggle(message: MessageView): void {
    this.#toggle(this.#sourceOf(message));
  }

  seek(message: MessageView, positionMs: number): void {
    this.#seek(this.#sourceOf(message), positionMs);
  }

  toggleDraft(sound: Blob): void {
    this.#toggle(draft(sound));
  }

  seekDraft(sound: Blob, positionMs: number): void {
    this.#seek(draft(sound), positionMs);
  }

  /** 1, 1.5, 2, and 1 again. */
  nextRate(): void {
    const { rate } = this.state.getState();
    const next = rates[(rates.indexOf(rate) + 1) % rates.length] ?? 1;
    this.state.setState({ rate: next });
    this.#playback?.setRate(next);
  }

  pause(): void {
    const { playing } = this.state.getState();
    if (playing?.phase === 'loading') return this.stop();
    if (playing?.phase !== 'playing') return undefined;
    this.#playback?.pause();
    this.#show({ ...playing, phase: 'paused' });
    return undefined;
  }

  stop(): void {
    this.#turn += 1;
    this.#playback?.close();
    this.#playback = null;
    this.#show(null);
  }

  #sourceOf({ id: messageId, conversationId: id, direction, voice }: MessageView): Source {
    return {
      key: messageId,
      load: () => this.sound(id, messageId),
      onHeard: () => {
        if (direction === 'out' || voice?.heard !== false) return;
        this.#client.conversations.markHeard({ id, messageId }).catch(() => undefined); // the mark comes when it is played again
      },
    };
  }

  /** The file of a message. */
  async sound(id: string, messageId: string): Promise<Blob> {
    const { sound } = await this.#client.conversations.voice({ id, messageId });
    return new Blob([bytesOf(sound)], { type: 'audio/ogg; codecs=opus' });
  }

  /** Puts the file where the person keeps such things. */
  async save(message: MessageView): Promise<void> {
    await this.#notify.attempt(async () => {
      const address = URL.createObjectURL(await this.sound(message.conversationId, message.id));
      const link = document.createElement('a');
      link.href = address;
      // Local time, in signs that every file system takes.
      const when = new Date(message.atMs).toLocaleString('sv-SE').replaceAll(':', '.');
      link.download = `${this.#words('voice.fileName', { when })}.opus`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), revokeAfterMs);
    });
  }

  #toggle(source: Source): void {
    const { playing } = this.state.getState();
    if (playing?.key !== source.key) return void this.#begin(source, 0);
    if (playing.phase !== 'paused') return this.pause();
    this.#playback?.resume();
    return this.#show({ ...playing, phase: 'playing' });
  }

  #seek(source: Source, positionMs: number): void {
    const { playing } = this.state.getState();
    if (playing?.key !== source.key) return void this.#begin(source, positionMs);
    this.#playback?.seek(positionMs);
    return this.#show({ ...playing, positionMs });
  }

  async #begin({ key, load, onHeard }: Source, fromMs: number): Promise<void> {
    this.stop();
    const turn = this.#turn;
    this.#show({ key, phase: 'loading', positionMs: fromMs });
    try {
      const sound = await load();
      if (turn !== this.#turn) return;
      const at = this.state.getState().playing?.positionMs ?? fromMs;
      this.#playback = this.#audio.playVoice(sound, at, this.state.getState().rate, {
        onPosition: (positionMs) => {
          const { playing } = this.state.getState();
          if (turn === this.#turn && playing !== null) this.#show({ ...playing, positionMs });
        },
        onEnd: (failed) => {
          if (turn !== this.#turn) return;
          this.#playback = null;
          this.#show(null);
          if (failed) this.#notify.fail(new Error('a voice message could not be played'));
        },
      });
      this.#show({ key, phase: 'playing', positionMs: at });
      onHeard();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#show(null);
      this.#notify.fail(error);
    }
  }

  #show(playing: Playing | null): void {
    this.state.setState({ playing });
  }
}

const draft = (sound: Blob): Source => ({ key: draftKey, load: () => Promise.resolve(sound), onHeard: () => undefined });

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0);

/** As the bridge takes bytes. */
export async function base64Of(sound: Blob): Promise<string> {
  const bytes = new Uint8Array(await sound.arrayBuffer());
  const pieces: string[] = [];
  // As many arguments as a call may have.
  for (let at = 0; at < bytes.length; at += 8_192) pieces.push(String.fromCodePoint(...bytes.subarray(at, at + 8_192)));
  return btoa(pieces.join(''));
}
