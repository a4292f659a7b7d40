import { z } from 'zod';
import { microphoneProblemSchema } from './views.ts';

/** "Can I call?": what was looked at, line by line, and what it means. The judgement is in `check-verdicts.ts`. */

/** In the order in which they are shown. */
export const checkLineIds = ['supernodes', 'udp', 'router', 'ipv6', 'relay', 'microphone', 'speaker'] as const;
export type CheckLineId = (typeof checkLineIds)[number];

/** `not-checked`: it could not be looked at here, or not before something else works. */
export const checkVerdicts = ['ok', 'limited', 'failed', 'not-checked'] as const;
export type CheckVerdict = (typeof checkVerdicts)[number];

/** What to do next, closed: page and command line have a sentence for each. `none`: nothing. */
export const checkAdvices = [
  'none',
  'check-internet',
  'wait-for-helpers',
  'let-udp-out',
  'other-network',
  'helpers-carry',
  'allow-microphone',
  'plug-in-microphone',
  'free-microphone',
  'louder-microphone',
  'choose-speaker',
  'check-in-app',
] as const;
export type CheckAdvice = (typeof checkAdvices)[number];

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative().nullable();

export const supernodeFiguresSchema = z.object({
  status: z.enum(['starting', 'connected', 'alone', 'limited', 'reconnecting']),
  /** Other computers of the network that were heard lately. */
  heard: count,
  /** Supernodes that relay, of distinct networks. */
  relays: count,
  /** To the quickest of those, as measured before the check; null: none was measured. */
  quickestMs: ms,
  throughGateway: z.boolean(),
});
export type SupernodeFigures = z.infer<typeof supernodeFiguresSchema>;

export const udpFiguresSchema = z.object({
  /** STUN servers over IPv4, each a supernode of another network, and how many of them answered. */
  asked: count,
  answered: count,
  /** Quickest answer. */
  quickestMs: ms,
  /** Other nodes that the overlay hears over UDP; 0 while a gateway carries it. */
  heard: count,
});
export type UdpFigures = z.infer<typeof udpFiguresSchema>;

export const routerFiguresSchema = z.object({
  /**
   * How the router maps one port of ours towards different places (RFC 4787 §4.1). `none`: nothing is translated; `same`: one
   * public port for all; `different`: another for each.
   */
  mapping: z.enum(['none', 'same', 'different', 'unknown']),
  /**
   * Whose packets it lets in to that port (RFC 4787 §5). `open`: everybody's; `by-host`: whoever we wrote to, from any port of
   * theirs (or everybody's: telling that apart takes a server with two addresses); `by-port`: only from the very port that we wrote to.
   */
  filtering: z.enum(['open', 'by-host', 'by-port', 'unknown']),
  /** Places that told how they see us. */
  places: count,
  /** Our public address; for this person's eyes. */
  address: z.union([z.ipv4(), z.ipv6()]).nullable(),
});
export type RouterFigures = z.infer<typeof routerFiguresSchema>;

export const ipv6FiguresSchema = z.object({
  /** This computer has an address of the internet's. */
  hasAddress: z.boolean(),
  asked: count,
  answered: count,
  /** IPv4 works, so calls do without. */
  hasIpv4: z.boolean(),
});
export type Ipv6Figures = z.infer<typeof ipv6FiguresSchema>;

export const relayFiguresSchema = z.object({
  /** Relays that were tried. */
  asked: count,
  /** The way over which bytes went to the relay, through it, and back; null: none. UDP before TCP before TLS. */
  transport: z.enum(['udp', 'tcp', 'tls']).nullable(),
  /** From the first packet to the allocation; with TCP and TLS, with connecting. */
  allocationMs: ms,
  /** From here through the relay and back. */
  echoMs: ms,
  /** How far it got where nothing came back: `silent` nobody answered, `refused` it would not carry us, `lost` it allocated, and then nothing came through. */
  stoppedAt: z.enum(['silent', 'refused', 'lost']).nullable(),
});
export type RelayFigures = z.infer<typeof relayFiguresSchema>;

export const microphoneFiguresSchema = z.object({
  /** False on the command line, which has no sound of its own. */
  isHere: z.boolean(),
  problem: microphoneProblemSchema.nullable(),
  /** Loudest moment, RMS, 0…1 of full scale; null: nothing was heard of it at all. */
  peak: z.number().min(0).max(1).nullable(),
});
export type MicrophoneFigures = z.infer<typeof microphoneFiguresSchema>;

export const speakerFiguresSchema = z.object({
  isHere: z.boolean(),
  /** Devices to play on. */
  devices: count,
  /** A sound was given to it and taken. Whether it was heard only a person knows. */
  played: z.boolean(),
});
export type SpeakerFigures = z.infer<typeof speakerFiguresSchema>;

const judged = { verdict: z.enum(checkVerdicts), advice: z.enum(checkAdvices) };

export const checkLineSchema = z.discriminatedUnion('id', [
  z.object({ id: z.literal('supernodes'), ...judged, figures: supernodeFiguresSchema }),
  z.object({ id: z.literal('udp'), ...judged, figures: udpFiguresSchema }),
  z.object({ id: z.literal('router'), ...judged, figures: routerFiguresSchema }),
  z.object({ id: z.literal('ipv6'), ...judged, figures: ipv6FiguresSchema }),
  z.object({ id: z.literal('relay'), ...judged, figures: relayFiguresSchema }),
  z.object({ id: z.literal('microphone'), ...judged, figures: microphoneFiguresSchema }),
  z.object({ id: z.literal('speaker'), ...judged, figures: speakerFiguresSchema }),
]);
export type CheckLine = z.infer<typeof checkLineSchema>;

/** How calls would go from here; sound is another matter. */
export const checkOutcomes = ['direct', 'relayed', 'partial', 'blocked', 'offline'] as const;
/**
 * `direct`: straight to the other side, if their network lets it. `relayed`: they connect, some or all through a helper.
 * `partial`: straight to some; others can't be reached, as there is no helper. `blocked`: friends are found, calls don't connect.
 * `offline`: nobody is found.
 */
export type CheckOutcome = (typeof checkOutcomes)[number];

export const checkEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('line'), line: checkLineSchema }),
  /** Last: of the lines of the network. */
  z.object({ type: z.literal('summary'), outcome: z.enum(checkOutcomes) }),
]);
export type CheckEvent = z.infer<typeof checkEventSchema>;
