import { z } from 'zod';
import { callEndReasonSchema } from './conversation-views.ts';
import { profileViewSchema } from './profile-views.ts';
import { keepForSchema } from './data-views.ts';
import { callQualitySchema, callStatsSchema, callTroubleSchema } from './call-stats.ts';
import {
  accountKeySchema,
  emojiSchema,
  idSchema,
  noteMaxChars,
  recentEmojiMost,
  timeMsSchema,
  usernameSchema,
} from './scalars.ts';
import { windowSettings } from './window-settings.ts';

// ---- account -------------------------------------------------------------------------------------------------------

/** What the person chose for themselves; `offline` is not a choice. */
export const chosenPresenceSchema = z.enum(['online', 'away', 'dnd', 'invisible']);
export type ChosenPresence = z.infer<typeof chosenPresenceSchema>;

export const accountViewSchema = z.object({
  name: usernameSchema,
  accountKey: accountKeySchema,
  /** Where the private keys are kept; `file` is said plainly in settings. */
  keyStorage: z.enum(['keychain', 'file']),
  /** The person has said that the twelve words are written down. */
  phraseConfirmed: z.boolean(),
  presence: chosenPresenceSchema,
  /**
   * pending: claimed here, not yet stored by supernodes; disputed: a valid rival claim was seen; waiting: its former owner,
   * away for half a year, may still come back.
   */
  claim: z.enum(['pending', 'held', 'disputed', 'waiting']),
  /** Another computer has the account since then, brought back there from its words or an archive: here it is only to be read. */
  movedMs: timeMsSchema.nullable(),
});
export type AccountView = z.infer<typeof accountViewSchema>;

export const accountStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('ready'), account: accountViewSchema }),
]);
export type AccountState = z.infer<typeof accountStateSchema>;

export const invalidNameReasonSchema = z.enum([
  'too-short',
  'too-long',
  'bad-character',
  'mixed-scripts',
  'starts-or-ends-with-hyphen',
  'no-letter',
]);
export type InvalidNameReason = z.infer<typeof invalidNameReasonSchema>;

export const nameVerdictSchema = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('free'), name: usernameSchema }),
  z.object({ verdict: z.literal('taken'), name: usernameSchema, suggestions: z.array(usernameSchema).max(4) }),
  z.object({ verdict: z.literal('disputed'), name: usernameSchema }),
  /** Its owner was away for half a year: whoever asks for it has it from `freeAtMs` on, unless the owner comes back. */
  z.object({ verdict: z.literal('lapsed'), name: usernameSchema, freeAtMs: timeMsSchema }),
  z.object({ verdict: z.literal('invalid'), reason: invalidNameReasonSchema }),
  /** The directory could not be asked (no network). */
  z.object({ verdict: z.literal('unknown'), name: usernameSchema }),
]);
export type NameVerdict = z.infer<typeof nameVerdictSchema>;

export const phraseSchema = z.array(z.string().max(16)).length(12);

/** Steps of signing up or restoring, in order; proof of work takes seconds, so it is named and its share reported. */
export const signUpProgressSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('checking-name') }),
  z.object({ step: z.literal('proof-of-work'), fraction: z.number().min(0).max(1) }),
  z.object({ step: z.literal('storing-claim') }),
  z.object({ step: z.literal('done'), name: usernameSchema, phrase: phraseSchema }),
]);
export type SignUpProgress = z.infer<typeof signUpProgressSchema>;

// ---- people --------------------------------------------------------------------------------------------------------

export const presenceViewSchema = z.object({
  state: z.enum(['online', 'away', 'dnd', 'offline', 'unknown']),
  onCall: z.boolean(),
  /** Last time we heard from them; null if never. */
  lastSeenMs: timeMsSchema.nullable(),
});
export type PresenceView = z.infer<typeof presenceViewSchema>;

/** Louder than twice as it comes, a voice is cut off at the top and nothing is won. */
export const volumeSchema = z.number().min(0).max(2);

