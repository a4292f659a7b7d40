import { createContext, useContext, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Words } from '../strings/index.ts';
import { Alerts } from './alerts.ts';
import { CallActions } from './call-actions.ts';
import { CallDesk } from './call-desk.ts';
import { keepTraces } from './call-traces.ts';
import { DataActions } from './data-actions.ts';
import { watchDesktop } from './desktop-watch.ts';
import { incomingCaller } from './incoming-caller.ts';
import { MutedSpeech } from './muted-speech.ts';
import { Navigation } from './navigation.ts';
import { Notifier } from './notify.ts';
import { PeopleActions } from './people-actions.ts';
import { Pictures } from './pictures.ts';
import type { Client, UiAudio, UiBridge } from './ports.ts';
import { PushToTalk } from './push-to-talk.ts';
import { createUiStore, type UiState, type UiStore } from './store.ts';
import { MessageActions } from './message-actions.ts';
import { RecordingNotices } from './recording-notices.ts';
import { SettingsActions } from './settings-actions.ts';
import { subscribeAll } from './subscriptions.ts';
import { Timelines } from './timelines.ts';
import { VoicePlayer } from './voice-player.ts';
import { VoiceRecorder } from './voice-recorder.ts';

/** Everything a view may reach for: one per page. */
export interface Session {
  readonly bridge: UiBridge;
  readonly client: Client;
  readonly audio: UiAudio;
  readonly store: UiStore;
  readonly words: Words;
  readonly go: Navigation;
  readonly notify: Notifier;
  readonly people: PeopleActions;
  readonly pictures: Pictures;
  readonly messages: MessageActions;
  readonly voices: VoicePlayer;
  readonly recorder: VoiceRecorder;
  readonly calls: CallActions;
  readonly talk: PushToTalk;
  readonly settings: SettingsActions;
  readonly data: DataActions;
  readonly timelines: Timelines;
}

const setTimer = (delayMs: number, run: () => void): { cancel(): void } => {
  const timer = setTimeout(run, delayMs);
  return { cancel: () => clearTimeout(timer) };
};

/** Wires the page together and starts following the engine; `stop` ends all of it. */
export function startSession(bridge: UiBridge, audio: UiAudio, words: Words): Session & { stop: () => void } {
  const { client } = bridge;
  const store = createUiStore();
  const go = new Navigation(store);
  const notify = new Notifier(store, words);
  const desk = new CallDesk(client, store, audio, go);
  const calls = new CallActions(client, store, desk, notify, go);
  const talk = new PushToTalk(store, calls);
  const messages = new MessageActions(client, store, notify, words);
  const voices = new VoicePlayer(client, store, audio, notify, words);
  const recorder = new VoiceRecorder(client, store, audio, voices, notify, words);
  const settings = new SettingsActions(client, store, notify);
  const pictures = new Pictures(client, store);
  const { desktop } = bridge.system;
  const ending = new AbortController();
  const stops = [
    // Before the desk, so that a call that begins muted never is heard.
    talk.start(),
    desk.start(),
    keepTraces(store),
    voices.start(),
    recorder.start(),
    new Alerts({
      client,
      store,
      system: bridge.system,
      audio,
      words,
      notify,
      go,
      calls,
      messages,
      isFocused: () => document.hasFocus(),
      callerOf:
        desktop === null
          ? null
          : (call) =>
              incomingCaller(words, store.getState(), call, {
                direction: document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr',
                isMoving: document.documentElement.dataset['strings'] !== 'still',
              }),
      silence: (id) => desk.silence(id),
      setTimer,
    }).start(),
    ...(desktop === null ? [] : [watchDesktop({ desktop, client, store, words, notify, settings, pictures })]),
    new MutedSpeech(store, audio, calls, notify, words).start(),
    new RecordingNotices(bridge, store, notify, words).start(),
    bridge.onLifecycle((lifecycle) => store.setState({ lifecycle })),
  ];
  subscribeAll(client, store, ending.signal);
  return {
    bridge,
    client,
    audio,
    store,
    words,
    go,
    notify,
    people: new PeopleActions(client, store, notify, go, words),
    pictures,
    messages,
    voices,
    recorder,
    calls,
    talk,
    settings,
    data: new DataActions(client, store, notify, words, desktop !== null),
    timelines: new Timelines(client, store),
    stop: () => {
      ending.abort();
      for (const stop of stops) stop();
    },
  };
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }): ReactNode {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession is used outside of SessionProvider');
  return session;
}

export function useUi<Part>(select: (state: UiState) => Part): Part {
  return useStore(useSession().store, select);
}
