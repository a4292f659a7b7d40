import { pcmFrameBytes, pcmHeaderBytes, pcmKind, readPcmMessage, writePcmHeader } from '../../../preload/contract/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { deviceFrameSamples, type AudioDevice, type DeviceHooks } from './audio-device.ts';

/** The bytes to and from one page: a MessagePort or a WebSocket. */
export interface PcmChannel {
  send(message: Uint8Array): void;
  onMessage(listener: (buffer: ArrayBuffer, offset: number, length: number) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** A socket may still hold what was given to it; so many messages are in use in turn (320 ms of sound). */
const messagesInTurn = 32;
/** Capture comes at 100 frames a second; more than 400 ms of it at once is a broken page, and the rest is not listened to. */
const maxCaptureBacklog = 40;

/**
 * A page's microphone and speaker. Its player asks for frames by its own clock (credits), and only then gets them; its
 * capture comes when it comes.
 */
export function createPageDevice(clock: Clock, channel: PcmChannel): AudioDevice {
  const messages = Array.from({ length: messagesInTurn }, () => new ArrayBuffer(pcmFrameBytes));
  let turn = 0;
  let sequence = 0;
  let hooks: DeviceHooks | null = null;
  let gone = false;
  let allowance = maxCaptureBacklog;
  let allowanceAtMs = clock.monotonicMs();

  /** 125 frames a second on average (a page's clock may run fast, never by a quarter), bursts allowed. */
  function mayCapture(nowMs: number): boolean {
    allowance = Math.min(maxCaptureBacklog, allowance + (nowMs - allowanceAtMs) / 8);
    allowanceAtMs = nowMs;
    if (allowance < 1) return false;
    allowance -= 1;
    return true;
  }

  function answerCredit(frames: number, nowMs: number): void {
    for (let i = 0; i < frames; i += 1) {
      const buffer = messages[turn];
      if (buffer === undefined) return;
      turn = (turn + 1) % messagesInTurn;
      writePcmHeader(new DataView(buffer), pcmKind.playout, sequence);
      sequence = (sequence + 1) >>> 0;
      const samples = new Int16Array(buffer, pcmHeaderBytes, deviceFrameSamples);
      if (hooks === null) samples.fill(0);
      else hooks.play(samples, nowMs);
      channel.send(new Uint8Array(buffer));
    }
  }

  channel.onMessage((buffer, offset, length) => {
    const message = readPcmMessage(buffer, offset, length);
    if (message === null) return;
    const nowMs = clock.monotonicMs();
    switch (message.kind) {
      case 'capture':
        if (mayCapture(nowMs)) hooks?.capture(message.samples, nowMs);
        return;
      case 'credit':
        answerCredit(message.frames, nowMs);
        return;
      case 'capture-ended':
        hooks?.captureEnded();
        return;
      case 'health':
        hooks?.health(message.health);
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
