import { pcmFrameBytes, pcmHeaderBytes, pcmKind, PcmReader, writePcmHeader } from '../../../preload/contract/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { deviceFrameSamples, type AudioDevice, type DeviceHooks } from './audio-device.ts';

/** The bytes to and from one page: a MessagePort or a WebSocket. */
export interface PcmChannel {
  /** Copies a playout message: it may be used again at once. */
  send(message: Uint8Array): void;
  /** What is given is valid until the listener returns. */
  onMessage(listener: (message: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** Capture comes at 50 messages a second; more than 400 ms of it at once is a broken page, and the rest is not listened to. */
const maxCaptureBacklog = 20;
/** 62 messages a second on average: a page's clock may run fast, never by a quarter. */
const msPerCapture = 16;

/**
 * A page's microphone and speaker. Its player asks for frames by its own clock (credits), and only then gets them; its
 * capture comes when it comes.
 */
export function createPageDevice(clock: Clock, channel: PcmChannel): AudioDevice {
  const message = createMessage();
  const reader = new PcmReader();
  let sequence = 0;
  let hooks: DeviceHooks | null = null;
  let gone = false;
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const allowed = { messages: maxCaptureBacklog, atMs: clock.monotonicMs() };

  function mayCapture(nowMs: number): boolean {
    allowed.messages = Math.min(maxCaptureBacklog, allowed.messages + (nowMs - allowed.atMs) / msPerCapture);
    allowed.atMs = nowMs;
    if (allowed.messages < 1) return false;
    allowed.messages -= 1;
    return true;
  }

  function answerCredit(frames: number, nowMs: number): void {
    for (let i = 0; i < frames; i += 1) {
      writePcmHeader(message.header, pcmKind.playout, sequence);
      sequence = (sequence + 1) >>> 0;
      if (hooks === null) message.samples.fill(0);
      else hooks.play(message.samples, nowMs);
      channel.send(message.bytes);
    }
  }

  channel.onMessage((bytes) => {
    const kind = reader.read(bytes);
    if (kind === null) return;
    const nowMs = clock.monotonicMs();
    switch (kind) {
      case 'capture':
        if (!mayCapture(nowMs)) return;
        hooks?.capture(reader.captured.first, nowMs, true);
        hooks?.capture(reader.captured.second, nowMs, false);
        return;
      case 'credit':
        answerCredit(reader.value, nowMs);
        return;
      case 'capture-ended':
        hooks?.captureEnded();
        return;
      case 'health':
        hooks?.health(reader.health);
        return;
      case 'playout':
        return;
    }
  });
  channel.onClose(() => {
    gone = true;
    hooks?.failed('speaker', 'the page went away');
  });

  const stop = (): Promise<void> => {
    hooks = null;
    return Promise.resolve();
  };
  return {
    start(given) {
      hooks = given;
      if (gone) given.failed('speaker', 'the page went away');
    },
    stop,
    async close() {
      await stop();
      channel.close();
    },
  };
}

/** With all its views made once. */
function createMessage(): { readonly bytes: Uint8Array; readonly header: DataView; readonly samples: Int16Array } {
  const buffer = new ArrayBuffer(pcmFrameBytes);
  return {
    bytes: new Uint8Array(buffer),
    header: new DataView(buffer),
    samples: new Int16Array(buffer, pcmHeaderBytes, deviceFrameSamples),
  };
}
