import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import {
  exportFormats,
  keepForChoices,
  keepForSchema,
  type ExportFormat,
  type KeepFor,
  type Settings,
} from '../../preload/contract/index.ts';
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
  passphrase: { type: 'string' },
  replace: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
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
  | { readonly kind: 'export'; readonly name: string; readonly path: string; readonly format: ExportFormat }
  | { readonly kind: 'archive'; readonly path: string; /** Null: read from standard input. */ readonly passphrase: string | null }
  | { readonly kind: 'bring-back'; readonly path: string; readonly passphrase: string | null; readonly replace: boolean }
  | { readonly kind: 'keep'; /** Null: say what it is. */ readonly keepFor: KeepFor | null; readonly dryRun: boolean }
  | { readonly kind: 'clear'; readonly name: string }
  | { readonly kind: 'invitation' }
  | { readonly kind: 'status' }
  | { readonly kind: 'helping'; /** Null: say how it is. */ readonly mode: Settings['supernodeMode'] | null }
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

/** As the settings call it. */
function helpingMode(written: string): Settings['supernodeMode'] {
  switch (written) {
    case 'when-it-can':
      return 'auto';
    case 'always':
      return 'on';
    case 'never':
      return 'off';
    default:
      throw usageError(`helping knows when-it-can, always and never, not ${written}`);
  }
}

function metricsPoint(written: string | undefined): HostPort | null {
  if (written === undefined) return null;
  const point = writtenHostPortSchema.safeParse(/^\d{1,5}$/u.test(written) ? `127.0.0.1:${written}` : written);
  if (!point.success) throw usageError('--metrics takes PORT (on this computer only) or HOST:PORT');
  return point.data;
}

function formatOf(path: string): ExportFormat {
  const format = exportFormats.find((known) => path.toLowerCase().endsWith(`.${known}`));
  if (format === undefined) throw usageError('the name of the file ends with .json or .html');
  return format;
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
      case 'export':
        end(3);
        return { kind: 'export', name: word(1, 'NAME'), path: word(2, 'FILE'), format: formatOf(word(2, 'FILE')) };
      case 'archive':
        end(2);
        return { kind: 'archive', path: word(1, 'FILE'), passphrase: values.passphrase ?? null };
      case 'bring-back':
        end(2);
        return { kind: 'bring-back', path: word(1, 'FILE'), passphrase: values.passphrase ?? null, replace: values.replace };
      case 'keep': {
        end(2);
        const keepFor = positionals[1] === undefined ? null : keepForSchema.safeParse(positionals[1]);
        if (keepFor !== null && !keepFor.success) throw usageError(`keep knows ${keepForChoices.join(', ')}`);
        return { kind: 'keep', keepFor: keepFor?.data ?? null, dryRun: values['dry-run'] };
      }
      case 'clear':
        end(2);
        return { kind: 'clear', name: word(1, 'NAME') };
      case 'invitation':
        end(1);
        return { kind: 'invitation' };
      case 'status':
        end(1);
        return { kind: 'status' };
      case 'helping':
        end(2);
        return { kind: 'helping', mode: positionals[1] === undefined ? null : helpingMode(positionals[1]) };
      case 'check':
        end(1);
        return { kind: 'check', showAddress: values['show-address'] };
      default:
        throw usageError(`there is no command ${verb}`);
    }
  })();
  return { command, common: common.data };
}
