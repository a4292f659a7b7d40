import { pcmSampleRate } from '../../preload/contract/pcm.ts';
import { listDevices, onDevicesChanged, type AudioDevice } from './devices.ts';
import { encoderUrl } from './opus-encoder.ts';
import { idOf } from './remembered-device.ts';
// oxlint-disable-next-line import/default -- Vite makes the module: the processor, bundled, as an address
import voicePlayerUrl from './worklets/voice-player.ts?worker&url';

/** TypeScript's DOM library has no `setSinkId` on contexts yet (Audio Output Devices API; Chromium 110). */
type SinkContext = AudioContext & { setSinkId?: (sinkId: string) => Promise<void> };

/** Web Audio §1.2.4: the system's. */
const systemChoice = '';

/**
 * The page's one AudioContext: made at the first sound, running only while somebody uses it, on the chosen speaker.
 */
export class SoundOutput {
  #context: SinkContext | null = null;
  readonly #modules = new Map<string, Promise<void>>();
  #speaker: AudioDevice | null = null;
  #leaveDevices: (() => void) | null = null;
  /** Each choosing has a number; only the newest may take effect. */
  #choosing = 0;
  #users = 0;

  /** The context, running until `release` was called as often as this. */
  acquire(): AudioContext {
    this.#users += 1;
    const context = this.#made();
    this.#follow(context.resume());
    return context;
  }

  release(): void {
    this.#users = Math.max(0, this.#users - 1);
    if (this.#users === 0 && this.#context !== null) this.#follow(this.#context.suspend());
  }

  /** From the samples that are rendered now to the air, milliseconds; null if unknown (Web Audio §1.2.3, `outputLatency`). */
  get outputLatencyMs(): number | null {
    const context = this.#context;
    if (context === null) return null;
    const seconds = Math.max(context.outputLatency ?? 0, context.baseLatency);
    return seconds > 0 ? seconds * 1_000 : null;
  }

  /** When the voice player can be made in `acquire()`'s context. */
  voiceModule(): Promise<void> {
    return this.#module(voicePlayerUrl);
  }

  /** When the encoder of voice messages can be. */
  encoderModule(): Promise<void> {
    return this.#module(encoderUrl);
  }

  /** @param speaker null: the system's choice, which is also what a speaker that went away falls back to */
  setSpeaker(speaker: AudioDevice | null): void {
    if (this.#speaker?.id === speaker?.id && this.#speaker?.label === speaker?.label) return;
    this.#speaker = speaker;
    if (this.#context !== null) this.#follow(this.#applySpeaker(this.#context));
  }

  close(): void {
    this.#leaveDevices?.();
    if (this.#context !== null) this.#follow(this.#context.close());
    this.#context = null;
    this.#modules.clear();
  }

  async #module(url: string): Promise<void> {
    const ready = this.#modules.get(url) ?? this.#made().audioWorklet.addModule(url);
    this.#modules.set(url, ready);
    try {
      await ready;
    } catch (error) {
      // The next one tries again.
      this.#modules.delete(url);
      throw error;
    }
  }

  #made(): SinkContext {
    if (this.#context !== null) return this.#context;
    this.#context = new AudioContext({ sampleRate: pcmSampleRate, latencyHint: 'interactive' });
    const context = this.#context;
    if (this.#speaker !== null) this.#follow(this.#applySpeaker(context));
    // The chosen one went, or is back.
    this.#leaveDevices = onDevicesChanged(() => {
      if (this.#speaker !== null) this.#follow(this.#applySpeaker(context));
    });
    return context;
  }

  async #applySpeaker(context: SinkContext): Promise<void> {
    this.#choosing += 1;
    const choosing = this.#choosing;
    const { speakers } = await listDevices();
    if (choosing !== this.#choosing) return;
    const id = idOf(speakers, this.#speaker);
    const isThere = speakers.some((speaker) => speaker.id === id);
    await context.setSinkId?.(id !== null && isThere ? id : systemChoice);
  }

  /** State changes of a context may be refused (before the first click, or once closed); sound then starts with the next one. */
  #follow(change: Promise<void> | undefined): void {
    change?.catch(() => undefined);
  }
}
