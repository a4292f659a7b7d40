/**
 * Sound between a page's AudioWorklet and the media process: little-endian binary messages over a MessagePort (ArrayBuffer)
 * or the media process's loopback WebSocket (binary frames), the same bytes on both. 48 kHz, mono, signed 16 bit.
 *
 *   byte 0      kind (see `pcmKind`)
 *   bytes 4–7   uint32: message sequence (capture, playout) or frames wanted (credit)
 *   bytes 8–…   samples: 480 (playout), or 960 (capture: two frames, since no packet holds less)
 *
 * or, for health: bytes 4–7 the gaps so far, then three uint16 of a tenth of a millisecond (0xffff: not known): from the air to
 * the page, in the page's ring, from there to the air.
 */
export const pcmSampleRate = 48_000;
/** 10 ms: what Chromium's audio thread works in, and half an Opus frame. */
export const pcmFrameSamples = 480;
export const pcmHeaderBytes = 8;
export const pcmFrameBytes = pcmHeaderBytes + pcmFrameSamples * 2;
/** 20 ms: the shortest packet. One frame alone would wait for the other anyway, and each message costs its own journey. */
export const pcmCaptureSamples = 2 * pcmFrameSamples;
export const pcmCaptureBytes = pcmHeaderBytes + pcmCaptureSamples * 2;

export const pcmKind = {
  /** page → media: two microphone frames. */
  capture: 1,
  /** media → page: one frame to play. */
  playout: 2,
  /** page → media: the player's own clock asks for this many more frames; media never sends unasked. */
  credit: 3,
  /** page → media: this page's microphone is gone (stop expecting capture). */
  captureEnded: 4,
  /** page → media, once a second: how the page's own sound is. */
  health: 5,
} as const;

/** What a page knows of its microphone and speaker. Null: not known. */
export interface PcmHealth {
  readonly captureMs: number | null;
  readonly ringMs: number | null;
  readonly outputMs: number | null;
  /** How often the player ran dry since the call began. */
  readonly playerGaps: number | null;
}

export const pcmHealthBytes = pcmHeaderBytes + 3 * 2;
/** 6.5 s: a delay that long is no delay any more. */
const unknownTenths = 0xff_ff;

/** Writes a message of `pcmHealthBytes` bytes. */
export function writePcmHealth(view: DataView, { captureMs, ringMs, outputMs, playerGaps }: PcmHealth): void {
  writePcmHeader(view, pcmKind.health, playerGaps ?? 0);
  for (const [index, ms] of [captureMs, ringMs, outputMs].entries()) {
    const tenths = ms === null ? unknownTenths : Math.min(unknownTenths - 1, Math.max(0, Math.round(ms * 10)));
    view.setUint16(pcmHeaderBytes + index * 2, tenths, true);
  }
}

function readPcmHealth(bytes: Uint8Array, playerGaps: number): PcmHealth {
  const msAt = (index: number): number | null => {
    const at = pcmHeaderBytes + index * 2;
    const tenths = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    return tenths === unknownTenths ? null : tenths / 10;
  };
  return { captureMs: msAt(0), ringMs: msAt(1), outputMs: msAt(2), playerGaps };
}

/** At most this many frames may be asked for ahead (200 ms); more is a broken page. */
export const pcmMaxCredit = 20;

/** Writes the header of any message. */
export function writePcmHeader(view: DataView, kind: number, value: number): void {
  view.setUint8(0, kind);
  view.setUint32(4, value, true);
}

export type PcmKind = 'capture' | 'playout' | 'credit' | 'capture-ended' | 'health';

/** Reads messages one after the other into the same place: nothing is allocated for one, but for the rare health. */
export class PcmReader {
  /** Of the newest playout message. */
  readonly samples = new Int16Array(pcmFrameSamples);
  readonly #captured = new Int16Array(pcmCaptureSamples);
  /** Of the newest capture message, in order. */
  readonly captured = {
    first: this.#captured.subarray(0, pcmFrameSamples),
    second: this.#captured.subarray(pcmFrameSamples),
  } as const;
  /** Of the newest message: its sequence, frames wanted, or gaps so far. */
  value = 0;
  /** Of the newest health message. */
  health: PcmHealth = { captureMs: null, ringMs: null, outputMs: null, playerGaps: null };

  /** The kind of message, or null if it is not one of ours (wrong kind, length or bound); nothing is read then. */
  read(bytes: Uint8Array): PcmKind | null {
    const kind = kindOf(bytes[0], bytes.length);
    if (kind === null) return null;
    const value = uint32At(bytes, 4);
    if (kind === 'credit' && value > pcmMaxCredit) return null;
    this.value = value;
    if (kind === 'health') this.health = readPcmHealth(bytes, value);
    if (kind === 'capture') readSamples(bytes, this.#captured);
    if (kind === 'playout') readSamples(bytes, this.samples);
    return kind;
  }
}

/** Byte by byte: a socket's buffer promises no even address. */
function readSamples(bytes: Uint8Array, into: Int16Array): void {
  for (let i = 0; i < into.length; i += 1) {
    const at = pcmHeaderBytes + 2 * i;
    into[i] = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  }
}

function kindOf(kind: number | undefined, length: number): PcmKind | null {
  if (length === pcmCaptureBytes) return kind === pcmKind.capture ? 'capture' : null;
  if (length === pcmFrameBytes) return kind === pcmKind.playout ? 'playout' : null;
  if (length === pcmHealthBytes) return kind === pcmKind.health ? 'health' : null;
  if (length !== pcmHeaderBytes) return null;
  if (kind === pcmKind.credit) return 'credit';
  return kind === pcmKind.captureEnded ? 'capture-ended' : null;
}

const uint32At = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
