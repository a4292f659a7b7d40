import { beforeEach, describe, expect, it } from 'vitest';
import { AppError, type MicrophoneProblem, type VoiceView } from '../../../preload/contract/index.ts';
import { Notifier } from '../../../renderer/state/notify.ts';
import type { Client, UiAudio, VoicePlaybackEvents, VoiceRecordingEvents } from '../../../renderer/state/ports.ts';
import { createUiStore, type UiStore } from '../../../renderer/state/store.ts';
import { VoicePlayer } from '../../../renderer/state/voice-player.ts';
import { VoiceRecorder, type Recording } from '../../../renderer/state/voice-recorder.ts';
import { peakOf, resampled, waveformOf } from '../../../renderer/state/waveform.ts';
import { aCall, aMessage, words } from './samples.ts';

const id = 'f'.repeat(64);
const sound = new Blob([new Uint8Array([1, 2, 3])]);
const voice: VoiceView = {
  state: 'whole',
  durationMs: 9_000,
  sizeBytes: 3,
  waveform: [1],
  partsAcross: 1,
  parts: 1,
  heard: false,
};

let store: UiStore;
let player: VoicePlayer;
let recorder: VoiceRecorder;
/** What was asked of sound and engine, in order. */
let asked: string[];
let recording: VoiceRecordingEvents;
let playing: VoicePlaybackEvents;
let refuses: AppError | null;

const audio = {
  recordVoice: (events: VoiceRecordingEvents) => {
    recording = events;
    return { finish: () => void asked.push('finish'), discard: () => void asked.push('discard') };
  },
  playVoice: (_: Blob, fromMs: number, rate: number, events: VoicePlaybackEvents) => {
    playing = events;
    asked.push(`play from ${fromMs} at ${rate}`);
    return {
      resume: () => void asked.push('resume'),
      pause: () => void asked.push('pause'),
      seek: (ms: number) => void asked.push(`seek ${ms}`),
      setRate: (next: number) => void asked.push(`rate ${next}`),
      close: () => void asked.push('close'),
    };
  },
} as unknown as UiAudio;

/** The requests that voice messages make; anything else would be a mistake, and fails as one. */
const client = {
  conversations: {
    sendVoice: async ({ sound: text, waveform }: { sound: string; waveform: number[] }) => {
      if (refuses !== null) throw refuses;
      asked.push(`send ${text} ${waveform.length}`);
      return { messageId: 'a'.repeat(32) };
    },
    takeBack: async () => {
      asked.push('take back');
      return { text: '' };
    },
    voice: async () => ({ sound: 'AQID' }),
    markHeard: async () => {
      asked.push('heard');
      return {};
    },
  },
} as unknown as Client;

const now = (): Recording | null => recorder.state.getState()?.recording ?? null;
const toasts = (): string[] => store.getState().toasts.map(({ text }) => text);
const undo = (): void =>
  store
    .getState()
    .toasts.findLast(({ action }) => action?.kind === 'undo')
    ?.action?.run();
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const levels = Array.from({ length: 60 }, (_, index) => (index % 10) / 20);
const spoken = { sound, durationMs: 3_000, levels };

beforeEach(() => {
  asked = [];
  refuses = null;
  store = createUiStore();
  const notify = new Notifier(store, words);
  player = new VoicePlayer(client, store, audio, notify, words);
  recorder = new VoiceRecorder(client, store, audio, player, notify, words);
  player.start();
  recorder.start();
});

