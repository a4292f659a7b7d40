import type { MediaPath, MediaPathState } from '../overlay/index.ts';
import type { CallMedia, OverlayPath } from './call-media.ts';

/** The overlay's path of one call: opened for the first description, connected with the other side's tag, told to media. */
export class OverlayCarriage {
  readonly #callId: string;
  readonly #media: CallMedia;
  readonly #open: () => MediaPath | null;
  /** Undefined: not asked for yet; null: not for this call. */
  #path: MediaPath | null | undefined;
  #isConnected = false;
  #isClosed = false;

  constructor(callId: string, media: CallMedia, open: () => MediaPath | null) {
    this.#callId = callId;
    this.#media = media;
    this.#open = open;
  }

  /** What goes into our description; null: this call doesn't use the overlay. */
  tag(): Uint8Array | null {
    if (this.#isClosed) return null;
    if (this.#path === undefined) this.#path = this.#open();
    return this.#path?.tag ?? null;
  }

  /** What came with their description. Only the first counts; without one they can't, or don't want to. */
  connect(theirTag: Uint8Array | undefined): void {
    if (theirTag === undefined || this.#isConnected || this.tag() === null) return;
    this.#isConnected = true;
    this.#path?.onState((state) => this.#media.setOverlayPath(this.#callId, state === null ? null : pathOf(state)));
    this.#path?.connect(theirTag);
  }

  /** Media's end of the call is closed. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#path?.close();
  }
}

const pathOf = ({ port, rttMs, kind }: MediaPathState): OverlayPath => ({ address: '127.0.0.1', port, rttMs, kind });
