import type { SoundOutput } from './sound-output.ts';
import { renderSound, ringLastsS, scores, type ScoreName, type SoundName } from './sounds.ts';

/** UI.md "Sound": the first ring is quieter (6 dB), so that it does not frighten. */
const firstRingGain = 0.5;
/** UI.md "Sound": on a call all but the ring drop 18 dB. */
const onCallGain = 10 ** (-18 / 20);

/** Which sounds that is for. The ring must be heard, and that somebody begins to record; `connect` and `end` stand at the edges of a call, where nobody speaks. */
const dropsOnCall: Readonly<Record<SoundName, boolean>> = {
  ring: false,
  ringback: true,
  connect: false,
  end: false,
  message: true,
  reconnecting: true,
  recording: false,
};

interface Playing {
  readonly source: AudioBufferSourceNode;
  readonly gain: GainNode;
}

/** Plays the app's own sounds, each at most once at a time. */
export class SoundPlayer {
  readonly #output: SoundOutput;
  readonly #buffers = new Map<ScoreName, AudioBuffer>();
  readonly #playing = new Map<SoundName, Playing>();

  constructor(output: SoundOutput) {
    this.#output = output;
  }

  /** @param onCall somebody is being heard: the sound must not drown them */
  play(name: SoundName, onCall: boolean): void {
    this.stop(name);
    const score: ScoreName = name === 'ring' && onCall ? 'second-ring' : name;
    const context = this.#output.acquire();
    const gain = new GainNode(context, { gain: onCall && dropsOnCall[name] ? onCallGain : 1 });
    const { everyS } = scores[score];
    const source = new AudioBufferSourceNode(context, { buffer: this.#buffer(context, score), loop: everyS !== null });
    if (name === 'ring') {
      gain.gain.setValueAtTime(firstRingGain, context.currentTime);
      gain.gain.setValueAtTime(1, context.currentTime + (everyS ?? 0));
    }
    source.connect(gain).connect(context.destination);
    source.addEventListener('ended', () => this.#ended(name, source), { once: true });
    this.#playing.set(name, { source, gain });
    source.start();
    if (everyS !== null) source.stop(context.currentTime + ringLastsS);
  }

  stop(name: SoundName): void {
    const playing = this.#playing.get(name);
    if (playing === undefined) return;
    playing.source.stop();
    this.#ended(name, playing.source);
  }

  stopAll(): void {
    for (const name of this.#playing.keys()) this.stop(name);
  }

  #ended(name: SoundName, source: AudioBufferSourceNode): void {
    const playing = this.#playing.get(name);
    if (playing?.source !== source) return;
    this.#playing.delete(name);
    playing.gain.disconnect();
    this.#output.release();
  }

  #buffer(context: AudioContext, score: ScoreName): AudioBuffer {
    const known = this.#buffers.get(score);
    if (known !== undefined) return known;
    const samples = renderSound(score, context.sampleRate);
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: context.sampleRate });
    buffer.copyToChannel(samples, 0);
    this.#buffers.set(score, buffer);
    return buffer;
  }
}
