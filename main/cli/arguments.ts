import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { AppError } from '../ports/app-error.ts';
import { hostPortText, writtenGatewaySchema, writtenHostPortSchema, type HostPort } from '../ports/host-port.ts';
import { relayCapsSchema, relayPortsSchema, type PortRange, type RelayCaps } from '../relay/index.ts';
import { writtenInvitationSchema } from '../shell/index.ts';

const options = {
  profile: { type: 'string', default: 'default' },
  home: { type: 'string' },
  bootstrap: { type: 'string', multiple: true },
  gateway: { type: 'string', multiple: true },
  'gateway-port': { type: 'string' },
  listen: { type: 'string' },
  relay: { type: 'string' },
  'relay-public': { type: 'string' },
  'relay-ports': { type: 'string' },
  config: { type: 'string' },
  metrics: { type: 'string' },
  'wait-for-calls': { type: 'string', default: '600' },
  allocations: { type: 'string' },
  'megabits-per-second': { type: 'string' },
  'mailbox-megabytes': { type: 'string' },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  mdns: { type: 'boolean', default: true },
  bittorrent: { type: 'boolean', default: true },
  'bittorrent-node': { type: 'string', multiple: true },
  invitation: { type: 'string' },
  note: { type: 'string', default: '' },
  'display-name': { type: 'string', default: '' },
  echo: { type: 'boolean', default: false },
  'auto-answer': { type: 'boolean', default: false },
  'auto-accept': { type: 'boolean', default: false },
  play: { type: 'string' },
  record: { type: 'string' },
  trace: { type: 'string' },
  'skew-ppm': { type: 'string', default: '0' },
  seconds: { type: 'string' },
  wait: { type: 'string', default: '30' },
  phrase: { type: 'string' },
  'show-address': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const secondsSchema = z.coerce.number().positive().max(86_400);

const commonSchema = z.object({
  profile: z.string().regex(/^[\p{L}\p{N}_-]{1,64}$/u, 'a profile name is 1–64 letters, digits, - or _'),
  home: z.string().max(4096).optional(),
  bootstrap: z.array(writtenHostPortSchema).max(50).default([]),
  gateway: z.array(writtenGatewaySchema).max(16).default([]),
  gatewayPort: z.coerce.number().int().min(0).max(65_535).optional(),
  listen: writtenHostPortSchema.optional(),
  json: z.boolean(),
  verbose: z.boolean(),
  mdns: z.boolean(),
  bittorrent: z.boolean(),
  bittorrentNodes: z.array(writtenHostPortSchema).max(16).optional(),
  invitation: writtenInvitationSchema.optional(),
  wait: secondsSchema,
  skewPpm: z.coerce.number().min(-1000).max(1000),
});
export type CommonOptions = z.infer<typeof commonSchema>;

export interface AudioFiles {
  readonly play: string | null;
  readonly record: string | null;
  readonly trace: string | null;
}

export type Command =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'supernode';
      /** Where its relay listens; a literal address of IPv4. */
      readonly relay: HostPort;
      /** What the world calls that address, where a router translates it. */
      readonly publicHost: string | null;
      /** To relay from; null: any. */
      readonly ports: PortRange | null;
      /** Where figures and health are told; null: nowhere. */
      readonly metrics: HostPort | null;
      /** When it is told to go, it waits so long for calls that it carries. */
      readonly waitForCallsSeconds: number;
      readonly caps: RelayCaps;
      /** Of sealed items that wait for their owners; null: as any computer. */
      readonly mailboxBytes: number | null;
    }
  | { readonly kind: 'signup'; readonly name: string }
  | { readonly kind: 'restore'; readonly name: string; /** Null: read from standard input. */ readonly phrase: string | null }
  | { readonly kind: 'lookup'; readonly name: string }
  | { readonly kind: 'contacts-add'; readonly name: string; readonly note: string }
  | { readonly kind: 'contacts-accept'; readonly name: string }
  | { readonly kind: 'contacts-list' }
  | { readonly kind: 'find'; readonly typed: string }
  | { readonly kind: 'card-show' }
  | { readonly kind: 'card-withdraw' }
  | { readonly kind: 'card-publish'; readonly displayName: string; readonly words: string }
  | {
      readonly kind: 'run';
      readonly files: AudioFiles;
      readonly echo: boolean;
      readonly autoAnswer: boolean;
      readonly autoAccept: boolean;
    }
  | { readonly kind: 'call'; readonly name: string; readonly files: AudioFiles; readonly seconds: number | null }
  | { readonly kind: 'echo'; readonly files: AudioFiles; readonly seconds: number | null }
  | { readonly kind: 'send'; readonly name: string; readonly text: string }
  | { readonly kind: 'history'; readonly name: string }
  | { readonly kind: 'search'; readonly words: string }
  | { readonly kind: 'invitation' }
  | { readonly kind: 'status' }
  | { readonly kind: 'check'; readonly showAddress: boolean };

