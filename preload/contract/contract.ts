import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { drainStepSchema, networkViewSchema, powerSchema } from './network-views.ts';
import { checkEventSchema } from './connection-check.ts';
import {
  archivePartSchema,
  bringBackProgressSchema,
  dataSizeSchema,
  exportCursorSchema,
  exportFormatSchema,
  exportPartSchema,
  forgottenSchema,
  keepForSchema,
  passphraseSchema,
} from './data-views.ts';
import { invitationMaxChars, viaMax, viaSchema } from './invitation.ts';
import { errorCodes, errorDataSchema, type ErrorCode } from './errors.ts';
import {
  accountKeySchema,
  draftMaxChars,
  emojiSchema,
  idSchema,
  messageMaxChars,
  noteMaxChars,
  searchTotalMost,
  placeMsSchema,
  timeMsSchema,
  typedNameSchema,
  voiceMaxBytes,
  waveformSchema,
} from './scalars.ts';
import { pictureIdSchema, pictureInputSchema, pictureViewSchema, profileViewSchema } from './profile-views.ts';
import { safetyHalfSchema, safetyViewSchema } from './safety-code.ts';
import {
  callRecordSchema,
  conversationIdSchema,
  conversationViewSchema,
  timelineItemSchema,
  messageViewSchema,
} from './conversation-views.ts';
import {
  accountStateSchema,
  appViewSchema,
  audioEndpointSchema,
  callViewSchema,
  cardViewSchema,
  chosenPresenceSchema,
  contactViewSchema,
  diagnosticEventSchema,
  foundPeopleSchema,
  lookupViewSchema,
  microphoneProblemSchema,
  nameVerdictSchema,
  phraseSchema,
  proxyTrials,
  settingsSchema,
  signUpProgressSchema,
  volumeSchema,
} from './views.ts';

const errors = Object.fromEntries(errorCodes.map((code) => [code, { data: errorDataSchema }])) as Record<
  ErrorCode,
  { data: typeof errorDataSchema }
>;

const base = oc.errors(errors);
const nothing = z.object({});
/** As many as can be selected at once. */
const messageIdsSchema = z.array(idSchema).min(1).max(500);

/** Bytes in base64 (RFC 4648 §4): the bridge speaks text. */
const soundSchema = z.base64().max(Math.ceil(voiceMaxBytes / 3) * 4);

/** Keyed collections: the whole first, then what changed. `order` is the reader's business. */
const collection = <Item extends z.ZodType, Key extends z.ZodType>(item: Item, key: Key) =>
  eventIterator(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('snapshot'), items: z.array(item) }),
      z.object({ type: z.literal('upsert'), item }),
      z.object({ type: z.literal('remove'), key }),
    ]),
  );

/** A single value: its current state at once, then each new one. */
const value = <Item extends z.ZodType>(item: Item) => eventIterator(item);

const command = <In extends z.ZodType, Out extends z.ZodType>(input: In, output: Out) => base.input(input).output(output);

/**
 * The typed bridge: all that a page, or a command line attached to a running app, can ask of the engine. Spoken over a
 * MessagePort (Electron, headless) or a WebSocket (browser shell, attached command line). Subscriptions (`watch…`) send
 * what is first, then changes, until cancelled. Errors are the closed list in `errors.ts`.
 */
