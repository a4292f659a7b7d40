import { percentile } from '../lab/alignment.ts';
import { homeKinds } from './home-kinds.ts';
import type { PairResult } from './pair-call.ts';

/** D: direct at once. U: relayed, then direct. R: over a relay. `–`: no call. `!`: relayed where theory allows a direct path. */
function letterOf({ connected, path, expected, upgradedMs }: PairResult): string {
  if (!connected || path === null) return '–';
  if (path === 'relay') return expected === 'relay' ? 'R' : 'R!';
  return upgradedMs === null ? 'D' : 'U';
}

/** Connected to the end, and directly where there is a direct way. */
export const isAsPromised = (result: PairResult): boolean =>
  result.reason === null &&
  ['D', 'U', 'R'].includes(letterOf(result)) &&
  (result.expected !== 'relay' || result.path === 'relay');

const cellWidth = 7;
const cell = (text: string): string => text.padEnd(cellWidth);

/** A table of who could call whom, and what to know of all of it. */
export function drawMatrix(results: readonly PairResult[]): string {
  const callers = homeKinds.filter((kind) => results.some(({ caller }) => caller === kind));
  const callees = homeKinds.filter((kind) => results.some(({ callee }) => callee === kind));
  const rows = callers.map((caller) => {
    const cells = callees.map((callee) => {
      const letters = results.filter((one) => one.caller === caller && one.callee === callee).map(letterOf);
      const counts = [...new Set(letters)].map((letter) => {
        const count = letters.filter((one) => one === letter).length;
        return count === 1 ? letter : `${count}${letter}`;
      });
      return cell(counts.join(' '));
    });
    return `${cell(caller)}${cells.join('')}`;
  });
  const connected = results.filter((one) => one.connected);
  const over = (way: PairResult['path']): number => connected.filter(({ path }) => path === way).length;
  const ring = connected.flatMap(({ ringMs }) => ringMs ?? []);
  const figure = (share: number): string => (ring.length === 0 ? '–' : `${percentile(ring, share) ?? '–'}`);
  return [
    `${cell('')}${callees.map(cell).join('')}`,
    ...rows,
    `connected ${connected.length} of ${results.length} · direct ${over('direct')} · relayed ${over('relay')} · rings after ${figure(0.5)} ms (p95 ${figure(0.95)})`,
    'D direct · U relayed, then direct · R relayed · R! relayed where a direct path was to be found · – no call',
  ].join('\n');
}
