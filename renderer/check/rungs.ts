import type { CheckLine, CheckLineId, CheckVerdict } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { adviceText, seenText } from './check-words.ts';

/** The steps of a call, in the order in which it needs them. */
export const rungIds = ['internet', 'network', 'direct', 'helper', 'sound'] as const;
export type RungId = (typeof rungIds)[number];

const linesOf: Record<RungId, readonly [CheckLineId, ...CheckLineId[]]> = {
  internet: ['udp', 'ipv6'],
  network: ['supernodes'],
  direct: ['router'],
  helper: ['relay'],
  sound: ['microphone', 'speaker'],
};

/** One step of the ladder. */
export interface Rung {
  readonly id: RungId;
  /** Null: not all of it is known yet. */
  readonly verdict: CheckVerdict | null;
  readonly seen: readonly string[];
  /** What to do. */
  readonly advice: readonly string[];
}

const order: readonly CheckVerdict[] = ['failed', 'limited', 'ok', 'not-checked'];
const worst = (verdicts: readonly CheckVerdict[]): CheckVerdict => order.find((each) => verdicts.includes(each)) ?? 'not-checked';

const works = (verdict: CheckVerdict): boolean => verdict === 'ok' || verdict === 'limited';

/** UDP over IPv4 is what calls want; where it fails, IPv6 and whatever leads to the network are ways out, too. */
const wayOut = (udp: CheckVerdict, ipv6: CheckVerdict, network: CheckVerdict): CheckVerdict =>
  udp === 'ok' ? 'ok' : ipv6 === 'ok' || (udp === 'failed' && works(network)) ? 'limited' : udp;

export function rungsOf(words: Words, lines: ReadonlyMap<CheckLineId, CheckLine>): readonly Rung[] {
  const of = (id: CheckLineId): CheckVerdict => lines.get(id)?.verdict ?? 'not-checked';
  /** The same thing may mend two steps: it is said once. */
  const advised = new Set<string>();
  return rungIds.map((id) => {
    const ids = linesOf[id];
    const found = ids.map((line) => lines.get(line)).filter((line) => line !== undefined);
    // With two things in one step each says which it is.
    const isNamed = (line: CheckLine): boolean => id === 'sound' || line.id === 'ipv6';
    const advice = found.map((line) => adviceText(words, line)).filter((text) => text !== '' && !advised.has(text));
    for (const text of advice) advised.add(text);
    const verdict = id === 'internet' ? wayOut(of('udp'), of('ipv6'), of('supernodes')) : worst(ids.map(of));
    return {
      id,
      verdict: found.length < ids.length ? null : verdict,
      seen: found.map((line) => `${isNamed(line) ? `${words(`check.title.${line.id}`)}: ` : ''}${seenText(words, line)}`),
      advice,
    };
  });
}
