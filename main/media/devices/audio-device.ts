import type { PcmHealth } from '../../../preload/contract/index.ts';

/** 10 ms at 48 kHz, mono: the unit in which devices give and take sound. */
export const deviceFrameSamples = 480;
export const deviceFrameMs = 10;

export type DeviceFault = 'microphone' | 'speaker';
export type DeviceMilestone = 'capture-started' | 'record-started';

/** What a device needs from the house. Frames are valid during the call only. */
export interface DeviceHooks {
  /**
   * One captured frame; its last sample was captured at `atMs` (monotonic).
   * @param followed its neighbour comes at once: the device gives two at a time, which one packet should hold
   */
  capture(frame: Int16Array, atMs: number, followed: boolean): void;
  /** Fills the next frame to be played; its first sample is played at `atMs` or as soon after as the device can. */
  play(into: Int16Array, atMs: number): void;
  /** The microphone is there, but silent from now on (unplugged, page without permission). */
  captureEnded(): void;
  /** How its own sound is, if it knows: a page does. */
  health(health: PcmHealth): void;
  failed(fault: DeviceFault, detail: string): void;
  /** For laboratories: the monotonic time of the first sample of a file. */
  milestone(what: DeviceMilestone, atMs: number): void;
}

/** A microphone and a speaker with clocks of their own. Started when a call's audio starts, stopped when no call has audio. */
export interface AudioDevice {
  start(hooks: DeviceHooks): void;
  /** Gives no frame and asks for none afterwards; may be started again. */
  stop(): Promise<void>;
  /** For good. */
  close(): Promise<void>;
}
