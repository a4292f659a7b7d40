/** FNV-1a, 32 bit: enough to spread keys over hues and figures; nothing is secured by it. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) {
    hash ^= letter.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** The hue of a person (0–359), from the key and never from the name: a look-alike name looks different. */
export const hueOf = (accountKey: string): number => spread(accountKey) % 360;

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What a reader takes for the first letter, accents included. */
const firstLetter = (text: string): string => letters.segment(text)[Symbol.iterator]().next().value?.segment ?? '';

/** One letter, or two for names of several parts. */
export function initialsOf(name: string): string {
  const parts = name.split(/[\s-]+/u).filter((part) => part !== '');
  return parts.slice(0, 2).map(firstLetter).join('').toLocaleUpperCase();
}

const knotPoints = [11, 13, 17, 19] as const;

/** The knot: a string figure (star polygon) in a 100 × 100 box whose points, step and turn come from the key. */
export function knotPath(accountKey: string): string {
  const hash = spread(accountKey);
  const points = knotPoints[hash % knotPoints.length] ?? 11;
  const step = 3 + (((hash >> 3) & 0xff) % Math.floor(points / 2 - 2));
  const turn = ((hash >> 5) & 0xffff) % 360;
  const at = (index: number): string => {
    const angle = ((turn + (360 * (index % points)) / points) * Math.PI) / 180;
    return `${(50 + 47 * Math.cos(angle)).toFixed(1)} ${(50 + 47 * Math.sin(angle)).toFixed(1)}`;
  };
  let path = '';
  for (let index = 0; index < points; index++) path += `M${at(index)}L${at(index + step)}`;
  return path;
}
