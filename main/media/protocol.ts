import { z } from 'zod';
import {
  callStatsSchema,
  errorCodeSchema,
  errorDataSchema,
  idSchema,
  ipv6FiguresSchema,
  mediaPathSchema,
  relayFiguresSchema,
  routerFiguresSchema,
  settingsSchema,
  udpFiguresSchema,
  volumeSchema,
} from '../../preload/contract/index.ts';
import { proxyChoiceSchema } from '../ports/proxy-connect.ts';
import { candidateMaxChars } from './transport/candidate-line.ts';
import { sdpMaxChars } from './transport/sdp.ts';

/** What the engine and the media process say to each other, over a port of their own. Parsed on both sides. */

/** What the shell says when it starts the media process. */
export const mediaBootSchema = z.object({
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** Open a loopback WebSocket for a page's sound (browser shell). */
  pcmSocket: z.boolean().default(false),
  /** The only page that may use it; null: any page of this computer (the URL's token still guards it). */
  pcmOrigin: z.string().max(200).nullable().default(null),
  /** Literal addresses to bind media to; null: all usable ones. */
  bindAddresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .max(8)
    .nullable()
    .default(null),
  /** Files played and recorded as by a sound card that runs by so many millionths too fast: the worst crystals are off by 200. */
  fileSkewPpm: z.number().min(-1000).max(1000).default(0),
});
export type MediaBoot = z.infer<typeof mediaBootSchema>;

const descriptionSchema = z.object({ sdp: z.string().max(sdpMaxChars), fingerprint: z.string().max(200) });

/** Literal addresses only: who would resolve a name would tell a name server about the call. */
const iceServerSchema = z.object({
  kind: z.enum(['stun', 'turn']),
  transport: z.enum(['udp', 'tcp', 'tls']),
  address: z.union([z.ipv4(), z.ipv6()]),
  port: z.number().int().min(1).max(65_535),
  /** RFC 8489 §14.3 */
  username: z.string().max(508).optional(),
  credential: z.string().max(500).optional(),
  /** 32 bytes, base64url. */
  tlsPin: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/u)
    .optional(),
  rttMs: z.number().min(0).max(60_000).optional(),
});
const iceServersSchema = z.array(iceServerSchema).max(16);

const overlayPathSchema = z.object({
  address: z.literal('127.0.0.1'),
  port: z.number().int().min(1).max(65_535),
  rttMs: z.number().min(0).max(60_000).nullable(),
  kind: z.enum(['direct', 'relayed']),
});

const pathSchema = z.string().min(1).max(4096).nullable();
const requestIdSchema = z.number().int().nonnegative();

export const toMediaMessageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    callId: idSchema,
    role: z.enum(['offerer', 'answerer']),
    remote: descriptionSchema.nullable(),
    servers: iceServersSchema,
    policy: z.object({ relayOnly: z.boolean() }),
  }),
  z.object({ kind: z.literal('set-servers'), callId: idSchema, servers: iceServersSchema }),
  z.object({ kind: z.literal('set-overlay-path'), callId: idSchema, path: overlayPathSchema.nullable() }),
  z.object({ kind: z.literal('set-answer'), callId: idSchema, answer: descriptionSchema }),
  z.object({ kind: z.literal('add-candidate'), callId: idSchema, candidate: z.string().max(candidateMaxChars) }),
  z.object({ kind: z.literal('restart'), callId: idSchema, remote: descriptionSchema.nullable() }),
  z.object({ kind: z.literal('start-audio'), callId: idSchema }),
  z.object({ kind: z.literal('set-muted'), callId: idSchema, muted: z.boolean() }),
  z.object({ kind: z.literal('set-held'), callId: idSchema, held: z.boolean() }),
  z.object({ kind: z.literal('set-volume'), callId: idSchema, volume: volumeSchema }),
  z.object({
    kind: z.literal('start-recording'),
    callId: idSchema,
    target: z.object({ path: z.string().min(1).max(4096), title: z.string().max(200) }),
  }),
  z.object({ kind: z.literal('stop-recording'), callId: idSchema }),
  /** Of the microphone, for all calls from now on. */
  z.object({ kind: z.literal('set-gain'), gain: settingsSchema.shape.inputGain }),
  /** For relays over TCP and TLS, from the next connection on; null: none. */
  z.object({ kind: z.literal('set-proxy'), proxy: proxyChoiceSchema.nullable() }),
  z.object({ kind: z.literal('suppress-noise'), requestId: requestIdSchema, on: z.boolean() }),
  /** Answered by `check-figures`, then `reply`; one at a time. */
  z.object({
    kind: z.literal('check-network'),
    requestId: requestIdSchema,
    stun: z.array(iceServerSchema.pick({ address: true, port: true })).max(16),
    relays: z.array(z.array(iceServerSchema).max(6)).max(4),
  }),
  z.object({ kind: z.literal('stop-check'), requestId: requestIdSchema }),
  z.object({ kind: z.literal('close'), callId: idSchema }),
  z.object({ kind: z.literal('abandon'), callId: idSchema }),
  z.object({
    kind: z.literal('use-files'),
    requestId: requestIdSchema,
    playPath: pathSchema,
    recordPath: pathSchema,
    tracePath: pathSchema,
    echo: z.boolean(),
  }),
]);
export type ToMediaMessage = z.infer<typeof toMediaMessageSchema>;

