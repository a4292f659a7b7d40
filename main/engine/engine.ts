import type { Chat } from '../chat/index.ts';
import type { AudioFilesRequest } from './media-link.ts';
import type {
  AccountState,
  AppView,
  AudioEndpoint,
  BringBackProgress,
  CallRecordView,
  CallView,
  CardView,
  CheckEvent,
  ChosenPresence,
  ContactView,
  ConversationView,
  DataSize,
  DiagnosticEvent,
  ExportCursor,
  ExportFormat,
  ExportPart,
  ForgottenView,
  KeepFor,
  FoundPeople,
  DrainStep,
  LookupView,
  MessageView,
  MicrophoneProblem,
  NameVerdict,
  NetworkView,
  PictureView,
  ProfileView,
  ProxyTrial,
  Power,
  SafetyView,
  Settings,
  SignUpProgress,
  TimelineItem,
} from '../../preload/contract/index.ts';
import type { CollectionChange, EventFeed, ObservableCollection, ObservableValue } from './observable.ts';

/** What the engine offers to whoever is attached: one part per aggregate, each in its own file. */
export interface Engine {
  readonly app: ObservableValue<AppView>;
  readonly account: AccountPart;
  readonly network: ObservableValue<NetworkView>;
  readonly role: RolePart;
  readonly check: CheckPart;
  /** What becomes of the proxy that is chosen. */
  tryProxy(): Promise<ProxyTrial>;
  /** Nodes of an invitation: whether one of them leads into the network. */
  join(via: readonly string[]): Promise<boolean>;
  readonly people: PeoplePart;
  readonly profile: ProfilePart;
  readonly idle: IdlePart;
  readonly finding: FindingPart;
  readonly conversations: ConversationsPart;
  readonly calls: CallsPart;
  readonly audio: AudioPart;
  readonly diagnostics: EventFeed<DiagnosticEvent>;
  readonly settings: SettingsPart;
  readonly data: DataPart;
  /** Asks the shell to end the app in good order. */
  quit(): void;
  stop(): Promise<void>;
}

