import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  AccountState,
  AtSignIn,
  AppView,
  CallRecordView,
  CallStats,
  CallView,
  ContactView,
  ConversationView,
  ErrorCode,
  NetworkView,
  ProfileView,
  Settings,
} from '../../preload/contract/index.ts';
import type { CallTrace } from './call-traces.ts';
import type { Lifecycle } from './ports.ts';
import type { TimelineState } from './timeline-window.ts';
import type { Toast } from './toasts.ts';

export const settingsSections = [
  'you',
  'audio',
  'notifications',
  'connection',
  'helping',
  'privacy',
  'appearance',
  'keys',
  'recovery',
  'data',
] as const;
export type SettingsSection = (typeof settingsSections)[number];

/** What the main pane shows. Below 720 px `home` is the list of people. */
export type View =
  | { readonly kind: 'home' }
  | { readonly kind: 'conversation'; readonly id: string }
  | { readonly kind: 'call'; readonly id: string }
  | { readonly kind: 'check' }
  | { readonly kind: 'profile'; readonly id: string }
  | { readonly kind: 'settings'; readonly section: SettingsSection };

export type DialogState =
  | { readonly kind: 'add'; readonly name: string }
  | { readonly kind: 'rename'; readonly accountKey: string }
  | { readonly kind: 'volume'; readonly accountKey: string }
  | { readonly kind: 'compare'; readonly accountKey: string }
  | { readonly kind: 'export'; readonly accountKey: string }
  | { readonly kind: 'keep'; readonly accountKey: string }
  | { readonly kind: 'keys' }
  | { readonly kind: 'palette' };

export type SideTab = 'recent' | 'people' | 'calls';

/** Who of the people is shown in their list. */
export type PeopleShown = 'all' | 'present' | 'favourites';

/** Somewhere that a conversation is to be shown at. */
export interface Reveal {
  readonly conversationId: string;
  readonly to:
    /** `typed`: what was looked for; marked there. Empty: nothing. */
    | { readonly kind: 'message'; readonly id: string; readonly typed: string }
    | { readonly kind: 'time'; readonly ms: number }
    | { readonly kind: 'newest' };
}

export interface UiState {
  readonly lifecycle: Lifecycle;
  /** Why the engine could not open this profile. */
  readonly failure: ErrorCode | null;
  readonly account: AccountState | null;
  readonly app: AppView | null;
  readonly network: NetworkView | null;
  readonly settings: Settings | null;
  /** What we say of ourselves. */
  readonly profile: ProfileView | null;
  /** Pictures that are or were shown: data URLs by id, the newest last. */
  readonly pictures: ReadonlyMap<string, string>;
  readonly contacts: ReadonlyMap<string, ContactView>;
  readonly contactsReady: boolean;
  readonly conversations: ReadonlyMap<string, ConversationView>;
  readonly conversationsReady: boolean;
  /** Without their figures: see `figuresApart`. */
  readonly calls: ReadonlyMap<string, CallView>;
  /** What was measured of each call last. */
  readonly figures: ReadonlyMap<string, CallStats>;
  /** The last minute of each call's figures. */
  readonly traces: ReadonlyMap<string, CallTrace>;
  /** `state`: of the newest part, which is read again when a call ends. */
  readonly callLog: {
    readonly items: readonly CallRecordView[];
    readonly more: boolean;
    readonly state: 'reading' | 'there' | 'failed';
  };
  readonly timelines: ReadonlyMap<string, TimelineState>;
  /** Taken by the conversation that it names, once it is shown. */
  readonly reveal: Reveal | null;
  /** The open conversation is being searched. */
  readonly finding: boolean;
  readonly view: View;
  readonly tab: SideTab;
  readonly peopleShown: PeopleShown;
  readonly query: string;
  readonly panel: 'none' | 'chat' | 'details';
  readonly devicesOpen: boolean;
  /** The call has the window to itself, small and above others. */
  readonly mini: boolean;
  readonly dialog: DialogState | null;
  readonly toasts: readonly Toast[];
  /** Notices the person has put away, by a key that names the event. */
  readonly dismissed: ReadonlySet<string>;
  /** The last step of onboarding, for a name made in this session. */
  readonly micStep: boolean;
  /** Said once by the polite live region. */
  readonly announcement: string;
  /** An invitation that the system opened us by, until it is shown. */
  readonly opened: string | null;
  /** What the desktop's shell says of itself; null: there is none, or it did not say yet. */
  readonly desktop: { readonly atSignIn: AtSignIn; readonly hasTray: boolean } | null;
}

export const emptyState: UiState = {
  lifecycle: 'up',
  failure: null,
  account: null,
  app: null,
  network: null,
  settings: null,
  profile: null,
  pictures: new Map(),
  contacts: new Map(),
  contactsReady: false,
  conversations: new Map(),
  conversationsReady: false,
  calls: new Map(),
  figures: new Map(),
  traces: new Map(),
  callLog: { items: [], more: false, state: 'reading' },
  timelines: new Map(),
  reveal: null,
  finding: false,
  view: { kind: 'home' },
  tab: 'recent',
  peopleShown: 'all',
  query: '',
  panel: 'none',
  devicesOpen: false,
  mini: false,
  dialog: null,
  toasts: [],
  dismissed: new Set(),
  micStep: false,
  announcement: '',
  opened: null,
  desktop: null,
};

export type UiStore = StoreApi<UiState>;

/** The one store of the page. Subscriptions and actions write it; views only read. */
export const createUiStore = (): UiStore => createStore<UiState>(() => emptyState);