export const contactViewSchema = z.object({
  accountKey: accountKeySchema,
  name: usernameSchema,
  nickname: z.string().max(64).nullable(),
  /** outgoing: we asked; incoming: they asked; contact: both said yes. */
  relation: z.enum(['contact', 'outgoing', 'incoming', 'blocked']),
  /** The short text that came or went with the request. */
  note: z.string().max(noteMaxChars).nullable(),
  /** How loud they are played here: 1 as it comes. */
  volume: volumeSchema,
  /** They are not to learn our address: calls with them go through relays only. */
  hideAddress: z.boolean(),
  /** Their name in the directory is another account's by now. This contact stays who they were. */
  nameTaken: z.boolean(),
  /** Shown before the others. */
  favourite: z.boolean(),
  /** They see us offline, whatever we are. */
  invisibleTo: z.boolean(),
  /** When the person said that the safety number is right; null: never. */
  verifiedMs: timeMsSchema.nullable(),
  /** What they told of themselves. */
  profile: profileViewSchema,
  presence: presenceViewSchema,
  sinceMs: timeMsSchema,
});
export type ContactView = z.infer<typeof contactViewSchema>;

export const lookupViewSchema = z.discriminatedUnion('result', [
  z.object({
    result: z.literal('found'),
    name: usernameSchema,
    accountKey: accountKeySchema,
    lastHeartbeatMs: timeMsSchema,
    /** Their computer was heard of within 72 hours. Else a request may have to wait for them. */
    fresh: z.boolean(),
  }),
  z.object({ result: z.literal('not-found'), name: usernameSchema }),
  /** Its owner was away for so long that the name is about to become somebody else's. */
  z.object({ result: z.literal('lapsed'), name: usernameSchema, lastHeartbeatMs: timeMsSchema }),
  /** Two valid claims by different keys: shown, never resolved by guessing. */
  z.object({ result: z.literal('disputed'), name: usernameSchema, accountKeys: z.array(accountKeySchema).max(20) }),
]);
export type LookupView = z.infer<typeof lookupViewSchema>;

/** Somebody who wants to be found, as their card says. */
export const foundPersonSchema = z.object({
  accountKey: accountKeySchema,
  name: usernameSchema,
  /** What they call themselves; empty: nothing. Anybody can write anything here. */
  displayName: z.string().max(80),
  words: z.array(z.string().max(48)).max(5),
  /** Whether the directory says that the name is theirs; until then it is being asked. */
  confirmed: z.boolean(),
});
export type FoundPerson = z.infer<typeof foundPersonSchema>;

/** The best first. Who turns out not to hold the name is gone from the next. */
export const foundPeopleSchema = z.object({ people: z.array(foundPersonSchema).max(48), done: z.boolean() });
export type FoundPeople = z.infer<typeof foundPeopleSchema>;

/** Our own card, as it is or would be. */
export const cardViewSchema = z.object({
  /** waiting: nobody could be told yet, again soon; withdrawing: some may still find us. */
  state: z.enum(['off', 'working', 'published', 'waiting', 'withdrawing']),
  displayName: z.string().max(80),
  words: z.array(z.string().max(64)).max(5),
});
export type CardView = z.infer<typeof cardViewSchema>;

// ---- calls ---------------------------------------------------------------------------------------------------------

/** preparing → connecting → ringing → active ⇄ reconnecting → ended; `accepting`: accepted before the path was up. */
export const callPhaseSchema = z.enum(['preparing', 'connecting', 'ringing', 'accepting', 'active', 'reconnecting', 'ended']);
export type CallPhase = z.infer<typeof callPhaseSchema>;

export const microphoneProblemSchema = z.enum(['denied', 'none', 'unplugged', 'failed']);
export type MicrophoneProblem = z.infer<typeof microphoneProblemSchema>;

/** Who holds the call. Whoever it is, neither hears the other. */
export const callHoldSchema = z.enum(['none', 'local', 'remote', 'both']);
export type CallHold = z.infer<typeof callHoldSchema>;

