import type { UiAudio } from './ports.ts';
import type { UiStore } from './store.ts';

/** One pluck for a new message, unless its conversation is open in a focused window. */
export class MessageBell {
  readonly #store: UiStore;
  readonly #audio: UiAudio;

  constructor(store: UiStore, audio: UiAudio) {
    this.#store = store;
    this.#audio = audio;
  }

  start(): () => void {
    return this.#store.subscribe((state, before) => {
      if (state.conversations === before.conversations || before.conversations.size === 0) return;
      if (state.settings?.messageSound === false) return;
      for (const conversation of state.conversations.values()) {
        const was = before.conversations.get(conversation.id);
        if (was === conversation || conversation.unread <= (was?.unread ?? 0)) continue;
        const open = state.view.kind === 'conversation' && state.view.id === conversation.id;
        if (open && document.hasFocus()) continue;
        if (conversation.last?.kind === 'message') this.#audio.playSound('message');
      }
    });
  }
}