/** What is kept, taken along, and done away with. */
export interface DataPart {
  size(): DataSize;
  /** @throws AppError NO_SUCH_CONVERSATION */
  exportPart(id: string, format: ExportFormat, cursor: ExportCursor): ExportPart;
  /** @throws AppError NOT_SIGNED_IN, TOO_MANY */
  openArchive(passphrase: string): Promise<string>;
  /** @throws AppError CANCELLED */
  readArchive(id: string): { bytes: string; fraction: number; isLast: boolean };
  closeArchive(id: string): void;
  /** @throws AppError CANCELLED, DISK_FULL */
  putArchive(id: string | null, bytes: string): Promise<string>;
  /** @throws AppError ALREADY_SIGNED_IN, ARCHIVE_PASSPHRASE, ARCHIVE_DAMAGED, ARCHIVE_NEWER, DISK_FULL */
  bringBack(
    id: string,
    passphrase: string,
    replace: boolean,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<BringBackProgress, void, void>;
  tooOld(keepFor: KeepFor, id: string | null): ForgottenView;
  keepFor(id: string): KeepFor | null;
  setKeepFor(id: string, keepFor: KeepFor | null): void;
  clear(id: string | null): void;
  unclear(id: string | null): void;
  /** @throws AppError BAD_INPUT, NOT_SIGNED_IN */
  forgetAccount(name: string): void;
}

export interface AccountPart {
  readonly state: ObservableValue<AccountState>;
  checkName(typed: string, signal: AbortSignal | undefined): Promise<NameVerdict>;
  signUp(typed: string, signal: AbortSignal | undefined): AsyncGenerator<SignUpProgress, void, void>;
  restore(typed: string, phrase: string, signal: AbortSignal | undefined): AsyncGenerator<SignUpProgress, void, void>;
  revealPhrase(): Promise<string[]>;
  confirmPhrase(): void;
  /** Makes this computer the account's one again; the engine starts anew. */
  takeBack(): Promise<void>;
  setPresence(presence: ChosenPresence): void;
}

export interface CheckPart {
  /** Each line as soon as it is known, then the summary. @throws AppError TOO_MANY, MEDIA_UNAVAILABLE */
  run(signal: AbortSignal | undefined): AsyncGenerator<CheckEvent, void, void>;
}

export interface RolePart {
  /** What a page's system says. */
  reportPower(power: Power): void;
  /** Gets ready to go; the last step is `done`. */
  drain(waitSeconds: number, signal: AbortSignal | undefined): AsyncGenerator<DrainStep, void, void>;
}

export interface FindingPart {
  readonly card: ObservableValue<CardView>;
  /** @throws AppError BAD_INPUT (no word in it), NO_NETWORK */
  search(typed: string, signal: AbortSignal | undefined): AsyncGenerator<FoundPeople, void, void>;
}

export interface PeoplePart {
  readonly contacts: ObservableCollection<string, ContactView>;
  /** Our own link. @throws AppError NOT_SIGNED_IN */
  invitation(): Promise<string>;
  lookup(typed: string, signal: AbortSignal | undefined): Promise<LookupView>;
  request(typed: string, note: string, pinned: string | null, signal: AbortSignal | undefined): Promise<ContactView>;
  accept(account: string): void;
  decline(account: string): void;
  block(account: string): Promise<void>;
  unblock(account: string): void;
  remove(account: string): Promise<void>;
  restore(account: string): void;
  rename(account: string, nickname: string | null): void;
  setVolume(account: string, volume: number): void;
  setHideAddress(account: string, hideAddress: boolean): Promise<void>;
  setFavourite(account: string, favourite: boolean): void;
  setInvisibleTo(account: string, invisibleTo: boolean): void;
  /** @throws AppError NOT_A_CONTACT */
  safety(account: string): SafetyView;
  /** Our half of every safety number. @throws AppError NOT_SIGNED_IN */
  ownSafetyCode(): string;
  setVerified(account: string, verified: boolean): void;
}

export interface ProfilePart {
  readonly own: ObservableValue<ProfileView>;
  /** @throws AppError NOT_SIGNED_IN, BAD_INPUT */
  update(text: Omit<ProfileView, 'picture'>): void;
  /** Null: none. @throws AppError NOT_SIGNED_IN, BAD_PICTURE */
  setPicture(base64: string | null): void;
  /** Ours or a contact's. */
  picture(id: string): PictureView | null;
}

export interface IdlePart {
  /** What a page knows of keys and the mouse: it sees its own window only. */
  hearPage(idleMs: number): void;
}

export type ChatActions = Pick<
  Chat,
  | 'send'
  | 'sendVoice'
  | 'voice'
  | 'markHeard'
  | 'edit'
  | 'deleteForBoth'
  | 'takeBack'
  | 'react'
  | 'hide'
  | 'unhide'
  | 'typing'
  | 'read'
  | 'isTyping'
>;

export interface ConversationsPart {
  readonly list: ObservableCollection<string, ConversationView>;
  page(id: string, beforeMs: number | null, limit: number): { items: TimelineItem[]; more: boolean };
  pageAfter(id: string, afterMs: number, limit: number): { items: TimelineItem[]; more: boolean };
  /** @throws AppError NO_SUCH_MESSAGE */
  around(
    id: string,
    at: { readonly messageId: string } | { readonly ms: number },
    limit: number,
  ): { items: TimelineItem[]; older: boolean; newer: boolean };
  search(
    typed: string,
    id: string | null,
    after: number | null,
    limit: number,
  ): { hits: MessageView[]; after: number | null; total: number | null };
  watchTimeline(
    id: string,
    limit: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<CollectionChange<string, TimelineItem>, void, void>;
  /** What is said in them: each method's first parameter is the conversation's id. @throws AppError NO_SUCH_CONVERSATION, and as `Chat` says */
  readonly chat: ChatActions;
  markRead(id: string): void;
  saveDraft(id: string, draft: string): void;
}

export interface CallsPart {
  readonly views: ObservableCollection<string, CallView>;
  start(account: string): string;
  startEcho(signal: AbortSignal | undefined): Promise<string>;
  accept(id: string): void;
  decline(id: string): void;
  hangUp(id: string): void;
  setMuted(id: string, muted: boolean): void;
  setHeld(id: string, held: boolean): void;
  setRecording(id: string, on: boolean): void;
  showRecording(id: string): void;
  dismiss(id: string): void;
  reportMicrophone(problem: MicrophoneProblem | null): void;
  log(beforeMs: number | null, limit: number): CallRecordView[];
}

export interface AudioPart {
  endpoint(): Promise<AudioEndpoint>;
  useFiles(files: AudioFilesRequest): Promise<void>;
}

export interface SettingsPart {
  readonly state: ObservableValue<Settings>;
  update(change: Partial<Settings>): Promise<void>;
}