export interface CommandLine {
  readonly command: Command;
  readonly common: CommonOptions;
}

const usageError = (reason: string): AppError => new AppError('BAD_INPUT', 'usage', { message: reason.slice(0, 400) });

/** As it was said, or the port after the node's own. A relay tells people their addresses, so it listens on one and not on a name. */
function relayPoint(written: string | undefined, listen: HostPort | undefined): HostPort {
  const said = writtenHostPortSchema.safeParse(written);
  if (written !== undefined && !said.success) throw usageError('--relay takes HOST:PORT');
  const { host, port } = listen ?? { host: '0.0.0.0', port: 0 };
  const beside = { host: isIPv4(host) ? host : '0.0.0.0', port: port === 0 || port === 65_535 ? 0 : port + 1 };
  const point = said.data ?? beside;
  if (!isIPv4(point.host)) throw usageError(`the relay listens on an address of IPv4, and ${hostPortText(point)} is none`);
  return point;
}

function relayPublic(written: string | undefined): string | null {
  if (written !== undefined && !isIPv4(written)) throw usageError('--relay-public takes an address of IPv4');
  return written ?? null;
}

function relayPorts(written: string | undefined): PortRange | null {
  if (written === undefined) return null;
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/u.exec(written) ?? [];
  const range = relayPortsSchema.safeParse({ first: Number(first), last: Number(last) });
  if (!range.success) throw usageError('--relay-ports takes FIRST-LAST, two ports from 1 to 65535');
  return range.data;
}

/** What a server gives unless its owner says: 500 calls with both ends here, and a tenth of a line of 1 Gbit/s. */
const serverAllocations = '1000';
const serverMegabits = '100';
const bytesPerMegabit = 125_000;
const bytesPerMegabyte = 1_000_000;

function numberIn(option: string, written: string, least: number, most: number): number {
  const value = Number(written);
  const isWithin = written.trim() !== '' && value >= least && value <= most;
  if (!isWithin) throw usageError(`${option} takes a number from ${least} to ${most}`);
  return value;
}

function relayCaps(allocations = serverAllocations, megabits = serverMegabits): RelayCaps {
  const caps = relayCapsSchema.safeParse({
    allocations: Number(allocations),
    totalBytesPerSecond: Math.round(numberIn('--megabits-per-second', megabits, 0.064, 10_000) * bytesPerMegabit),
  });
  if (!caps.success) throw usageError('--allocations takes a whole number from 1 to 20000');
  return caps.data;
}

function metricsPoint(written: string | undefined): HostPort | null {
  if (written === undefined) return null;
  const point = writtenHostPortSchema.safeParse(/^\d{1,5}$/u.test(written) ? `127.0.0.1:${written}` : written);
  if (!point.success) throw usageError('--metrics takes PORT (on this computer only) or HOST:PORT');
  return point.data;
}

