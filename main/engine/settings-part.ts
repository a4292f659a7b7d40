import { defaultWindowSettings, type Settings } from '../../preload/contract/index.ts';
import type { SettingsPart } from './engine.ts';
import { createValue } from './observable.ts';

export const defaultSettings: Settings = {
  ...defaultWindowSettings,
  theme: 'system',
  microphoneId: null,
  speakerId: null,
  microphoneLabel: '',
  speakerLabel: '',
  ringSound: true,
  messageSound: true,
  movingStrings: true,
  singleKeyShortcuts: true,
  supernodeMode: 'auto',
  carryOthers: true,
  bitTorrent: true,
  hideAddress: false,
  proxyMode: 'system',
  proxyAddress: '',
  readReceipts: true,
  typingNotices: true,
  undoSend: false,
  awayAfterMinutes: 10,
  shareLastSeen: true,
  peopleOrder: 'status',
  keepFor: 'ever',
  recentEmoji: [],
  emojiTone: 0,
  findMe: false,
  findMeName: '',
  findMeWords: '',
  pushToTalk: false,
  pushToTalkKey: 'Space',
  inputGain: 1,
  noiseSuppression: 'system',
};

export interface SettingsPartOptions {
  readonly load: (defaults: Settings) => Settings;
  readonly save: (change: Partial<Settings>) => void;
  /** What may not be possible on this computer is tried first; where it throws, nothing is stored. */
  readonly tried: (change: Partial<Settings>) => Promise<void>;
  /** Throws where they don't go together; then nothing is stored. */
  readonly judge: (settings: Settings) => void;
  /** Called after a change was stored. */
  readonly applied: (settings: Settings) => Promise<void>;
}

export function createSettingsPart({ load, save, tried, judge, applied }: SettingsPartOptions): SettingsPart {
  const state = createValue(load(defaultSettings));
  return {
    state,
    async update(change) {
      await tried(change);
      judge({ ...state.get(), ...change });
      save(change);
      state.set({ ...state.get(), ...change });
      await applied(state.get());
    },
  };
}
