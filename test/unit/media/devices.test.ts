import { describe, expect, test } from 'vitest';
import { createEchoDevice, createPageDevice, type DeviceHooks, type PcmChannel } from '../../../main/media/devices/index.ts';
import { createAudioHub, type HubCall } from '../../../main/media/audio-hub.ts';
import type { AudioDevice } from '../../../main/media/devices/index.ts';
import {
  pcmCaptureBytes,
  pcmHeaderBytes,
  pcmHealthBytes,
  pcmKind,
  PcmReader,
  writePcmHeader,
  writePcmHealth,
  type PcmHealth,
} from '../../../preload/contract/index.ts';
import { VirtualClock } from '../virtual-clock.ts';

const hooksFor = (change: Partial<DeviceHooks>): DeviceHooks => ({
  capture: () => undefined,
  play: () => undefined,
  captureEnded: () => undefined,
  failed: () => undefined,
  milestone: () => undefined,
  health: () => undefined,
  ...change,
});

/** A page at the other end of a channel. */
function createPage() {
  const sent: Uint8Array[] = [];
  let toMedia: ((message: Uint8Array) => void) | null = null;
  let closed: (() => void) | null = null;
  const channel: PcmChannel = {
    send: (message) => void sent.push(message.slice()),
    onMessage: (listener) => {
      toMedia = listener;
    },
    onClose: (listener) => {
      closed = listener;
    },
    close: () => closed?.(),
  };
  const say = (kind: number, value: number, bytes: number = pcmHeaderBytes): void => {
    const message = new ArrayBuffer(bytes);
    writePcmHeader(new DataView(message), kind, value);
    new Int16Array(message, pcmHeaderBytes).fill(77);
    toMedia?.(new Uint8Array(message));
  };
  const tell = (health: PcmHealth): void => {
    const message = new ArrayBuffer(pcmHealthBytes);
    writePcmHealth(new DataView(message), health);
    toMedia?.(new Uint8Array(message));
  };
  return { channel, sent, say, tell, leave: () => closed?.() };
}

describe('a page as microphone and speaker', () => {
  test('gets as many frames as it asks for, numbered, and none unasked', () => {
    const clock = new VirtualClock();
    const page = createPage();
    createPageDevice(clock, page.channel).start(hooksFor({ play: (into) => void into.fill(5) }));
    expect(page.sent).toEqual([]);
    page.say(pcmKind.credit, 2);
    page.say(pcmKind.credit, 1);
    const reader = new PcmReader();
    expect(page.sent.map((message) => [reader.read(message), reader.value, reader.samples[0]])).toEqual([
      ['playout', 0, 5],
      ['playout', 1, 5],
      ['playout', 2, 5],
    ]);
  });

  test('says how its own sound is, to a tenth of a millisecond, and what it does not know', async () => {
    const { hub } = createHub();
    const page = createPage();
    await hub.setDevice(createPageDevice(new VirtualClock(), page.channel));
    hub.add(createCall('a').call);
    const nothing = { captureMs: null, ringMs: null, outputMs: null, playerGaps: null };
    expect(hub.deviceHealth).toEqual(nothing);
    page.tell({ captureMs: 12.34, ringMs: 0, outputMs: null, playerGaps: 3 });
    expect(hub.deviceHealth).toEqual({ captureMs: 12.3, ringMs: 0, outputMs: null, playerGaps: 3 });
    page.tell({ captureMs: -5, ringMs: 1e9, outputMs: 20, playerGaps: 3 });
    expect(hub.deviceHealth).toEqual({ captureMs: 0, ringMs: 6_553.4, outputMs: 20, playerGaps: 3 });
    // The next device knows nothing of this one.
    await hub.setDevice(createHandDevice().device);
    expect(hub.deviceHealth).toEqual(nothing);
    await hub.stop();
  });

  test('is given silence while no call has audio, so its player keeps its pace', () => {
    const page = createPage();
    createPageDevice(new VirtualClock(), page.channel);
    page.say(pcmKind.credit, 1);
    expect(page.sent.map((message) => message.slice(pcmHeaderBytes).every((byte) => byte === 0))).toEqual([true]);
  });

  test('is not listened to beyond a microphone’s pace, nor when it talks nonsense', () => {
    const clock = new VirtualClock();
    const { advance } = clock;
    const page = createPage();
    let captured = 0;
    createPageDevice(clock, page.channel).start(
      hooksFor({
        capture: () => {
          captured += 1;
        },
      }),
    );
    for (let i = 0; i < 1000; i += 1) page.say(pcmKind.capture, i, pcmCaptureBytes);
    expect(captured).toBeLessThan(50);
    advance(1000);
    const before = captured;
    page.say(pcmKind.capture, 1, pcmCaptureBytes);
    expect(captured).toBe(before + 2);
    page.say(pcmKind.credit, 5000);
    page.say(99, 1);
    page.say(pcmKind.capture, 1, 40);
    expect(page.sent).toEqual([]);
    expect(captured).toBe(before + 2);
  });

  test('says when its microphone ended, and when the page is gone', () => {
    const page = createPage();
    const said: string[] = [];
    createPageDevice(new VirtualClock(), page.channel).start(
      hooksFor({ captureEnded: () => said.push('capture ended'), failed: (device) => said.push(`${device} failed`) }),
    );
    page.say(pcmKind.captureEnded, 0);
    page.leave();
    expect(said).toEqual(['capture ended', 'speaker failed']);
  });
});