/** @throws AppError BAD_INPUT with reason `usage` */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, allowNegative: true, strict: true });
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : 'cannot be parsed');
  }
  const { values, positionals } = parsed;
  const common = commonSchema.safeParse({
    ...values,
    skewPpm: values['skew-ppm'],
    gatewayPort: values['gateway-port'],
    bittorrentNodes: values['bittorrent-node'],
  });
  if (!common.success) throw usageError(common.error.issues.map((issue) => issue.message).join('; '));
  const seconds = values.seconds === undefined ? null : secondsSchema.safeParse(values.seconds);
  if (seconds !== null && !seconds.success) throw usageError('--seconds takes a number of seconds above 0');

  const word = (index: number, what: string): string => {
    const text = positionals[index];
    if (text === undefined || text === '') throw usageError(`${what} is missing`);
    return text;
  };
  const end = (count: number): void => {
    const extra = positionals[count];
    if (extra !== undefined) throw usageError(`unexpected ${extra}`);
  };
  const files: AudioFiles = { play: values.play ?? null, record: values.record ?? null, trace: values.trace ?? null };

  const command = ((): Command => {
    if (values.help || positionals.length === 0) return { kind: 'help' };
    const verb = positionals[0] ?? 'help';
    switch (verb) {
      case 'help':
        return { kind: 'help' };
      case 'supernode':
        end(1);
        return {
          kind: 'supernode',
          relay: relayPoint(values.relay, common.data.listen),
          publicHost: relayPublic(values['relay-public']),
          ports: relayPorts(values['relay-ports']),
          metrics: metricsPoint(values.metrics),
          waitForCallsSeconds: Math.round(numberIn('--wait-for-calls', values['wait-for-calls'], 0, 86_400)),
          caps: relayCaps(values.allocations, values['megabits-per-second']),
          mailboxBytes:
            values['mailbox-megabytes'] === undefined
              ? null
              : numberIn('--mailbox-megabytes', values['mailbox-megabytes'], 1, 1_000_000) * bytesPerMegabyte,
        };
      case 'signup':
        end(2);
        return { kind: 'signup', name: word(1, 'NAME') };
      case 'restore':
        end(2);
        return { kind: 'restore', name: word(1, 'NAME'), phrase: values.phrase === '-' ? null : (values.phrase ?? null) };
      case 'lookup':
        end(2);
        return { kind: 'lookup', name: word(1, 'NAME') };
      case 'contacts': {
        const action = word(1, 'add, accept or list');
        switch (action) {
          case 'add':
            end(3);
            return { kind: 'contacts-add', name: word(2, 'NAME'), note: values.note };
          case 'accept':
            end(3);
            return { kind: 'contacts-accept', name: word(2, 'NAME') };
          case 'list':
            end(2);
            return { kind: 'contacts-list' };
          default:
            throw usageError(`contacts knows add, accept and list, not ${action}`);
        }
      }
      case 'find':
        word(1, 'WORD');
        return { kind: 'find', typed: positionals.slice(1).join(' ') };
      case 'card': {
        const action = word(1, 'show, publish or withdraw');
        switch (action) {
          case 'show':
            end(2);
            return { kind: 'card-show' };
          case 'withdraw':
            end(2);
            return { kind: 'card-withdraw' };
          case 'publish':
            return { kind: 'card-publish', displayName: values['display-name'], words: positionals.slice(2).join(' ') };
          default:
            throw usageError(`card knows show, publish and withdraw, not ${action}`);
        }
      }
      case 'run':
        end(1);
        return { kind: 'run', files, echo: values.echo, autoAnswer: values['auto-answer'], autoAccept: values['auto-accept'] };
      case 'call':
        end(2);
        return { kind: 'call', name: word(1, 'NAME'), files, seconds: seconds?.data ?? null };
      case 'echo':
        end(1);
        return { kind: 'echo', files, seconds: seconds?.data ?? null };
      case 'send':
        end(3);
        return { kind: 'send', name: word(1, 'NAME'), text: word(2, 'TEXT') };
      case 'history':
        end(2);
        return { kind: 'history', name: word(1, 'NAME') };
      case 'search':
        end(2);
        return { kind: 'search', words: word(1, 'WORDS') };
      case 'invitation':
        end(1);
        return { kind: 'invitation' };
      case 'status':
        end(1);
        return { kind: 'status' };
      case 'check':
        end(1);
        return { kind: 'check', showAddress: values['show-address'] };
      default:
        throw usageError(`there is no command ${verb}`);
    }
  })();
  return { command, common: common.data };
}