export const contract = {
  app: {
    watch: base.output(value(appViewSchema)),
    /** An engine that could not open its profile is started anew; a running one takes no notice. */
    retry: command(nothing, nothing),
    /** Headless and attached command lines only (NOT_ALLOWED_HERE for a page): ends the app in good order. */
    quit: command(nothing, nothing),
  },
  account: {
    watch: base.output(value(accountStateSchema)),
    checkName: command(z.object({ name: typedNameSchema }), nameVerdictSchema),
    /** Ends with `done`; cancelling before that leaves nothing behind. */
    signUp: base.input(z.object({ name: typedNameSchema })).output(eventIterator(signUpProgressSchema)),
    restore: base
      .input(z.object({ name: typedNameSchema, phrase: z.string().max(400) }))
      .output(eventIterator(signUpProgressSchema)),
    revealPhrase: command(nothing, z.object({ phrase: phraseSchema })),
    confirmPhrase: command(nothing, nothing),
    /** Of an account that moved to another computer (`movedMs`): back to this one. The engine starts anew. */
    takeBack: command(nothing, nothing),
    setPresence: command(z.object({ presence: chosenPresenceSchema }), nothing),
    /** A key or the mouse was used so long ago, says a page whose shell can't know; a while afterwards we are away. */
    reportIdle: command(z.object({ idleMs: z.number().int().nonnegative() }), nothing),
  },
  profile: {
    /** Our own. */
    watch: base.output(value(profileViewSchema)),
    /** BAD_INPUT where it is no plain line (`isPlainLine`) or too long. Contacts who are there are told at once. */
    update: command(profileViewSchema.omit({ picture: true }), nothing),
    /** Null: none. BAD_PICTURE: no JPEG, PNG or WebP that stands still, or a side is too long. */
    setPicture: command(pictureInputSchema, nothing),
    /** Our half of every safety number. */
    safetyCode: command(nothing, z.object({ digits: safetyHalfSchema })),
    /** Ours or a contact's, by its id; null: it is gone. */
    picture: command(z.object({ id: pictureIdSchema }), z.object({ picture: pictureViewSchema.nullable() })),
  },
  network: {
    watch: base.output(value(networkViewSchema)),
    /** "Can I call?": each line as soon as it is known, then the summary; within 10 s. Leaving it stops the check. TOO_MANY at once, MEDIA_UNAVAILABLE. */
    check: base.output(eventIterator(checkEventSchema)),
    /** Asks the chosen proxy for a way to a helper; within 5 s. */
    /** The `via` of an invitation: whether one of them leads into the network; within 3 s. */
    join: command(z.object({ via: z.array(viaSchema).max(viaMax) }), z.object({ joined: z.boolean() })),
    tryProxy: base.output(z.enum(proxyTrials)),
    /** What the page's system says of its battery and of metered data, at its start and whenever it changes. */
    reportPower: command(powerSchema, nothing),
    /**
     * Headless and attached command lines only: gets ready to go. Its neighbours are told, records handed on, nothing new is carried, and
     * what is carried is waited for until it is over or `waitSeconds` have passed; each step as it is done, the last is `done`.
     */
    drain: base.input(z.object({ waitSeconds: z.number().int().min(0).max(86_400) })).output(eventIterator(drainStepSchema)),
  },
  contacts: {
    watch: base.output(collection(contactViewSchema, accountKeySchema)),
    lookup: command(z.object({ name: typedNameSchema }), lookupViewSchema),
    /** People who want to be found, by beginnings of names and words: cards at once, then their names are looked up. Leaving it stops. */
    find: base.input(z.object({ typed: typedNameSchema })).output(eventIterator(foundPeopleSchema)),
    watchCard: base.output(value(cardViewSchema)),
    /** `accountKey`: from a link; whoever else holds the name is not asked (OTHER_ACCOUNT). */
    request: command(
      z.object({ name: typedNameSchema, note: z.string().max(noteMaxChars), accountKey: accountKeySchema.optional() }),
      contactViewSchema,
    ),
    /** Our own link, with computers that answered just now; within 2 s. NOT_SIGNED_IN. */
    invitation: command(nothing, z.object({ link: z.string().max(invitationMaxChars) })),
    accept: command(z.object({ accountKey: accountKeySchema }), nothing),
    decline: command(z.object({ accountKey: accountKeySchema }), nothing),
    block: command(z.object({ accountKey: accountKeySchema }), nothing),
    unblock: command(z.object({ accountKey: accountKeySchema }), nothing),
    /** Takes effect at once; `restore` within the session brings the person and the history back. */
    remove: command(z.object({ accountKey: accountKeySchema }), nothing),
    restore: command(z.object({ accountKey: accountKeySchema }), nothing),
    rename: command(z.object({ accountKey: accountKeySchema, nickname: z.string().max(64).nullable() }), nothing),
    /** Kept, and at once in a call with them. */
    setVolume: command(z.object({ accountKey: accountKeySchema, volume: volumeSchema }), nothing),
    setFavourite: command(z.object({ accountKey: accountKeySchema, favourite: z.boolean() }), nothing),
    /** They see us offline from now on, or as we are. */
    setInvisibleTo: command(z.object({ accountKey: accountKeySchema, invisibleTo: z.boolean() }), nothing),
    /** The safety number we share with somebody in the list, whoever they are to us. */
    safety: command(z.object({ accountKey: accountKeySchema }), safetyViewSchema),
    /** The person compared it, and it is right; or takes that back. */
    setVerified: command(z.object({ accountKey: accountKeySchema, verified: z.boolean() }), nothing),
    /** Kept; counts from the next call with them. */
    setHideAddress: command(z.object({ accountKey: accountKeySchema, hideAddress: z.boolean() }), nothing),
  },
  conversations: {
    watch: base.output(collection(conversationViewSchema, conversationIdSchema)),
    /** Items before `beforeMs` (newest first in time, returned oldest first), at most `limit`. */
    page: command(
      z.object({ id: conversationIdSchema, beforeMs: placeMsSchema.nullable(), limit: z.number().int().min(1).max(200) }),
      z.object({ items: z.array(timelineItemSchema), more: z.boolean() }),
    ),
    /** Items after `afterMs`, oldest first, at most `limit`. */
    pageAfter: command(
      z.object({ id: conversationIdSchema, afterMs: placeMsSchema, limit: z.number().int().min(1).max(200) }),
      z.object({ items: z.array(timelineItemSchema), more: z.boolean() }),
    ),
    /** Items around a message (NO_SUCH_MESSAGE), or around a moment: half of `limit` before it, half from it on; oldest first. */
    around: command(
      z.object({
        id: conversationIdSchema,
        at: z.union([z.object({ messageId: idSchema }), z.object({ ms: placeMsSchema })]),
        limit: z.number().int().min(2).max(200),
      }),
      z.object({ items: z.array(timelineItemSchema), older: z.boolean(), newer: z.boolean() }),
    ),
    /** The newest `limit` items, then every new or changed one. */
    watchTimeline: base
      .input(z.object({ id: conversationIdSchema, limit: z.number().int().min(1).max(200) }))
      .output(collection(timelineItemSchema, idSchema)),
    /**
     * Whole words and beginnings of words in all messages, or in those of one conversation, newest first. `after` goes on where a
     * page ended. `total`: how many there are, up to `searchTotalMost`; null on later pages.
     */
    search: command(
      z.object({
        typed: z.string().max(200),
        id: conversationIdSchema.nullable(),
        after: z.number().int().positive().nullable(),
        limit: z.number().int().min(1).max(200),
      }),
      z.object({
        hits: z.array(messageViewSchema),
        after: z.number().int().positive().nullable(),
        total: z.number().int().min(0).max(searchTotalMost).nullable(),
      }),
    ),
    /** Stored before this returns. */
    send: command(
      z.object({
        id: conversationIdSchema,
        text: z.string().min(1).max(messageMaxChars),
        /** The message that it answers. */
        replyTo: idSchema.nullable().default(null),
      }),
      z.object({ messageId: idSchema }),
    ),
    /** Ogg Opus, mono. BAD_INPUT if it is anything else, or longer than five minutes; stored before this returns. */
    sendVoice: command(
      z.object({
        id: conversationIdSchema,
        sound: soundSchema,
        waveform: waveformSchema,
        replyTo: idSchema.nullable().default(null),
      }),
      z.object({ messageId: idSchema }),
    ),
    /** The sound of a voice message that is whole; NO_SUCH_MESSAGE if it is not (here). */
    voice: command(z.object({ id: conversationIdSchema, messageId: idSchema }), z.object({ sound: soundSchema })),
    /** It was played here. */
    markHeard: command(z.object({ id: conversationIdSchema, messageId: idSchema }), nothing),
    /** One of ours; shown as edited. NO_SUCH_MESSAGE if it is gone. */
    edit: command(
      z.object({ id: conversationIdSchema, messageId: idSchema, text: z.string().min(1).max(messageMaxChars) }),
      nothing,
    ),
    /** One of ours, for both: its place stays, unless it never left this computer. */
    deleteForBoth: command(z.object({ id: conversationIdSchema, messageId: idSchema }), nothing),
    /** One of ours that has not gone yet; gives back its text. NO_SUCH_MESSAGE: too late. */
    takeBack: command(z.object({ id: conversationIdSchema, messageId: idSchema }), z.object({ text: z.string() })),
    /** Null takes ours back. */
    react: command(z.object({ id: conversationIdSchema, messageId: idSchema, emoji: emojiSchema.nullable() }), nothing),
    /** Out of our own sight, for good after half a minute; `unhide` undoes it until then. */
    hide: command(z.object({ id: conversationIdSchema, messageIds: messageIdsSchema }), nothing),
    unhide: command(z.object({ id: conversationIdSchema, messageIds: messageIdsSchema }), nothing),
    /** Keys are pressed: they may see it. */
    typing: command(z.object({ id: conversationIdSchema }), nothing),
    markRead: command(z.object({ id: conversationIdSchema }), nothing),
    saveDraft: command(z.object({ id: conversationIdSchema, draft: z.string().max(draftMaxChars) }), nothing),
  },
  calls: {
    /** The calls that are not over, and an ended one until it is dismissed or five minutes have passed. */
    watch: base.output(collection(callViewSchema, idSchema)),
    start: command(z.object({ accountKey: accountKeySchema }), z.object({ id: idSchema })),
    /** A sound test with an echo service found on the network. */
    startEcho: command(nothing, z.object({ id: idSchema })),
    accept: command(z.object({ id: idSchema }), nothing),
    decline: command(z.object({ id: idSchema }), nothing),
    hangUp: command(z.object({ id: idSchema }), nothing),
    setMuted: command(z.object({ id: idSchema, muted: z.boolean() }), nothing),
    /** This side's hold; the call goes on when neither side holds. */
    setHeld: command(z.object({ id: idSchema, held: z.boolean() }), nothing),
    /** On: asks the other side's app to show it first. What comes of it shows in the call's view. */
    setRecording: command(z.object({ id: idSchema, on: z.boolean() }), nothing),
    /** Shows the newest recording of this call in the system's own window of files. Only Electron can (NOT_ALLOWED_HERE elsewhere). */
    showRecording: command(z.object({ id: idSchema }), nothing),
    dismiss: command(z.object({ id: idSchema }), nothing),
    /** The page could not open, or lost, the microphone; null when it works again. */
    reportMicrophone: command(z.object({ problem: microphoneProblemSchema.nullable() }), nothing),
    log: command(
      z.object({ beforeMs: timeMsSchema.nullable(), limit: z.number().int().min(1).max(200) }),
      z.object({ items: z.array(callRecordSchema) }),
    ),
  },
  audio: {
    endpoint: command(nothing, audioEndpointSchema),
    /** Headless and attached command lines only: WAV files as microphone and speaker of the media process. */
    useFiles: command(
      z.object({
        playPath: z.string().max(4096).nullable(),
        recordPath: z.string().max(4096).nullable(),
        echo: z.boolean(),
        /** Where the next call notes what arrives when (no sound); written when it ends. */
        tracePath: z.string().max(4096).nullable().default(null),
      }),
      nothing,
    ),
  },
  /** What this profile keeps. */
  data: {
    size: command(nothing, dataSizeSchema),
    /**
     * One conversation as a file, part after part: ask with `cursor` null first, then with `next` until that is null. Whoever no longer
     * asks has stopped.
     */
    exportPart: command(
      z.object({ id: conversationIdSchema, format: exportFormatSchema, cursor: exportCursorSchema }),
      exportPartSchema,
    ),
    /** Begins an archive of the whole account; one at a time (TOO_MANY), forgotten when nobody asks for a minute. */
    openArchive: command(z.object({ passphrase: passphraseSchema }), z.object({ id: idSchema })),
    /** Its next part, base64; `isLast` ends it. CANCELLED: it is not open any more. */
    readArchive: command(
      z.object({ id: idSchema }),
      z.object({ bytes: archivePartSchema, fraction: z.number().min(0).max(1), isLast: z.boolean() }),
    ),
    closeArchive: command(z.object({ id: idSchema }), nothing),
    /** Takes the next part of an archive; `id` null begins a new one, which ends what was begun before. */
    putArchive: command(z.object({ id: idSchema.nullable(), bytes: archivePartSchema }), z.object({ id: idSchema })),
    /**
     * What was put, in place of what is here. ALREADY_SIGNED_IN where there is an account, unless `replace`: then the old files are kept aside. After `done` the
     * engine starts anew. ARCHIVE_PASSPHRASE, ARCHIVE_DAMAGED, ARCHIVE_NEWER: nothing was changed.
     */
    bringBack: base
      .input(z.object({ id: idSchema, passphrase: z.string().max(1024), replace: z.boolean() }))
      .output(eventIterator(bringBackProgressSchema)),
    /** What would go at once under this rule: as the settings' rule, or as that of one conversation. */
    tooOld: command(z.object({ keepFor: keepForSchema, id: conversationIdSchema.nullable().default(null) }), forgottenSchema),
    /** A conversation's own rule; null: as the settings say. */
    keepFor: command(z.object({ id: conversationIdSchema }), z.object({ keepFor: keepForSchema.nullable() })),
    setKeepFor: command(z.object({ id: conversationIdSchema, keepFor: keepForSchema.nullable() }), nothing),
    /** All that is said in a conversation (null: in every one), on this computer; for good after half a minute, until then `unclear` undoes it. */
    clear: command(z.object({ id: conversationIdSchema.nullable() }), nothing),
    unclear: command(z.object({ id: conversationIdSchema.nullable() }), nothing),
    /** Everything of this account on this computer, for good; the engine starts anew, without one. `name` as confirmation (BAD_INPUT). */
    forgetAccount: command(z.object({ name: typedNameSchema }), nothing),
  },
  diagnostics: {
    /** Headless and attached command lines only: what happened when, for laboratories and support. Starts with nothing. */
    watch: base.output(value(diagnosticEventSchema)),
  },
  settings: {
    watch: base.output(value(settingsSchema)),
    update: command(settingsSchema.partial(), nothing),
  },
};

export type Contract = typeof contract;