/** `CallMediaEvent` of `main/calls/call-media.ts`, without `media-crashed`, which nobody can say of himself. */
const callEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('local-description'), callId: idSchema, description: descriptionSchema }),
  z.object({ type: z.literal('local-candidate'), callId: idSchema, candidate: z.string().max(candidateMaxChars) }),
  z.object({ type: z.literal('path-up'), callId: idSchema }),
  z.object({ type: z.literal('path-changed'), callId: idSchema, kind: mediaPathSchema }),
  z.object({ type: z.literal('path-interrupted'), callId: idSchema }),
  z.object({ type: z.literal('path-failed'), callId: idSchema, detail: z.string().max(400) }),
  z.object({ type: z.literal('path-closed'), callId: idSchema }),
  z.object({ type: z.literal('first-audio'), callId: idSchema, atMonotonicMs: z.number() }),
  z.object({ type: z.literal('stats'), callId: idSchema, stats: callStatsSchema }),
  z.object({
    type: z.literal('recording-ended'),
    callId: idSchema,
    why: z.enum(['disk-full', 'failed', 'too-long']),
  }),
  z.object({
    type: z.literal('device-failed'),
    callId: idSchema,
    device: z.enum(['microphone', 'speaker']),
    detail: z.string().max(400),
  }),
]);
export type CallEvent = z.infer<typeof callEventSchema>;

/** For laboratories: when the first sample of a file was spoken or recorded, on the machine-wide monotonic clock. */
const deviceEventSchema = z.object({
  type: z.enum(['capture-started', 'record-started']),
  callId: idSchema.nullable(),
  atMonotonicMs: z.number(),
});
export type DeviceEvent = z.infer<typeof deviceEventSchema>;

/** Figures of one line of the connection check; those that only the engine knows are missing. */
const checkFiguresSchema = z.discriminatedUnion('id', [
  z.object({ id: z.literal('udp'), figures: udpFiguresSchema.omit({ heard: true }) }),
  z.object({ id: z.literal('router'), figures: routerFiguresSchema }),
  z.object({ id: z.literal('ipv6'), figures: ipv6FiguresSchema }),
  z.object({ id: z.literal('relay'), figures: relayFiguresSchema }),
]);
export type NetworkFigures = z.infer<typeof checkFiguresSchema>;

export const fromMediaMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call-event'), event: callEventSchema }),
  z.object({ kind: z.literal('device-event'), event: deviceEventSchema }),
  z.object({ kind: z.literal('check-figures'), requestId: requestIdSchema, line: checkFiguresSchema }),
  z.object({ kind: z.literal('pcm-endpoint'), url: z.string().max(300) }),
  z.object({
    kind: z.literal('reply'),
    requestId: requestIdSchema,
    error: errorDataSchema.extend({ code: errorCodeSchema }).nullable(),
  }),
]);
export type FromMediaMessage = z.infer<typeof fromMediaMessageSchema>;
