import { attribute, channelHeaderBytes, method, writeChannelHeader, type TransportAddress } from '../../../stun/index.ts';
import type { Route } from '../base.ts';
import type { TurnRequests } from './turn-requests.ts';

/** Packets of a call that the operating system may not have taken yet; no RTP or check of ours is longer. */
const framesInFlight = 32;
const frameBytes = 1_600;
/** Permissions last 5 minutes (RFC 8656 §9), channels 10; binding a channel again renews both. */
export const renewMs = 4 * 60_000;
const bindPatienceMs = 3_000;
/** RFC 8656 §12.5: in a stream a frame is padded to a multiple of four. */
const padded = (length: number): number => (length + 3) & ~3;

/**
 * One place that a relay sends to for us. Its channel is asked for with the first packet, and the last packet that came
 * before it was granted is kept; the relay gives the permission with it (RFC 8656 §12).
 */
export class RelayPeer implements Route {
  readonly address: TransportAddress;
  readonly number: number;
  readonly #requests: TurnRequests;
  readonly #write: (bytes: Buffer, length: number) => void;
  readonly #isReliable: boolean;
  readonly #frames: Buffer[] = [];
  #nextFrame = 0;
  #state: 'idle' | 'asking' | 'bound' | 'refused' = 'idle';
  #held: Buffer | null = null;

  constructor(
    address: TransportAddress,
    number: number,
    link: {
      readonly requests: TurnRequests;
      readonly write: (bytes: Buffer, length: number) => void;
      readonly isReliable: boolean;
    },
  ) {
    this.address = address;
    this.number = number;
    this.#requests = link.requests;
    this.#write = link.write;
    this.#isReliable = link.isReliable;
  }

  get isRefused(): boolean {
    return this.#state === 'refused';
  }

  get isBound(): boolean {
    return this.#state === 'bound';
  }

  /** Copied: the caller's bytes are free at once. */
  send(bytes: Buffer, length: number): void {
    if (length > frameBytes - channelHeaderBytes) return;
    switch (this.#state) {
      case 'bound':
        return this.#sendFrame(bytes, length);
      case 'refused':
        return;
      case 'idle':
        this.#held = Buffer.from(bytes.subarray(0, length));
        return this.bind();
      case 'asking':
        this.#held = Buffer.from(bytes.subarray(0, length));
    }
  }

  bind(): void {
    if (this.#state === 'idle') this.#state = 'asking';
    this.#requests.ask(
      method.channelBind,
      (writer) => {
        writer.number(attribute.channelNumber, this.number * 0x1_00_00);
        writer.address(attribute.xorPeerAddress, this.address);
      },
      bindPatienceMs,
      (result) => {
        if (!result.ok && result.code === null) {
          // Lost on the way: whatever is sent next asks again. A channel that was bound still is, for some minutes.
          if (this.#state === 'asking') this.#state = 'idle';
          return;
        }
        this.#state = result.ok ? 'bound' : 'refused';
        const held = this.#held;
        this.#held = null;
        if (held !== null && result.ok) this.#sendFrame(held, held.length);
      },
    );
  }

  #sendFrame(bytes: Buffer, length: number): void {
    const frame = this.#frame();
    writeChannelHeader(frame, this.number, length);
    bytes.copy(frame, channelHeaderBytes, 0, length);
    const whole = channelHeaderBytes + length;
    this.#write(frame, this.#isReliable ? padded(whole) : whole);
  }

  /** Made with the first packets, then used again and again. */
  #frame(): Buffer {
    this.#nextFrame = (this.#nextFrame + 1) % framesInFlight;
    const frame = this.#frames[this.#nextFrame];
    if (frame !== undefined) return frame;
    const made = Buffer.alloc(frameBytes);
    this.#frames[this.#nextFrame] = made;
    return made;
  }
}