/** How long a recording is: what it has, and what has run since. */
export const recordingTimeSchema = z.object({
  recordedMs: z.number().int().nonnegative(),
  /** Null: it stands still (on hold, or over). */
  runningSinceMs: timeMsSchema.nullable(),
});
export type RecordingTime = z.infer<typeof recordingTimeSchema>;

/** Why a recording did not begin, or ended by itself. */
export const recordingProblemSchema = z.enum(['too-old', 'not-told', 'disk-full', 'failed', 'too-long']);
export type RecordingProblem = z.infer<typeof recordingProblemSchema>;

/** Our own recording of a call. `telling`: nothing is recorded until the other side's app shows that we want to. */
export const callRecordingSchema = z.object({
  state: z.enum(['off', 'telling', 'on']),
  time: recordingTimeSchema,
  /** The newest file of this call; null if there is none. */
  path: z.string().max(4096).nullable(),
  problem: recordingProblemSchema.nullable(),
});
export type CallRecording = z.infer<typeof callRecordingSchema>;

export const callViewSchema = z.object({
  id: idSchema,
  accountKey: accountKeySchema,
  name: z.string().max(64),
  /** A sound test with an echo service: not a contact, not in the log. */
  echo: z.boolean(),
  direction: z.enum(['in', 'out']),
  phase: callPhaseSchema,
  startedMs: timeMsSchema,
  /** When talking began; null before. */
  activeSinceMs: timeMsSchema.nullable(),
  muted: z.boolean(),
  remoteMuted: z.boolean(),
  hold: callHoldSchema,
  recording: callRecordingSchema,
  /** They record us, for so long; null: they don't. */
  remoteRecording: recordingTimeSchema.nullable(),
  /** The word, and what is to blame; each changes only after three seconds in the new state. */
  quality: callQualitySchema.nullable(),
  trouble: callTroubleSchema.nullable(),
  stats: callStatsSchema.nullable(),
  /** We can't be heard, and why; the call goes on, listening. */
  microphone: microphoneProblemSchema.nullable(),
  /** They don't learn our address by this call: it goes through relays only. */
  addressHidden: z.boolean(),
  reason: callEndReasonSchema.nullable(),
});
export type CallView = z.infer<typeof callViewSchema>;

// ---- settings and the app itself -----------------------------------------------------------------------------------

/** `KeyboardEvent.code`: a place on the keyboard, whatever letter is there. Space only works on the call's own pane. */
export const pushToTalkKeys = ['Space', 'Backquote', 'F8', 'F9'] as const;
export type PushToTalkKey = (typeof pushToTalkKeys)[number];

export const proxyModes = ['system', 'none', 'named'] as const;

/**
 * What became of a try of the chosen proxy. `no-proxy`: there is none; `untried`: nobody is known to be reached through it; `silent`: no proxy
 * answers there; `password`: it wants a name and a password, or others; `refused`: it doesn't connect to where our helpers listen.
 */
export const proxyTrials = ['works', 'no-proxy', 'untried', 'silent', 'password', 'refused'] as const;
export type ProxyTrial = (typeof proxyTrials)[number];