export const usage = `Lilliput on the command line

  npm run -s cli -- COMMAND [options]

Commands
  supernode [--config FILE] --listen HOST:PORT [--relay HOST:PORT] [--relay-public ADDRESS] [--relay-ports FIRST-LAST]
                                    carry part of the network until stopped, tell people their public addresses,
                                    and carry calls whose routers can't meet (by default on the next port over UDP
                                    and TCP, and on the one after it over TLS; on the machine's IPv6 too, if any);
                                    SUPERNODE.md tells how to run one for long
  signup NAME                       make an account and take a name
  restore NAME [--phrase "WORDS"]   bring an account back from its twelve words, read from standard input
                                    unless given (then ps and the shell's history may show them)
  lookup NAME                       ask the directory who holds a name
  contacts add NAME|LINK [--note TEXT]
                                    ask somebody to be a contact, by name or by their invitation link
  contacts accept NAME              say yes to a request
  contacts list                     people, their presence, open requests
  find WORD…                        people who want to be found, by beginnings of names and words
  card publish [--display-name NAME] [WORD…]
                                    let people find you by your name and up to five words
  card show                         what they find, and whether they do
  card withdraw                     be found by your exact name only
  run [--echo] [--auto-answer] [--auto-accept] [--play WAV] [--record WAV]
                                    stay online and print what happens
  call NAME [--play WAV] [--record WAV] [--seconds N] [--trace FILE]
                                    --trace notes what arrives when (no sound), to be replayed as a test
  echo [--play WAV] [--record WAV] [--seconds N]
                                    call an echo service: hear what others would hear of you
  send NAME TEXT                    send a message, wait until it is delivered
  history NAME                      the conversation so far
  search WORDS                      messages with these words, newest first
  invitation                        a link by which others add you, and get into the network if they know nobody
  status                            how this node is doing, and what each way of finding the network brought
  check [--show-address]            can I call? what the network lets through, and what to do about it;
                                    leaves out this computer's public address unless told

Options
  --profile NAME        which account on this computer (default: default)
  --home DIR            where profiles live
  --bootstrap HOST:PORT a node to start from; may be repeated
  --gateway HOST:PORT[#KEY]
                        a gateway to be carried by where UDP is blocked; may be repeated
  --gateway-port PORT   where to carry others, if this node is a supernode (443, else the node's own)
  --listen HOST:PORT    the address to bind
  --relay HOST:PORT     where a supernode's relay listens, an address of IPv4
  --relay-public ADDRESS
                        what the world calls that address, where a router translates it and lets all ports in
  --relay-ports FIRST-LAST
                        UDP ports that calls are carried on, as a firewall lets them in (any, if not said)
  --config FILE         for a supernode: a JSON file with any of these options; what is said here wins
  --metrics PORT        for a supernode: /metrics (Prometheus) and /health on this computer; HOST:PORT for others
  --wait-for-calls SECONDS
                        for a supernode that is told to go (SIGTERM): how long for calls that it carries (600)
  --allocations N       ends of calls that a supernode carries or keeps ready at most (1000)
  --megabits-per-second N
                        what it passes on for calls at most, all together (100)
  --mailbox-megabytes N what it keeps of sealed messages at most
  --no-mdns             do not look for nodes on the local network
  --no-bittorrent       neither look for the network in BitTorrent's DHT nor be found there
  --bittorrent-node HOST:PORT
                        where to enter that DHT, instead of the usual places; may be repeated
  --invitation LINK     get into the network by the nodes that an invitation link names
  --wait SECONDS        how long to wait for somebody or something (default: 30)
  --skew-ppm N          play and record files as a sound card would whose clock is off by N millionths
  --json                one JSON object per line on stdout, logs on stderr
  --verbose             more logs

While the app has the profile open, commands work through it.

Exit codes
  0 done   1 internal   2 usage   3 no network   4 name or account   5 person not found or not reachable
  6 call failed   7 storage   8 profile in use   9 bad input   130 interrupted
  of check: 0 calls go direct   10 some or all through a relay   11 some will not connect   6 none will
`;
