import { checkLineIds, overallOf, type CheckLine, type CheckLineId, type CheckOutcome } from '../../preload/contract/index.ts';
import { missingCase } from '../state/index.ts';
import type { Words } from '../strings/index.ts';
import { msText } from '../ui/index.ts';

/** What was seen, in a sentence or two. */
export function seenText(words: Words, line: CheckLine): string {
  switch (line.id) {
    case 'supernodes': {
      const { status, heard, relays, throughGateway } = line.figures;
      if (throughGateway) return words('check.seen.gateway');
      if (status === 'alone' || status === 'reconnecting' || heard === 0) return words('check.seen.nobody');
      return words('check.seen.supernodes', { count: heard, relays });
    }
    case 'udp': {
      const { asked, answered, quickestMs, heard } = line.figures;
      if (asked === 0) return words(heard > 0 ? 'check.seen.udpUnasked' : 'check.seen.udpNobody');
      return quickestMs === null
        ? words('check.seen.udpSilent', { count: asked })
        : words('check.seen.udp', { answered, count: asked, ms: msText(words, quickestMs) });
    }
    case 'router': {
      const { mapping, filtering } = line.figures;
      const strict = filtering === 'by-port' && mapping !== 'unknown' ? ` ${words('check.seen.routerStrict')}` : '';
      return `${words(`check.seen.router.${mapping}`)}${strict}`;
    }
    case 'ipv6': {
      const { hasAddress, asked, answered, hasIpv4 } = line.figures;
      if (!hasAddress) return words(hasIpv4 ? 'check.seen.ipv6None' : 'check.seen.noAddress');
      if (asked === 0) return words('check.seen.ipv6Untried');
      return words(answered > 0 ? 'check.seen.ipv6' : 'check.seen.ipv6Silent', { answered, asked });
    }
    case 'relay': {
      const { asked, transport, echoMs, stoppedAt } = line.figures;
      if (asked === 0 || (transport === null && stoppedAt === null)) return words('check.seen.relayNone');
      if (transport === null) return words(`check.seen.relayStopped.${stoppedAt ?? 'silent'}`, { count: asked });
      return words(`check.seen.relay.${transport}`, { ms: msText(words, echoMs) });
    }
    case 'microphone': {
      const { problem, peak } = line.figures;
      if (problem !== null) return words(`audio.problem.${problem}`);
      return words(peak === null || peak === 0 ? 'check.seen.silent' : 'check.seen.microphone', {
        level: peak === null || peak === 0 ? '' : (20 * Math.log10(peak)).toFixed(0),
      });
    }
    case 'speaker': {
      const { devices, played } = line.figures;
      return words(devices === 0 ? 'check.seen.noSpeaker' : played ? 'check.seen.speaker' : 'check.seen.speakerSilent');
    }
    default:
      return missingCase(line);
  }
}

/** What to do next; empty where there is nothing. A microphone's problem says so in its own sentence. */
export const adviceText = (words: Words, line: CheckLine): string =>
  line.id === 'microphone' && line.figures.problem !== null ? '' : words(`check.advice.${line.advice}`);

export interface Report {
  readonly version: string;
  readonly platform: string;
  readonly lines: ReadonlyMap<CheckLineId, CheckLine>;
  readonly outcome: CheckOutcome | null;
  /** Their own address, only as they wish it. */
  readonly withAddress: boolean;
}

/** The check as text, to send to somebody who helps. Nobody else's address is in it. */
export function reportText(words: Words, { version, platform, lines, outcome, withAddress }: Report): string {
  const rows = checkLineIds.flatMap((id) => {
    const line = lines.get(id);
    if (line === undefined) return [];
    const advice = adviceText(words, line);
    const seen = `${words(`check.title.${id}`)}: ${words(`check.verdict.${line.verdict}`)}. ${seenText(words, line)}`;
    return [advice === '' ? seen : `${seen} ${advice}`, `  ${figuresText(line, withAddress)}`];
  });
  const overall = outcome === null ? null : overallOf(outcome, lines.values()).reason;
  const sum = overall === null ? [] : [`${words(`check.overall.${overall}.title`)}. ${words(`check.overall.${overall}.text`)}`];
  return [words('check.reportTitle', { version, platform }), ...sum, ...rows].join('\n');
}

function figuresText({ figures }: CheckLine, withAddress: boolean): string {
  const entries = Object.entries(figures).filter(([name, value]) => value !== null && (withAddress || name !== 'address'));
  return entries
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(3)) : String(value)}`)
    .join(', ');
}
