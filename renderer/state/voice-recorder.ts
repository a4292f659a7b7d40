import { createStore, type StoreApi } from 'zustand/vanilla';
import { undoSendMs, type MicrophoneProblem } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { currentCall } from './calls.ts';
import type { Notifier } from './notify.ts';
import type { Client, RecordedVoice, RecordingStop, UiAudio, VoiceRecording } from './ports.ts';
import type { UiStore } from './store.ts';
import { base64Of, type VoicePlayer } from './voice-player.ts';
import { peakOf, waveformOf } from './waveform.ts';

/**
 * ```
 *          begin            microphone          let go, stop, limit, unplugged, a call
 * (none) ────────► opening ────────────► on ───────────────────────────────────────────► review ──► sending ──► (none)
 *    ▲                │ problem          │ cancel                                          │ delete      │ failed
 *    └────────────────┴──────────────────┴─────────────────────────────────────────────────┘◄────────────┘ (review)
 * ```
 * At most one in the page, in one conversation.
 */
export type Recording =
  /** `held`: as long as the button is pressed; else until it is stopped. */
  | { readonly phase: 'opening'; readonly held: boolean }
  | { readonly phase: 'on'; readonly held: boolean; readonly elapsedMs: number; readonly peaks: readonly number[] }
  | ({ readonly phase: 'review' | 'sending'; readonly why: RecordingStop | 'call' } & Recorded);

interface Recorded {
  readonly sound: Blob;
  readonly durationMs: number;
  readonly waveform: readonly number[];
}

export interface RecorderState {
  readonly conversationId: string;
  readonly replyTo: string | null;
  readonly recording: Recording;
}

/** Shorter than a word: a slip of the finger. */
const shortestMs = 500;
/** Of the moving waveform: 8 s. */
const shownPeaks = 160;

/** Records voice messages: held or locked, listened to before they go. */
export class VoiceRecorder {
  readonly state: StoreApi<RecorderState | null> = createStore<RecorderState | null>(() => null);
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #audio: UiAudio;
  readonly #player: VoicePlayer;
  readonly #notify: Notifier;
  readonly #words: Words;
  #running: VoiceRecording | null = null;
  /** Sends when the recorder gives what it has. */
  #sendAtEnd = false;
  #why: 'call' | null = null;

  constructor(client: Client, store: UiStore, audio: UiAudio, player: VoicePlayer, notify: Notifier, words: Words) {
    this.#client = client;
    this.#store = store;
    this.#audio = audio;
    this.#player = player;
    this.#notify = notify;
    this.#words = words;
  }

  /** Watches for calls until the returned function is called: a call has the microphone. */
  start(): () => void {
    const stop = this.#store.subscribe((state, before) => {
      if (state.calls === before.calls || currentCall(state.calls) === null || currentCall(before.calls) !== null) return;
      this.#why = 'call';
      this.finish();
    });
    return () => {
      stop();
      this.#running?.discard();
    };
  }

  begin(conversationId: string, replyTo: string | null, held: boolean): void {
    if (this.state.getState() !== null) return;
    if (currentCall(this.#store.getState().calls) !== null) return this.#notify.say(this.#words('voice.onCall'));
    this.#player.stop();
    this.#sendAtEnd = false;
    this.#why = null;
    this.state.setState({ conversationId, replyTo, recording: { phase: 'opening', held } }, true);
    const peaks: number[] = [];
    this.#running = this.#audio.recordVoice({
      onBegin: () =>
        this.#change((now) => (now.phase === 'opening' ? { phase: 'on', held: now.held, elapsedMs: 0, peaks } : now)),
      onLevel: (level, elapsedMs) => {
        peaks.push(peakOf(level));
        this.#change((now) => (now.phase === 'on' ? { ...now, elapsedMs, peaks: peaks.slice(-shownPeaks) } : now));
      },
      onEnd: (voice, why) => this.#ended(voice, this.#why ?? why),
      onProblem: (problem) => this.#failed(problem),
    });
    return undefined;
  }

  /** The button may be let go. */
  lock(): void {
    this.#change((now) => (now.phase === 'opening' || now.phase === 'on' ? { ...now, held: false } : now));
  }

  /** The button is no longer pressed. */
  letGo(): void {
    const recording = this.state.getState()?.recording;
    if ((recording?.phase === 'opening' || recording?.phase === 'on') && recording.held) this.finish();
  }

  /** No more is recorded; it can be listened to, and sent. */
  finish(): void {
    const phase = this.state.getState()?.recording.phase;
    if (phase === 'opening') this.cancel();
    else if (phase === 'on') this.#running?.finish();
  }

  /** Its conversation is no longer shown. */
  leave(conversationId: string): void {
    if (this.state.getState()?.conversationId === conversationId) this.finish();
  }

  /** Stops if it has to, and sends. */
  async send(): Promise<void> {
    const now = this.state.getState();
    if (now?.recording.phase === 'on') {
      this.#sendAtEnd = true;
      this.#running?.finish();
    } else if (now?.recording.phase === 'review') await this.#send(now, now.recording);
  }

  /** As if nothing had been recorded. What could be listened to can be brought back. */
  cancel(): void {
    const now = this.state.getState();
    if (now === null || now.recording.phase === 'sending') return;
    this.#running?.discard();
    this.#running = null;
    this.#player.stop();
    this.#clear();
    if (now.recording.phase !== 'review') return;
    this.#notify.done(this.#words('voice.discarded'), () => this.#restore(now));
  }

  #ended({ sound, durationMs, levels }: RecordedVoice, why: RecordingStop | 'call'): void {
    this.#running = null;
    if (durationMs < shortestMs) {
      this.#clear();
      return this.#notify.say(this.#words('voice.tooShort'));
    }
    this.#change(() => ({ phase: 'review', sound, durationMs, waveform: waveformOf(levels), why }));
    if (this.#sendAtEnd && why === 'asked') void this.send();
    return undefined;
  }

  #failed(problem: MicrophoneProblem): void {
    this.#running = null;
    this.#clear();
    this.#notify.failed(this.#words(`voice.microphone.${problem}`));
  }

  async #send(now: RecorderState, recorded: Extract<Recording, { phase: 'review' | 'sending' }>): Promise<void> {
    const { conversationId: id, replyTo } = now;
    this.#player.stop();
    this.#change(() => ({ ...recorded, phase: 'sending' }));
    try {
      const sound = await base64Of(recorded.sound);
      const { messageId } = await this.#client.conversations.sendVoice({ id, sound, waveform: [...recorded.waveform], replyTo });
      this.#clear();
      if (this.#store.getState().settings?.undoSend !== true) return;
      const takeBack = () =>
        this.#notify.attempt(async () => {
          await this.#client.conversations.takeBack({ id, messageId });
          this.#restore(now);
        });
      this.#notify.done(this.#words('conversation.sendsSoon'), () => void takeBack(), undoSendMs);
    } catch (error) {
      this.#change(() => ({ ...recorded, phase: 'review' }));
      this.#notify.fail(error);
    }
  }

  /** Unless something else is being recorded by now. */
  #restore(former: RecorderState): void {
    if (this.state.getState() === null) this.state.setState(former, true);
  }

  #change(next: (now: Recording) => Recording): void {
    const now = this.state.getState();
    if (now !== null) this.state.setState({ ...now, recording: next(now.recording) }, true);
  }

  #clear(): void {
    this.state.setState(null, true);
  }
}
