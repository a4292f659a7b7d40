import type { PcmHealth } from '../../preload/contract/index.ts';
import type { Clock } from '../ports/clock.ts';
import { deviceFrameMs, startPacedTicks, type AudioDevice, type DeviceFault, type DeviceMilestone } from './devices/index.ts';

/** What takes noise out of 10 ms, into an array of its own. */
export interface NoiseSuppressor {
  process(frame: Int16Array): Int16Array;
  free(): void;
}

/** What the hub moves between a device and a call. */
export interface HubCall {
  readonly callId: string;
  /** Null: a frame of silence. */
  capture(frame: Int16Array | null): void;
  /** Fills 480 samples. */
  play(into: Int16Array, nowMs: number): void;
  deviceFailed(device: DeviceFault, detail: string): void;
}

interface Seat {
  readonly call: HubCall;
  /** It was given an odd number of frames so far. */
  isOdd: boolean;
}

export interface HubEvents {
  onMilestone(what: DeviceMilestone, callId: string | null, atMs: number): void;
}

const noHealth: PcmHealth = { captureMs: null, ringMs: null, outputMs: null, playerGaps: null };

/** Microphone and speaker belong to one call at a time; the others get silence, and what they play is not heard. */
export interface AudioHub {
  /** Replaces the device; the old one is closed. Null: none. */
  setDevice(device: AudioDevice | null): Promise<void>;
  /** For what the microphone gives, from the next frame on; the one before is freed. Null: none. */
  setNoiseSuppressor(suppressor: NoiseSuppressor | null): void;
  /** The newest call gets the device. */
  add(call: HubCall): void;
  remove(callId: string): void;
  /** What the device says of itself. */
  readonly deviceHealth: PcmHealth;
  stop(): Promise<void>;
}

/** A device that gave nothing for so long has lost its microphone, until it gives again; silence is sent in its stead. */
const captureMissingMs = 200;
/** And one that asked for nothing for so long plays nothing: sound is taken away, so that it is fresh when it does. */
const playMissingMs = 200;
/** Before a device is reported as failed: a page may need a second to open its microphone, or the person to allow it. */
const reportAfterMs = 3_000;
/** While one call has a device that works, there is nothing to do but to see that it goes on: fewer wakes, less work. */
const watchMs = 50;

export function createAudioHub(clock: Clock, events: HubEvents): AudioHub {
  const calls: Seat[] = [];
  const scratch = new Int16Array(480);
  let device: AudioDevice | null = null;
  let suppressor: NoiseSuppressor | null = null;
  let running = false;
  let ticks: { stop(): void } | null = null;
  let tickMs = 0;
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const state = { lastCaptureMs: 0, lastPlayMs: 0 };
  /** One after the other: a page that goes and the page that comes must not cross. A failure is its caller's to know. */
  let swaps: Promise<void> = Promise.resolve();
  let health: PcmHealth = noHealth;
  let micReported = false;
  let speakerReported = false;

  const active = (): HubCall | null => calls.at(-1)?.call ?? null;

  function give(seat: Seat, frame: Int16Array | null): void {
    seat.isOdd = !seat.isOdd;
    seat.call.capture(frame);
  }

  function reportOnce(fault: DeviceFault, detail: string): void {
    if (fault === 'microphone' ? micReported : speakerReported) return;
    if (fault === 'microphone') micReported = true;
    else speakerReported = true;
    active()?.deviceFailed(fault, detail);
  }

  /** Every 10 ms if somebody needs it, else now and then. */
  function pace(neededMs: number): void {
    if (ticks !== null && tickMs === neededMs) return;
    ticks?.stop();
    tickMs = neededMs;
    ticks = startPacedTicks(clock, neededMs, tick);
  }

  /** Whoever has no device, or whose device is silent, is kept going. */
  function tick(nowMs: number): void {
    const withDevice = active();
    const captureGapMs = nowMs - state.lastCaptureMs;
    const playGapMs = nowMs - state.lastPlayMs;
    const works = running && captureGapMs <= captureMissingMs && playGapMs <= playMissingMs;
    pace(works && calls.length === 1 ? watchMs : deviceFrameMs);
    for (const seat of calls) {
      const { call } = seat;
      const own = call === withDevice && running;
      if (!own || captureGapMs > captureMissingMs) give(seat, null);
      if (!own || playGapMs > playMissingMs) call.play(scratch, nowMs);
      if (call !== withDevice) continue;
      if (captureGapMs > reportAfterMs)
        reportOnce('microphone', device === null ? 'no microphone' : 'the microphone gives nothing');
      if (playGapMs > reportAfterMs) reportOnce('speaker', device === null ? 'no speaker' : 'the speaker takes nothing');
    }
  }

  function startDevice(): void {
    if (running || device === null || calls.length === 0) return;
    running = true;
    device.start({
      capture(frame, _atMs, followed) {
        state.lastCaptureMs = clock.monotonicMs();
        micReported = false;
        const seat = calls.at(-1);
        // Where silence was an odd number of frames, one goes: else each pair would wait for half of the next one.
        if (seat === undefined || (followed && seat.isOdd)) return;
        give(seat, suppressor === null ? frame : suppressor.process(frame));
      },
      play(into, atMs) {
        state.lastPlayMs = clock.monotonicMs();
        speakerReported = false;
        const call = active();
        if (call === null) into.fill(0);
        else call.play(into, atMs);
      },
      captureEnded: () => reportOnce('microphone', 'the microphone went away'),
      health: (told) => (health = told),
      failed: reportOnce,
      milestone: (what, atMs) => events.onMilestone(what, active()?.callId ?? null, atMs),
    });
  }

  async function stopDevice(): Promise<void> {
    if (!running) return;
    running = false;
    await device?.stop();
  }

  async function swap(next: AudioDevice | null): Promise<void> {
    const old = device;
    await stopDevice();
    device = next;
    begin();
    startDevice();
    await old?.close();
  }

  function begin(): void {
    const nowMs = clock.monotonicMs();
    state.lastCaptureMs = nowMs;
    state.lastPlayMs = nowMs;
    health = noHealth;
    micReported = false;
    speakerReported = false;
  }

  return {
    setDevice(next) {
      const done = swaps.then(() => swap(next));
      swaps = done.catch(() => undefined);
      return done;
    },
    setNoiseSuppressor(next) {
      suppressor?.free();
      suppressor = next;
    },
    add(call) {
      if (calls.some((seat) => seat.call.callId === call.callId)) return;
      calls.push({ call, isOdd: false });
      pace(deviceFrameMs);
      if (calls.length > 1) return;
      begin();
      startDevice();
    },
    remove(callId) {
      const index = calls.findIndex(({ call }) => call.callId === callId);
      if (index === -1) return;
      calls.splice(index, 1);
      if (calls.length > 0) return;
      ticks?.stop();
      ticks = null;
      void stopDevice();
    },
    get deviceHealth() {
      return health;
    },
    async stop() {
      ticks?.stop();
      calls.length = 0;
      await stopDevice();
      suppressor?.free();
      suppressor = null;
      await device?.close();
      device = null;
    },
  };
}
