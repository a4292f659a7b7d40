/** A part may be so much shorter than it could be, so that it ends where the text does. */
const slack = 0.25;

/** Where a text is cut best: between paragraphs, lines, sentences, words. */
const seams = [/\n\s*\n/gu, /\n/gu, /[.!?…。！？]\s/gu, /\s/gu] as const;

/** A long text in parts of at most `most` UTF-16 units each, cut where it hurts least. Nothing but space between the parts is lost. */
export function partsOf(text: string, most: number): readonly string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const at = cutAt(rest, most);
    parts.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return [...parts, rest].filter((part) => part !== '');
}

function cutAt(text: string, most: number): number {
  const from = Math.floor(most * (1 - slack));
  const end = text.slice(from, most);
  for (const seam of seams) {
    const last = [...end.matchAll(seam)].at(-1);
    if (last !== undefined) return from + last.index + last[0].length;
  }
  // No seam at all: between letters, with all that stands on them.
  const graphemes = [...new Intl.Segmenter().segment(text.slice(from, most + 1))];
  const last = graphemes.at(-1);
  return last === undefined || last.index === 0 ? most : from + last.index;
}
