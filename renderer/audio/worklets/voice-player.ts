import { pcmFrameSamples, pcmHeaderBytes, pcmKind, pcmSampleRate, writePcmHeader } from '../../../preload/contract/pcm.ts';
import { LevelMeter } from '../level-meter.ts';
import { PlayoutCredit } from '../playout-credit.ts';
import { PlayoutRing } from '../playout-ring.ts';
import { SharedFrames } from '../shared-frames.ts';
import { voicePlayerName, type PlayerCommand, type PlayerReport } from '../voice-messages.ts';

/** 400 ms: twice what may ever be asked for. */
const ringSamples = 40 * pcmFrameSamples;
/** 100 ms: as often as the page paints. */
const reportSamples = pcmSampleRate / 10;
const msPerSample = 1_000 / pcmSampleRate;

/**
 * Plays the other side on the audio thread: asks the line worker for frames by the sound card's clock, and finds them in memory
 * that both share. The page's main thread touches no sample. Output: mono.
 */
class VoicePlayer extends AudioWorkletProcessor {
  readonly #ring = new PlayoutRing(ringSamples);
  readonly #credit = new PlayoutCredit();
  readonly #creditMessage = new ArrayBuffer(pcmHeaderBytes);
  readonly #creditHeader = new DataView(this.#creditMessage);
  readonly #remote = new LevelMeter();
  #line: MessagePort | null = null;
  #frames: SharedFrames | null = null;
  #isStopped = false;
  #sinceReport = 0;
  #waited = 0;
  #gaps = 0;

  constructor() {
    super();
    this.port.addEventListener('message', ({ data }: MessageEvent<PlayerCommand>) => this.#obey(data));
    this.port.start();
  }

  process(_inputs: readonly (readonly Float32Array[])[], outputs: readonly (readonly Float32Array[])[]): boolean {
    if (this.#isStopped) return false;
    const speaker = outputs[0]?.[0];
    if (speaker !== undefined) this.#play(speaker);
    return true;
  }

  #play(speaker: Float32Array): void {
    this.#take();
    const waiting = this.#ring.bufferedSamples;
    const missing = this.#ring.read(speaker, this.#credit.primeSamples);
    if (this.#ring.ranDry) this.#gaps += 1;
    this.#remote.add(speaker, speaker.length);
    if (this.#line !== null) this.#ask(this.#credit.played(speaker.length, this.#ring.bufferedSamples, missing));
    this.#waited += waiting * speaker.length;
    this.#sinceReport += speaker.length;
    if (this.#sinceReport >= reportSamples) this.#report();
  }

  /** What came since the last turn. */
  #take(): void {
    for (let frame = this.#frames?.next() ?? null; frame !== null; frame = this.#frames?.next() ?? null) {
      this.#arrived(frame);
      this.#frames?.taken();
    }
  }

  #arrived(frame: Int16Array): void {
    this.#credit.arrived();
    this.#ring.write(frame);
  }

  #ask(frames: number): void {
    if (frames === 0) return;
    writePcmHeader(this.#creditHeader, pcmKind.credit, frames);
    // Posting copies, so the message may be used again at once.
    this.#line?.postMessage(this.#creditMessage);
  }

  #report(): void {
    const report: PlayerReport = {
      remote: this.#remote.take().rms,
      targetMs: this.#credit.targetSamples * msPerSample,
      ringMs: (this.#waited / this.#sinceReport) * msPerSample,
      gaps: this.#gaps,
    };
    this.#sinceReport = 0;
    this.#waited = 0;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    this.port.postMessage(report);
  }

  #obey(command: PlayerCommand): void {
    switch (command.type) {
      case 'line':
        this.#line = command.port;
        this.#frames = command.frames === null ? null : new SharedFrames(command.frames);
        this.#line.addEventListener('message', ({ data }: MessageEvent<Int16Array>) => this.#arrived(data));
        this.#line.start();
        return;
      case 'stop':
        this.#line?.close();
        this.#line = null;
        this.#frames = null;
        this.#isStopped = true;
    }
  }
}

registerProcessor(voicePlayerName, VoicePlayer);
