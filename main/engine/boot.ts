import { z } from 'zod';
import { fixedBytesField } from '../ports/cbor.ts';
import { hostPortSchema } from '../ports/host-port.ts';
import { relayCapsSchema, relayPortsSchema } from '../relay/index.ts';

/** How other people's calls are carried, should this node be one that can. */
const relayChoiceSchema = z.object({
  /** Where to listen, a literal address; null: on any port of what the overlay is bound to. */
  at: hostPortSchema.nullable(),
  /** What the world calls this computer's address of IPv4, where a router translates it one to one; null: nothing translates. */
  publicHost: z.ipv4().nullable(),
  /** To relay from; null: any. */
  ports: relayPortsSchema.nullable(),
  /** What its owner lets a server give; nothing: what a person's computer gives. */
  caps: relayCapsSchema.optional(),
  /** A server: it answers STUN even where nobody can be relayed, and gives without a monthly limit. */
  always: z.boolean(),
  /** For tests and laboratories only: 127.0.0.0/8 is the internet. */
  allowLoopback: z.boolean(),
});
export type RelayChoice = z.infer<typeof relayChoiceSchema>;

/** What a shell tells the engine when it starts it. */
export const engineBootSchema = z.object({
  profileDir: z.string().min(1).max(4096),
  profile: z.string().max(64),
  shell: z.enum(['electron', 'browser', 'headless']),
  version: z.string().max(32),
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  overlay: z.object({
    bind: hostPortSchema,
    bootstrap: z.array(hostPortSchema).max(50),
    /** Gateways to be carried by where UDP is blocked, besides those that are known. Key: 32 bytes, or null. */
    gateways: z
      .array(z.object({ ...hostPortSchema.shape, key: fixedBytesField(32).nullable() }))
      .max(16)
      .optional(),
    /** Where to carry others; else the usual ports. */
    gatewayPort: z.int().min(0).max(65_535).optional(),
    /** Overrides the setting for this run (`supernode`, tests); null follows the setting. */
    supernodeMode: z.enum(['auto', 'on', 'off']).nullable(),
    /** Of sealed items that are kept for others; nothing: the usual. */
    mailboxBytes: z.int().min(1).optional(),
    mdns: z.boolean(),
    /** Where BitTorrent's DHT is entered; without it we never go there, whatever is set. */
    bitTorrentRouters: z.array(hostPortSchema).max(16).optional(),
    /** The `via` of an invitation that the app was started with. */
    invited: z.array(hostPortSchema).max(8).optional(),
    /** Folder where nodes of this computer's user find each other; null: not looked for. */
    rendezvousDir: z.string().max(4096).nullable(),
  }),
  relay: relayChoiceSchema,
  /** Offer the echo service to the network and answer its calls. */
  echo: z.boolean(),
  /** Epoch milliseconds and names of processes that were restarted before this boot (the shell remembers). */
  restarts: z.array(z.object({ process: z.enum(['engine', 'media']), atMs: z.number().int().nonnegative() })).max(20),
});
export type EngineBoot = z.infer<typeof engineBootSchema>;