describe('the echo', () => {
  test('hears somebody out, waits for a pause, and says it again from the first word', () => {
    const clock = new VirtualClock();
    const { advance } = clock;
    const spoken: number[] = [];
    let frame = 0;
    createEchoDevice(clock).start(
      hooksFor({
        // One second of speech after half a second of silence.
        play: (into) => {
          into.fill(frame >= 50 && frame < 150 ? 1000 + frame : 0);
          frame += 1;
        },
        capture: (samples) => spoken.push(samples[0] ?? Number.NaN),
      }),
    );
    advance(2900);
    expect(spoken.every((sample) => sample === 0)).toBe(true);
    advance(2900);
    const words = spoken.filter((sample) => sample !== 0);
    expect(words).toEqual(Array.from({ length: 100 }, (_, i) => 1050 + i));
  });

  test('interrupts an endless speaker after ten seconds', () => {
    const clock = new VirtualClock();
    const { advance } = clock;
    let loud = 0;
    createEchoDevice(clock).start(
      hooksFor({
        play: (into) => void into.fill(2000),
        capture: (samples) => {
          if (samples[0] === 2000) loud += 1;
        },
      }),
    );
    advance(9_900);
    expect(loud).toBe(0);
    advance(600);
    expect(loud).toBeGreaterThan(30);
  });
});

function createCall(callId: string) {
  const log = { captured: 0, silent: 0, played: 0, faults: [] as string[] };
  const call: HubCall = {
    callId,
    capture: (frame) => {
      if (frame === null) log.silent += 1;
      else log.captured += 1;
    },
    play: (into) => {
      into.fill(1);
      log.played += 1;
    },
    deviceFailed: (device, detail) => log.faults.push(`${device}: ${detail}`),
  };
  return { call, log };
}

/** A device that does what the test says. */
function createHandDevice() {
  const state: { hooks: DeviceHooks | null; closed: boolean } = { hooks: null, closed: false };
  const device: AudioDevice = {
    start: (hooks) => {
      state.hooks = hooks;
    },
    stop: () => {
      state.hooks = null;
      return Promise.resolve();
    },
    close: () => {
      state.closed = true;
      return Promise.resolve();
    },
  };
  const work = (frames = 1): void => {
    for (let i = 0; i < frames; i += 1) {
      state.hooks?.capture(new Int16Array(480), 0, false);
      state.hooks?.play(new Int16Array(480), 0);
    }
  };
  return { device, state, work };
}

function createHub() {
  const time = new VirtualClock();
  return { advance: time.advance, hub: createAudioHub(time, { onMilestone: () => undefined }) };
}

