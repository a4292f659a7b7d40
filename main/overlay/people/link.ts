import { createMux, type MuxChannel, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { TokenBucket } from '../../ports/token-bucket.ts';
import type { Numbered } from './reliable.ts';
import type { LinkTiming } from './timing.ts';

/** Liveness, acknowledgements and the orderly end; spoken beside the protocols. */
const controlProtocol = 'lilliput/link/1';
const control = { ping: 0, acknowledge: 1, goodbye: 2 } as const;
const sequenceBytes = 6;
/** Frames of any kind that one link may bring: far above what all wires together allow, there only to stop a flood. */
const maxFramesPerSecond = 1_000;
/** How long an orderly goodbye may take to leave. */
const goodbyeMs = 500;
/** The other side's answer needs half a round trip more to arrive than our change did. */
const retireMs = 1_000;

export interface LinkEvents {
  readonly onMessage: (protocol: string, sequence: number, message: Uint8Array) => void;
  readonly onAcknowledged: (protocol: string, sequence: number) => void;
  /** The other side ended the session. */
  readonly onGoodbye: () => void;
  /** The connection is gone or silent, or the other side broke the rules. */
  readonly onDead: (reason: string) => void;
}

/** One verified connection, until it dies. Create it in the tick in which the hello was read: it takes over the stream's data. */
export class Link {
  readonly #stream: SecretStream;
  readonly #clock: Clock;
  readonly #timing: LinkTiming;
  readonly #events: LinkEvents;
  readonly #channels = new Map<string, MuxChannel>();
  readonly #frames: TokenBucket;
  #timer: Timer | null = null;
  #heardAtMs: number;
  #sentAtMs = 0;
  #hasHeard = false;
  #doubtedAtMs: number | null = null;
  #isOver = false;

  constructor(stream: SecretStream, protocols: readonly string[], clock: Clock, timing: LinkTiming, events: LinkEvents) {
    this.#stream = stream;
    this.#clock = clock;
    this.#timing = timing;
    this.#events = events;
    const nowMs = clock.monotonicMs();
    this.#heardAtMs = nowMs;
    this.#frames = new TokenBucket(maxFramesPerSecond, maxFramesPerSecond * 4, nowMs);
    stream.on('data', () => this.#onFrame());
    stream.on('close', () => this.#die('closed'));
    const mux = createMux(stream);
    const open = (protocol: string, onMessage: (message: Uint8Array) => void): void => {
      const channel = mux.channel(protocol, onMessage, () => this.#die('channel-closed'));
      if (channel !== null) this.#channels.set(protocol, channel);
    };
    open(controlProtocol, (message) => this.#onControl(Buffer.from(message)));
    for (const protocol of protocols) open(protocol, (message) => this.#onData(protocol, Buffer.from(message)));
    this.#watch();
  }

  /** Anything came over it since the hello: the other side uses it too. */
  get hasHeard(): boolean {
    return this.#hasHeard;
  }

  /** Monotonic milliseconds. */
  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  send(protocol: string, { sequence, message }: Numbered): void {
    const frame = Buffer.alloc(sequenceBytes + message.byteLength);
    frame.writeUIntLE(sequence, 0, sequenceBytes);
    frame.set(message, sequenceBytes);
    this.#write(protocol, frame);
  }

  acknowledge(protocol: string, sequence: number): void {
    const name = Buffer.from(protocol);
    const frame = Buffer.alloc(1 + sequenceBytes + name.byteLength);
    frame[0] = control.acknowledge;
    frame.writeUIntLE(sequence, 1, sequenceBytes);
    frame.set(name, 1 + sequenceBytes);
    this.#write(controlProtocol, frame);
  }

  /** Something happened to our network: unless the other side is heard soon (it speaks every `pingEveryMs`), the link is dead. */
  check(): void {
    this.#ping();
    this.#doubtedAtMs ??= this.#clock.monotonicMs();
  }

  /** The session is over: tell them, then close. */
  async sayGoodbye(): Promise<void> {
    if (this.#isOver) return;
    this.#write(controlProtocol, Uint8Array.of(control.goodbye));
    this.#isOver = true;
    this.#timer?.cancel();
    await new Promise<void>((resolve) => {
      const timer = this.#clock.setTimer(goodbyeMs, resolve);
      this.#stream.on('close', resolve);
      this.#stream
        .flush()
        .catch(() => false)
        .finally(() => {
          timer.cancel();
          resolve();
        });
    });
    this.#stream.destroy();
  }

  /** Loses the connection. */
  cut(): void {
    this.#die('cut');
  }

  /**
   * Another connection takes its place: nothing is sent or heard here any more, but it closes a little later, so that the other
   * side has changed over by then and doesn't take it for a loss.
   */
  retire(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    const timer = this.#clock.setTimer(retireMs, () => this.#stream.destroy());
    this.#stream.on('close', () => timer.cancel());
  }

  /** Closes without a word and without an event. */
  drop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#stream.destroy();
  }

  #ping(): void {
    this.#write(controlProtocol, Uint8Array.of(control.ping));
  }

  #write(protocol: string, frame: Uint8Array): void {
    if (this.#isOver) return;
    this.#sentAtMs = this.#clock.monotonicMs();
    this.#channels.get(protocol)?.send(frame);
  }

  #onFrame(): void {
    this.#heardAtMs = this.#clock.monotonicMs();
    this.#hasHeard = true;
    this.#doubtedAtMs = null;
    if (!this.#frames.take(this.#heardAtMs)) this.#die('flood');
  }

  #onData(protocol: string, frame: Buffer): void {
    if (this.#isOver) return;
    if (frame.byteLength < sequenceBytes) {
      this.#die('malformed');
      return;
    }
    this.#events.onMessage(protocol, frame.readUIntLE(0, sequenceBytes), new Uint8Array(frame.subarray(sequenceBytes)));
  }

  #onControl(frame: Buffer): void {
    if (this.#isOver) return;
    switch (frame[0] ?? -1) {
      case control.ping:
        return;
      case control.acknowledge:
        if (frame.byteLength <= 1 + sequenceBytes) this.#die('malformed');
        else this.#events.onAcknowledged(frame.toString('utf8', 1 + sequenceBytes), frame.readUIntLE(1, sequenceBytes));
        return;
      case control.goodbye:
        this.drop();
        this.#events.onGoodbye();
        return;
      default:
        // A later version's word: unknown ones are ignored.
        return;
    }
  }

  #watch(): void {
    if (this.#isOver) return;
    const nowMs = this.#clock.monotonicMs();
    const isDoubted = this.#doubtedAtMs !== null && nowMs - this.#doubtedAtMs >= this.#timing.deadAfterMs / 2;
    if (isDoubted || nowMs - this.#heardAtMs >= this.#timing.deadAfterMs) {
      this.#die('silent');
      return;
    }
    if (nowMs - this.#sentAtMs >= this.#timing.pingEveryMs) this.#ping();
    this.#timer = this.#clock.setTimer(this.#timing.pingEveryMs / 2, () => this.#watch());
  }

  #die(reason: string): void {
    if (this.#isOver) return;
    this.drop();
    this.#events.onDead(reason);
  }
}
