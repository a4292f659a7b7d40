import type { CallActions } from './call-actions.ts';
import { currentCall } from './calls.ts';
import type { UiStore } from './store.ts';

/**
 * Mutes each call from its first moment while the person chose push-to-talk, and opens the microphone while the key is held.
 * The mute is the call's ordinary one: the other side sees it, and the mute button shows and changes it.
 */
export class PushToTalk {
  readonly #store: UiStore;
  readonly #calls: CallActions;
  #callId: string | null = null;
  #isHeld = false;

  constructor(store: UiStore, calls: CallActions) {
    this.#store = store;
    this.#calls = calls;
  }

  /** Watches until the returned function is called. */
  start(): () => void {
    return this.#store.subscribe((state, before) => {
      if (state.calls === before.calls && state.settings === before.settings) return;
      const call = currentCall(state.calls);
      const isOn = state.settings?.pushToTalk === true;
      const isNew = call !== null && call.id !== this.#callId;
      const wasOn = before.settings?.pushToTalk === true;
      this.#callId = call?.id ?? null;
      if (call === null || !isOn || isNew) this.#isHeld = false;
      // Turned off, the call stays as it is: whoever is muted says themselves when they want to be heard.
      if (call !== null && isOn && (isNew || !wasOn) && !call.muted) void this.#calls.setMuted(call, true);
    });
  }

  get isOn(): boolean {
    return this.#isHeld;
  }

  /** The key went down. False if there is nothing to talk into, so that the key keeps its own meaning. */
  press(): boolean {
    const { calls, settings } = this.#store.getState();
    const call = currentCall(calls);
    if (call === null || settings?.pushToTalk !== true) return false;
    this.#isHeld = true;
    if (call.muted) void this.#calls.setMuted(call, false);
    return true;
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    const call = currentCall(this.#store.getState().calls);
    if (call !== null && !call.muted) void this.#calls.setMuted(call, true);
  }
}