describe('Recording a voice message', () => {
  it('held and let go ends in something to listen to, which is sent by a press', async () => {
    recorder.begin(id, null, true);
    expect(now()).toEqual({ phase: 'opening', held: true });
    recording.onBegin();
    recording.onLevel(0.1, 50);
    expect(now()).toMatchObject({ phase: 'on', held: true, elapsedMs: 50, peaks: [peakOf(0.1)] });
    recorder.letGo();
    recording.onEnd(spoken, 'asked');
    expect(now()).toMatchObject({ phase: 'review', durationMs: 3_000, waveform: waveformOf(levels) });
    await recorder.send();
    expect(asked).toEqual(['finish', 'send AQID 60']);
    expect(now()).toBeNull();
  });

  it('locked goes on when the button is let go, and can be sent at once', async () => {
    recorder.begin(id, null, true);
    recording.onBegin();
    recorder.lock();
    recorder.letGo();
    expect(now()).toMatchObject({ phase: 'on', held: false });
    await recorder.send();
    recording.onEnd(spoken, 'asked');
    await settled();
    expect(asked).toEqual(['finish', 'send AQID 60']);
  });

  it('is cancelled as if it had never been; what could be listened to can be brought back', () => {
    recorder.begin(id, null, false);
    recording.onBegin();
    recorder.cancel();
    expect([now(), asked, toasts()]).toEqual([null, ['discard'], []]);
    recorder.begin(id, null, false);
    recording.onBegin();
    recorder.finish();
    recording.onEnd(spoken, 'asked');
    recorder.cancel();
    expect([now(), toasts()]).toEqual([null, ['Recording deleted']]);
    undo();
    expect(now()).toMatchObject({ phase: 'review', durationMs: 3_000 });
  });

  it.each(['denied', 'none', 'failed', 'unplugged'] satisfies MicrophoneProblem[])(
    'says in plain words that the microphone can’t be had: %s',
    (problem) => {
      recorder.begin(id, null, false);
      recording.onProblem(problem);
      expect(now()).toBeNull();
      expect(toasts()).toEqual([words(`voice.microphone.${problem}`)]);
    },
  );

  it('is not to be had during a call, and a call that begins ends it, with what was said kept and not sent', async () => {
    recorder.begin(id, null, false);
    recording.onBegin();
    const call = aCall({ direction: 'out', phase: 'preparing' });
    store.setState({ calls: new Map([[call.id, call]]) });
    recording.onEnd(spoken, 'asked');
    expect(now()).toMatchObject({ phase: 'review', why: 'call' });
    recorder.cancel();
    recorder.begin(id, null, false);
    expect(now()).toBeNull();
    expect(toasts().at(-1)).toBe(words('voice.onCall'));
    await settled();
    expect(asked).toEqual(['finish']);
  });

  it('that nobody wanted leaves nothing: a slip of the finger is told', () => {
    recorder.begin(id, null, true);
    recording.onBegin();
    recorder.letGo();
    recording.onEnd({ ...spoken, durationMs: 300 }, 'asked');
    expect([now(), toasts()]).toEqual([null, [words('voice.tooShort')]]);
  });

  it('stays, to be sent again, if it could not be stored', async () => {
    recorder.begin(id, null, false);
    recording.onBegin();
    recorder.finish();
    recording.onEnd(spoken, 'too-long');
    refuses = new AppError('DISK_FULL', 'no room');
    await recorder.send();
    expect(now()).toMatchObject({ phase: 'review', why: 'too-long' });
    expect(toasts()).toEqual([words('errors.DISK_FULL')]);
  });

  it('is kept when its conversation is left', () => {
    recorder.begin(id, null, false);
    recording.onBegin();
    recorder.leave('0'.repeat(64));
    expect(asked).toEqual([]);
    recorder.leave(id);
    expect(asked).toEqual(['finish']);
  });
});

describe('Playing voice messages', () => {
  const message = aMessage({ id: '1'.repeat(32), voice });
  const other = aMessage({ id: '2'.repeat(32), voice });

  it('goes on where it paused, seeks, and changes speed while it plays', async () => {
    player.toggle(message);
    expect(player.state.getState().playing).toEqual({ key: message.id, phase: 'loading', positionMs: 0 });
    await settled();
    playing.onPosition(1_200);
    player.toggle(message);
    expect(player.state.getState().playing).toEqual({ key: message.id, phase: 'paused', positionMs: 1_200 });
    player.seek(message, 5_000);
    player.nextRate();
    player.toggle(message);
    expect(player.state.getState()).toEqual({ rate: 1.5, playing: { key: message.id, phase: 'playing', positionMs: 5_000 } });
    expect(asked).toEqual(['play from 0 at 1', 'heard', 'pause', 'seek 5000', 'rate 1.5', 'resume']);
    playing.onEnd(false);
    expect(player.state.getState().playing).toBeNull();
  });

  it('is one at a time, and from where it was clicked', async () => {
    player.toggle(message);
    await settled();
    player.seek(other, 4_000);
    await settled();
    expect(asked).toEqual(['play from 0 at 1', 'heard', 'close', 'play from 4000 at 1', 'heard']);
    expect(player.state.getState().playing).toMatchObject({ key: other.id, phase: 'playing' });
  });

  it('pauses when a call begins, also one that rings', async () => {
    player.toggle(message);
    await settled();
    const call = aCall({ direction: 'in', phase: 'ringing' });
    store.setState({ calls: new Map([[call.id, call]]) });
    expect(player.state.getState().playing?.phase).toBe('paused');
    // What the call does later is nothing new.
    player.toggle(message);
    store.setState({ calls: new Map([[call.id, { ...call, muted: true }]]) });
    expect(player.state.getState().playing?.phase).toBe('playing');
  });

  it('marks only what others said, and once', async () => {
    player.toggle(aMessage({ direction: 'out', voice }));
    await settled();
    player.toggle(aMessage({ id: '3'.repeat(32), voice: { ...voice, heard: true } }));
    await settled();
    expect(asked.filter((what) => what === 'heard')).toEqual([]);
  });

  it('tells that a sound can’t be played', async () => {
    player.toggle(message);
    await settled();
    playing.onEnd(true);
    expect(player.state.getState().playing).toBeNull();
    expect(toasts()).toHaveLength(1);
  });
});

describe('A waveform', () => {
  it('holds at most a hundred peaks, each the mean of its stretch, by the ear’s measure', () => {
    const waveform = waveformOf(Array.from({ length: 6_000 }, (_, index) => (index < 3_000 ? 0.1 : index % 2 === 0 ? 0.1 : 0)));
    expect(waveform).toHaveLength(100);
    expect([waveform[10], waveform[90]]).toEqual([peakOf(0.1), Math.round(peakOf(0.1) / 2)]);
    expect([peakOf(0), peakOf(0.001), peakOf(0.1), peakOf(1)]).toEqual([0, 0, 185, 255]);
    expect(waveformOf([0.2])).toHaveLength(1);
    expect(resampled([10, 200], 4)).toEqual([10, 10, 200, 200]);
    expect(resampled([1, 9, 3, 4], 2)).toEqual([9, 4]);
  });
});
