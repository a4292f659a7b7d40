import type { WebSocket } from 'ws';
import { pcmFrameBytes, pcmKind, PcmReader, writePcmHeader } from '../../../preload/contract/pcm.ts';

/** Twice as loud as the noise that a codec or a resampler makes of silence, and far below Chromium's fake microphone. */
const loudSample = 300;

/** What the media process is to a page's sound: gives back what it hears, one frame of 10 ms per credit. */
export class EchoLine {
  /** Frames that came from the microphone, and those in which there was a sound. */
  captured = 0;
  loud = 0;
  /** Frames that the player asked for. */
  asked = 0;
  /**
   * Since `watch`: most frames that the player asked for without one from the microphone, and that came from the microphone without
   * the player asking. Each is the other's clock: a computer that stalls stalls both.
   */
  longest = { withoutCapture: 0, withoutPlay: 0 };
  /** Waiting to be played. */
  readonly frames: Int16Array[] = [];
  #owed = 0;
  #sinceCapture = 0;
  #sincePlay = 0;

  watch(): void {
    this.longest = { withoutCapture: 0, withoutPlay: 0 };
    this.#sinceCapture = this.#sincePlay = 0;
  }

  join(socket: WebSocket): void {
    const reader = new PcmReader();
    this.#owed = 0;
    socket.on('message', (data: Buffer) => {
      const kind = reader.read(data);
      if (kind === null) throw new Error('the page sent something else than the contract says');
      if (kind === 'capture') this.#hear(reader.captured.first, reader.captured.second);
      if (kind === 'credit') this.#ask(reader.value);
      this.#pay(socket);
    });
  }

  #hear(...frames: readonly Int16Array[]): void {
    this.captured += frames.length;
    this.#sinceCapture = 0;
    this.#sincePlay += frames.length;
    this.longest.withoutPlay = Math.max(this.longest.withoutPlay, this.#sincePlay);
    for (const frame of frames) {
      if (frame.some((sample) => Math.abs(sample) > loudSample)) this.loud += 1;
      this.frames.push(frame.slice());
    }
  }

  #ask(frames: number): void {
    this.asked += frames;
    this.#owed += frames;
    this.#sincePlay = 0;
    this.#sinceCapture += frames;
    this.longest.withoutCapture = Math.max(this.longest.withoutCapture, this.#sinceCapture);
  }

  #pay(socket: WebSocket): void {
    for (; this.#owed > 0; this.#owed -= 1) {
      const message = new ArrayBuffer(pcmFrameBytes);
      writePcmHeader(new DataView(message), pcmKind.playout, 0);
      const frame = this.frames.shift();
      if (frame !== undefined) new Int16Array(message, 8).set(frame);
      socket.send(message);
    }
  }
}
