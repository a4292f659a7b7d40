import type { Random } from '../ports/random.ts';
import { parseName } from './names.ts';

/** What makes a number look chosen rather than like a serial number: short ones first. */
const ranges = [
  { from: 2, to: 9 },
  { from: 10, to: 99 },
  { from: 10, to: 99 },
  { from: 100, to: 999 },
] as const;

/** Valid names near a taken one (`wren` → `wren-7`, `wren-42`, …), none of them checked to be free. */
export function suggestNames(name: string, random: Random): readonly string[] {
  const suggestions = ranges.map(({ from, to }) => fit(name, from + Math.floor(random.fraction() * (to - from + 1))));
  return [...new Set(suggestions)].filter((suggestion) => {
    const parsed = parseName(suggestion);
    return parsed.ok && parsed.name === suggestion && suggestion !== name;
  });
}

/** Cuts the name where the number needs the room (32 code points in all). */
function fit(name: string, number: number): string {
  const ending = `-${number}`;
  const kept = Array.from(name)
    .slice(0, 32 - ending.length)
    .join('');
  return `${kept.replace(/-$/u, '')}${ending}`;
}
