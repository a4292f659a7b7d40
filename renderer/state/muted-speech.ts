import type { CallView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import type { CallActions } from './call-actions.ts';
import { currentCall, isTalking } from './calls.ts';
import type { Notifier } from './notify.ts';
import type { UiAudio } from './ports.ts';
import type { UiStore } from './store.ts';

/** RMS of speech at arm's length; a quiet room and typing stay under it most of the time. */
const speechFrom = 0.04;
/** A word, not a cough: so much more speech than silence. */
const speechMs = 600;
/** Once is a service, more is nagging. */
const againAfterMs = 30_000;

export interface SpeechMemory {
  /** Speech lately heard, less the silence since; milliseconds. */
  readonly heardMs: number;
  readonly atMs: number;
}

export const noSpeech: SpeechMemory = { heardMs: 0, atMs: -Infinity };

/** Somebody was heard for long enough once `heardMs` reaches `speechMs`. */
export function speechAfter(memory: SpeechMemory, level: number, nowMs: number): SpeechMemory {
  const sinceMs = Math.min(100, nowMs - memory.atMs);
  const heardMs = level >= speechFrom ? memory.heardMs + sinceMs : memory.heardMs - sinceMs;
  return { heardMs: Math.min(speechMs, Math.max(0, heardMs)), atMs: nowMs };
}

/**
 * Tells somebody who speaks while muted that nobody hears it. The level is taken in the page, before the mute: what was
 * said does not leave it. Not with push-to-talk, where being muted is the rule.
 */
export class MutedSpeech {
  readonly #store: UiStore;
  readonly #audio: UiAudio;
  readonly #calls: CallActions;
  readonly #notify: Notifier;
  readonly #words: Words;
  #memory = noSpeech;
  #saidAtMs = -Infinity;
  /** The notice that was given last, until nobody is muted any more. */
  #notice: number | null = null;

  constructor(store: UiStore, audio: UiAudio, calls: CallActions, notify: Notifier, words: Words) {
    this.#store = store;
    this.#audio = audio;
    this.#calls = calls;
    this.#notify = notify;
    this.#words = words;
  }

  /** Listens until the returned function is called. */
  start(now: () => number = () => performance.now()): () => void {
    const stopListening = this.#audio.onLevel(({ unheard }) => this.#heard(unheard, now()));
    const stopLooking = this.#store.subscribe(() => this.#look());
    return () => {
      stopListening();
      stopLooking();
    };
  }

  /** The call whose person is muted and may not think of it; null: there is none. */
  get #mutedCall(): CallView | null {
    const { calls, settings } = this.#store.getState();
    const call = currentCall(calls);
    const isMute = call !== null && isTalking(call) && call.muted && call.hold === 'none' && settings?.pushToTalk !== true;
    return isMute ? call : null;
  }

  /** The notice goes with what it says. */
  #look(): void {
    if (this.#notice === null || this.#mutedCall !== null) return;
    const gone = this.#notice;
    this.#notice = null;
    this.#notify.dismiss(gone);
  }

  #heard(level: number, nowMs: number): void {
    const call = this.#mutedCall;
    this.#memory = call === null ? noSpeech : speechAfter(this.#memory, level, nowMs);
    if (call === null || this.#memory.heardMs < speechMs || nowMs - this.#saidAtMs < againAfterMs) return;
    this.#saidAtMs = nowMs;
    this.#notice = this.#notify.offer(this.#words('call.mutedSpeech'), {
      kind: 'unmute',
      run: () => void this.#calls.setMuted(call, false),
    });
  }
}
