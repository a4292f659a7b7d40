import { channelHeaderBytes, isChannelData } from './channel-data.ts';
import { headerBytes, magicCookie, maxStunBytes } from './stun-format.ts';

/** Longest frame that a stream may bring: channel data of an ordinary path, or a STUN message, and padding. */
export const maxFrameBytes = maxStunBytes;

/**
 * Cuts a stream (TCP, TLS) into STUN messages and channel data (RFC 8656 §12.5). Never holds more than one frame; a stream
 * that is neither, or wants a longer frame, is broken for good.
 */
export class StreamFrames {
  readonly #waiting = Buffer.alloc(maxFrameBytes);
  #have = 0;
  #broken = false;

  /**
   * Hands each whole frame to `onFrame`, without its padding, in bytes of its own.
   * @returns false if the stream is not one of ours: close it
   */
  push(bytes: Buffer, onFrame: (frame: Buffer) => void): boolean {
    let at = 0;
    while (!this.#broken && at < bytes.length) {
      const wanted = this.#wanted();
      const taken = Math.min(wanted.bytes - this.#have, bytes.length - at);
      this.#waiting.set(bytes.subarray(at, at + taken), this.#have);
      this.#have += taken;
      at += taken;
      this.#hand(onFrame);
    }
    return !this.#broken;
  }

  /** Gives out the frame if it is whole, and finds out whether this still is a stream of frames. */
  #hand(onFrame: (frame: Buffer) => void): void {
    const wanted = this.#wanted();
    if (wanted.bytes > maxFrameBytes || !this.#isPossible()) {
      this.#broken = true;
      return;
    }
    if (wanted.frame === null || this.#have < wanted.bytes) return;
    this.#have = 0;
    onFrame(Buffer.from(this.#waiting.subarray(0, wanted.frame)));
  }

  /** How many bytes must be there before more is known, and how long the frame is, as soon as that is known. */
  #wanted(): { readonly bytes: number; readonly frame: number | null } {
    if (this.#have < channelHeaderBytes) return { bytes: channelHeaderBytes, frame: null };
    const length = this.#waiting.readUInt16BE(2);
    const frame = (isChannelData(this.#waiting.readUInt8(0)) ? channelHeaderBytes : headerBytes) + length;
    return { bytes: Math.ceil(frame / 4) * 4, frame };
  }

  #isPossible(): boolean {
    if (this.#have === 0) return true;
    const first = this.#waiting.readUInt8(0);
    if (isChannelData(first)) return true;
    return first < 0x40 && (this.#have < 8 || this.#waiting.readUInt32BE(4) === magicCookie);
  }
}