export const settingsSchema = z.object({
  ...windowSettings,
  theme: z.enum(['system', 'light', 'dark']),
  /** `deviceId` of the page's media devices; null is the system's choice. */
  microphoneId: z.string().max(256).nullable(),
  speakerId: z.string().max(256).nullable(),
  /** Their names when they were chosen: ids change, and then the name finds them again. Empty if unknown. */
  microphoneLabel: z.string().max(256),
  speakerLabel: z.string().max(256),
  ringSound: z.boolean(),
  messageSound: z.boolean(),
  movingStrings: z.boolean(),
  singleKeyShortcuts: z.boolean(),
  /** The microphone is muted while a key is not held. */
  pushToTalk: z.boolean(),
  pushToTalkKey: z.enum(pushToTalkKeys),
  /** Factor on what the microphone gives, after the browser's own levelling. */
  inputGain: z.number().min(0).max(4),
  /** `system`: the browser’s or the system’s own; `rnnoise`: ours, with theirs off. */
  noiseSuppression: z.enum(['system', 'rnnoise', 'off']),
  supernodeMode: z.enum(['auto', 'on', 'off']),
  /** As a supernode that can be reached: carry calls of others whose routers can't meet. */
  carryOthers: z.boolean(),
  /** Look for the network, and be found by newcomers, in BitTorrent's DHT. */
  bitTorrent: z.boolean(),
  /** Nobody we call learns our address: everything goes through relays. */
  hideAddress: z.boolean(),
  /** The HTTP proxy for what can't go out otherwise. `system`: what the environment says; `named`: `proxyAddress`. */
  proxyMode: z.enum(proxyModes),
  /** `[http[s]://][user:password@]host[:port]`, kept while another mode is chosen. */
  proxyAddress: z.string().max(300),
  /** Friends see what we have read; off: and we don't see what they have. */
  readReceipts: z.boolean(),
  /** Friends see that we are writing; off: and we don't see it of them. */
  typingNotices: z.boolean(),
  /** A message waits for five seconds before it goes, and can be taken back. */
  undoSend: z.boolean(),
  /** Away by itself after so many minutes without a key or the mouse; 0: never. */
  awayAfterMinutes: z.union([z.literal(0), z.literal(5), z.literal(10), z.literal(15), z.literal(30)]),
  /** Friends see when we were last there; off: and we don't see it of them. */
  shareLastSeen: z.boolean(),
  /** In which order the list of people stands. */
  peopleOrder: z.enum(['status', 'name', 'recent']),
  /** Messages and calls that are older are deleted, every day; a conversation can have a rule of its own. */
  keepFor: keepForSchema,
  /** Picked lately, the newest first. */
  recentEmoji: z.array(emojiSchema).max(recentEmojiMost),
  /** The skin tone that is picked: 0 none, 1 light to 5 dark. */
  emojiTone: z.number().int().min(0).max(5),
  /** Whether others may find us by words; what we call ourselves, and up to five words, as typed. */
  findMe: z.boolean(),
  findMeName: z.string().max(80),
  findMeWords: z.string().max(200),
});
export type Settings = z.infer<typeof settingsSchema>;

export const appViewSchema = z.object({
  version: z.string().max(32),
  shell: z.enum(['electron', 'browser', 'headless']),
  profile: z.string().max(64),
  /** Where recordings of calls go. */
  recordingsFolder: z.string().max(4096),
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
  /** Processes that fell over and were restarted since the app began: one quiet line each. */
  restarts: z.array(z.object({ process: z.enum(['engine', 'media']), atMs: timeMsSchema })).max(20),
  /** Storage had to be set aside (corrupt, or from a newer version) and where the old file is kept. */
  storageNotice: z
    .object({ code: z.enum(['STORAGE_CORRUPT', 'STORAGE_LOCKED', 'DISK_FULL']), keptAt: z.string().max(1024).nullable() })
    .nullable(),
});
export type AppView = z.infer<typeof appViewSchema>;

/** How this page sends and receives sound. port: comes through the preload; socket: the media process's loopback WebSocket. */
export const audioEndpointSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('port') }),
  z.object({ kind: z.literal('socket'), url: z.string().max(300) }),
]);
export type AudioEndpoint = z.infer<typeof audioEndpointSchema>;

/** One moment of a call, on the machine-wide monotonic clock, so that two processes of one machine can be compared. */
export const diagnosticEventSchema = z.object({
  event: z.enum([
    'dial',
    'ringing',
    'accepted',
    'active',
    'first-audio',
    'path-changed',
    'capture-started',
    'record-started',
    'stats',
    'ended',
  ]),
  callId: idSchema.nullable(),
  atMonotonicMs: z.number(),
  values: z.record(z.string().max(40), z.union([z.string().max(400), z.number(), z.boolean()])),
});
export type DiagnosticEvent = z.infer<typeof diagnosticEventSchema>;