describe('the audio hub', () => {
  test('without a device the call goes on in silence, and says why after a moment', () => {
    const { hub, advance } = createHub();
    const { call, log } = createCall('a');
    hub.add(call);
    advance(1000);
    expect(log.silent).toBeGreaterThan(75);
    expect(log.played).toBeGreaterThan(75);
    expect(log.faults).toEqual([]);
    advance(10_000);
    expect(log.faults).toEqual(['microphone: no microphone', 'speaker: no speaker']);
  });

  test('does not start the device before a call has audio, and stops it after the last', async () => {
    const { hub } = createHub();
    const { device, state } = createHandDevice();
    await hub.setDevice(device);
    expect(state.hooks).toBeNull();
    hub.add(createCall('a').call);
    expect(state.hooks).not.toBeNull();
    hub.remove('a');
    expect(state.hooks).toBeNull();
    await hub.stop();
    expect(state.closed).toBe(true);
  });

  test('a device that stops giving is replaced by silence, reported once, and welcome back', async () => {
    const { hub, advance } = createHub();
    const { device, work } = createHandDevice();
    const { call, log } = createCall('a');
    await hub.setDevice(device);
    hub.add(call);
    for (let i = 0; i < 100; i += 1) {
      work();
      advance(10);
    }
    expect(log).toMatchObject({ captured: 100, played: 100, silent: 0, faults: [] });
    advance(8000);
    expect(log.silent).toBeGreaterThan(700);
    expect(log.faults).toEqual(['microphone: the microphone gives nothing', 'speaker: the speaker takes nothing']);
    const { silent } = log;
    for (let i = 0; i < 50; i += 1) {
      work();
      advance(10);
    }
    expect(log.captured).toBe(150);
    expect(log.silent - silent).toBeLessThanOrEqual(1);
  });

  test('frames that come in pairs stay together in a packet, however long silence stood in for them', async () => {
    const { hub, advance } = createHub();
    const { device, state } = createHandDevice();
    const { call } = createCall('a');
    const given: (number | null)[] = [];
    hub.add({ ...call, capture: (frame) => given.push(frame?.[0] ?? null) });
    await hub.setDevice(device);
    const pair = (first: number): void => {
      state.hooks?.capture(new Int16Array(480).fill(first), 0, true);
      state.hooks?.capture(new Int16Array(480).fill(first + 1), 0, false);
    };
    for (const silenceMs of [300, 310, 405, 1000]) {
      advance(silenceMs);
      pair(10);
      pair(20);
      expect(given.lastIndexOf(20) % 2, `after ${silenceMs} ms`).toBe(0);
      expect(given.slice(-3)).toEqual([11, 20, 21]);
    }
    await hub.stop();
  });

  test('what the microphone gives passes the noise suppressor while there is one; the one before is freed', async () => {
    const { hub } = createHub();
    const { device, work } = createHandDevice();
    const { call } = createCall('a');
    const heard: (number | undefined)[] = [];
    let freed = 0;
    const suppressor = { process: (frame: Int16Array) => frame.map(() => 7), free: () => void (freed += 1) };
    hub.add({ ...call, capture: (frame) => heard.push(frame?.[0]) });
    await hub.setDevice(device);
    work();
    hub.setNoiseSuppressor(suppressor);
    work();
    hub.setNoiseSuppressor(suppressor);
    hub.setNoiseSuppressor(null);
    work();
    expect(heard).toEqual([0, 7, 0]);
    expect(freed).toBe(2);
    await hub.stop();
  });

  test('of two calls the newer has the device, the other hears and says silence, until the newer is over', async () => {
    const { hub, advance } = createHub();
    const { device, work } = createHandDevice();
    const [first, second] = [createCall('first'), createCall('second')];
    await hub.setDevice(device);
    hub.add(first.call);
    work(5);
    hub.add(second.call);
    work(5);
    advance(100);
    expect(first.log.captured).toBe(5);
    expect(second.log.captured).toBe(5);
    expect(first.log.silent).toBeGreaterThan(5);
    hub.remove('second');
    work(5);
    expect(first.log.captured).toBe(10);
  });

  test('of devices that come and go at the same moment the last one stays', async () => {
    const { hub } = createHub();
    const [first, second, third] = [createHandDevice(), createHandDevice(), createHandDevice()];
    hub.add(createCall('a').call);
    await hub.setDevice(first.device);
    await Promise.all([hub.setDevice(null), hub.setDevice(second.device), hub.setDevice(null), hub.setDevice(third.device)]);
    expect([first, second, third].map(({ state }) => [state.hooks !== null, state.closed])).toEqual([
      [false, true],
      [false, true],
      [true, false],
    ]);
  });

  test('an unplugged microphone is told at once', async () => {
    const { hub } = createHub();
    const { device, state } = createHandDevice();
    const { call, log } = createCall('a');
    await hub.setDevice(device);
    hub.add(call);
    state.hooks?.captureEnded();
    state.hooks?.captureEnded();
    expect(log.faults).toEqual(['microphone: the microphone went away']);
  });
});
