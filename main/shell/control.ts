import { z } from 'zod';
import { hostPortSchema } from '../ports/host-port.ts';

/**
 * What a shell and its processes say on the control ports. Everything is parsed on arrival: a process that lost its mind
 * must not take the shell along.
 */

export const trustSchema = z.enum(['page', 'local']);
/** Who is at the other end of a bridge: a page in a window, or a process of the same user. */
export type Trust = z.infer<typeof trustSchema>;

export const restartSchema = z.object({
  process: z.enum(['engine', 'media']),
  atMs: z.number().int().nonnegative(),
});
export type Restart = z.infer<typeof restartSchema>;

/** What `app.watch` can show; older ones are forgotten. */
export const maxRestartsKept = 20;
/** Characters; a proxy script names a handful. */
export const maxProxyRules = 2_000;

/** A secret to seal is a handful of keys; anything near this is a mistake. */
const maxVaultBytes = 64 * 1024;
const vaultBytesSchema = z
  .custom<Uint8Array>((value) => value instanceof Uint8Array)
  .refine((bytes) => bytes.byteLength <= maxVaultBytes);

const keySchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === 32);
const countSchema = z.number().int().nonnegative();

const fromRelayOptions = [
  /** Where it answers, with the ports that it got; its X25519 key, and the pin of its certificate. */
  z.object({
    kind: z.literal('relay-listening'),
    points: z.array(hostPortSchema.extend({ transport: z.enum(['udp', 'tcp', 'tls']) })).max(8),
    key: keySchema,
    pin: keySchema,
  }),
  /** It can't listen: the operating system's code, for example EADDRINUSE. */
  z.object({ kind: z.literal('relay-failed'), code: z.string().max(40) }),
  /** Since its start, whenever something changed. */
  z.object({
    kind: z.literal('relay-counts'),
    allocations: countSchema,
    calls: countSchema,
    callsEver: countSchema,
    packets: countSchema,
    bytes: countSchema,
    dropped: countSchema,
  }),
] as const;

/** No more allocations; those that are go on. */
export const toRelaySchema = z.object({ kind: z.literal('drain') });
export type ToRelay = z.infer<typeof toRelaySchema>;

export const fromRelaySchema = z.discriminatedUnion('kind', fromRelayOptions);
export type FromRelay = z.infer<typeof fromRelaySchema>;

export const toEngineSchema = z.discriminatedUnion('kind', [
  /** What the relay says, and that it fell: it says where it listens when it is back. */
  ...fromRelayOptions,
  z.object({ kind: z.literal('relay-gone') }),
  /** With one port: the media process, anew after each restart of either. */
  z.object({ kind: z.literal('media-port') }),
  /** With one port: a bridge client to serve. */
  z.object({ kind: z.literal('client-port'), trust: trustSchema }),
  /** Replaces the list from the boot message. */
  z.object({ kind: z.literal('restarts'), restarts: z.array(restartSchema).max(maxRestartsKept) }),
  /** The media process's loopback WebSocket for sound. */
  z.object({ kind: z.literal('pcm-endpoint'), url: z.string().max(300) }),
  /** How long nobody has used a key or the mouse, in any window: again and again, where the shell's system says so. */
  z.object({ kind: z.literal('idle'), idleMs: z.number().int().nonnegative() }),
  /** The computer is about to sleep. */
  z.object({ kind: z.literal('sleep') }),
  /** The computer woke from sleep: connections are probably dead, addresses probably new. */
  z.object({ kind: z.literal('wake') }),
  /** Whether the computer runs on its battery, where the shell's system says so. */
  z.object({ kind: z.literal('power'), onBattery: z.boolean() }),
  /** The operating system's HTTP proxy, as proxy scripts give it (`PROXY host:port; DIRECT`), where the shell can ask. */
  z.object({ kind: z.literal('proxy'), rules: z.string().max(maxProxyRules) }),
  z.object({
    kind: z.literal('vault-answer'),
    id: z.number().int().nonnegative(),
    /** Null: there is no keychain, or it refused. */
    bytes: vaultBytesSchema.nullable(),
  }),
]);
export type ToEngine = z.infer<typeof toEngineSchema>;

export const fromEngineSchema = z.discriminatedUnion('kind', [
  /** Somebody who may asked to end the app. */
  z.object({ kind: z.literal('quit') }),
  /** It is about to end so that another begins. */
  z.object({ kind: z.literal('restarting') }),
  /** Wants a relay, or none (null). What it is started with is judged by its own process. */
  z.object({ kind: z.literal('relay'), wish: z.record(z.string(), z.unknown()).nullable() }),
  /** The relay that runs is to begin nothing new. */
  z.object({ kind: z.literal('drain-relay') }),
  /** The person wants to see a file of theirs, in the folder it is in. */
  z.object({ kind: z.literal('show-file'), path: z.string().min(1).max(4096) }),
  /** `probe` asks whether there is a keychain at all: its answer has bytes (empty) if so. */
  z.object({
    kind: z.literal('vault-request'),
    id: z.number().int().nonnegative(),
    operation: z.enum(['probe', 'seal', 'open']),
    bytes: vaultBytesSchema,
  }),
]);
export type FromEngine = z.infer<typeof fromEngineSchema>;

export const toMediaSchema = z.discriminatedUnion('kind', [
  /** With one port: the engine, anew after each restart of either. */
  z.object({ kind: z.literal('engine-port') }),
  /** With one port: a page's sound (see `preload/contract/pcm.ts`). */
  z.object({ kind: z.literal('pcm-port') }),
]);
export type ToMedia = z.infer<typeof toMediaSchema>;

export const fromMediaSchema = z.discriminatedUnion('kind', [
  /** The loopback WebSocket is open (boot `pcmSocket: true`); its URL carries its own token. */
  z.object({ kind: z.literal('pcm-endpoint'), url: z.string().max(300) }),
]);
export type FromMedia = z.infer<typeof fromMediaSchema>;
