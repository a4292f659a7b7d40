import type { Pair } from './pair.ts';

/** What a pair stands and falls with. The relay behind the overlay's path is not known: it counts as one of its own. */
function breakableParts({ base, remote, isRelayed }: Pair): readonly string[] {
  if (!isRelayed) return ['direct'];
  if (base.kind === 'overlay-relay') return ['overlay'];
  const theirs = remote.type === 'relay' ? [remote.address.host] : [];
  return base.kind === 'relay' ? [base.address.host, ...theirs] : theirs;
}

/** Those, in their order, of which none has a relay in common with `used` or with another of them. */
export function waysApart(used: Pair | null, pairs: readonly Pair[]): readonly Pair[] {
  const taken = new Set(used === null ? [] : breakableParts(used));
  const apart: Pair[] = [];
  for (const pair of pairs) {
    const parts = breakableParts(pair);
    if (parts.some((part) => taken.has(part))) continue;
    for (const part of parts) taken.add(part);
    apart.push(pair);
  }
  return apart;
}
